# The verbs of this repository: the same for people, hooks and CI. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
export PYTHONPATH := $(CURDIR)
unexport PYTHONDONTWRITEBYTECODE # without bytecode every import is two to four times slower

.PHONY: help setup demo test check format sandbox benchmark clean

help: ## List the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  \033[1mmake %-9s\033[0m %s\n", $$1, $$2}'

setup: $(VENV)/.ready ## Install everything into .venv (needs only Python >= 3.11 and the package index)

$(VENV)/.ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "make: $(PYTHON) is not a Python from 3.11 to 3.13; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(RUN)/uv || $(RUN)/pip install --quiet --disable-pip-version-check uv==0.13.8
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN)/uv sync --frozen --quiet --python $(RUN)/python
	@touch $@

demo: setup ## From the abalone data to a production endpoint, on this machine, in seconds
	@$(RUN)/python -m sandbox.demo $(ARGS)

test: setup ## Run every test (no AWS account, no network beyond localhost)
	@$(RUN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: setup ## Lint, formatting, types
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy model-build && $(RUN)/mypy model-deploy && $(RUN)/mypy sandbox tests benchmarks # each root has modules called tests.*

format: setup ## Format, and mend what can be mended
	@$(RUN)/ruff check --fix .
	@$(RUN)/ruff format .

sandbox: setup ## Start the sandbox and say how to point a shell at it
	@$(RUN)/python -m sandbox up

benchmark: setup ## Measure the pipeline against the bare scripts (minutes); rewrites docs/benchmarks.md
	@$(RUN)/python -m benchmarks.pipeline_overhead

clean: ## Stop the sandboxes, remove their state and the caches (keeps .venv)
	@for home in .sandbox/*/lock; do if [ -e $$home ]; then $(RUN)/python -m sandbox down --home $${home%/lock}; fi; done
	@rm -rf .sandbox .pytest_cache .mypy_cache .ruff_cache .hypothesis cdk.out
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
