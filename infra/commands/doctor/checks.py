"""What of the facts is in the way of a deployment, each finding with its fix. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from infra.commands.costs.estimate import estimate, total
from infra.commands.costs.page import usd
from infra.commands.costs.price_list import PriceList
from infra.commands.doctor.facts import Facts, Unanswered
from infra.commands.doctor.finding import Finding, Level
from infra.commands.doctor.quotas import Need, builds, needs, shortages, unlisted
from infra.commands.instances import Fleet
from infra.settings import Settings

LEAST_BOOTSTRAP = (
    6  # the least version of the bootstrap stack that this CDK's templates ask for (their rule CheckBootstrapVersion)
)
_NODES = ("v22.", "v24.")  # the releases that jsii supports


def findings(facts: Facts, settings: Settings, prices: PriceList) -> list[Finding]:
    return [
        *_versions(facts),
        *_account(facts, settings),
        *_bootstrap(facts),
        *_quotas(facts),
        *_costs(facts, prices),
        *_connection(facts),
        *_first_run(facts, settings),
    ]


def _versions(facts: Facts) -> Iterator[Finding]:
    if isinstance(facts.node, Unanswered):
        yield Finding(Level.PROBLEM, f"Node does not run: {facts.node.why}", "make setup")
    elif not facts.node.startswith(_NODES):
        yield Finding(Level.PROBLEM, f"Node is {facts.node}; the CDK wants {' or '.join(_NODES)}x.", "make setup")
    else:
        yield Finding(Level.OK, f"Node {facts.node}")
    for name, (installed, pinned) in {"the CDK CLI": facts.cdk, **facts.libraries}.items():
        if installed == pinned:
            yield Finding(Level.OK, f"{name} {installed}")
        else:
            fix = "make node_modules/.ready" if name == "the CDK CLI" else "make setup"
            yield Finding(Level.PROBLEM, f"{name} is {installed or 'not installed'}; {pinned} is pinned.", fix)


def _account(facts: Facts, settings: Settings) -> Iterator[Finding]:
    if facts.region is None:
        yield Finding(Level.PROBLEM, "No region is set.", 'set "region" in cdk.json, or export AWS_REGION=eu-west-1')
        return
    if isinstance(facts.identity, Unanswered):
        fix = 'aws sso login, or export AWS_PROFILE=...; for the sandbox: eval "$(python -m sandbox env)"'
        yield Finding(Level.PROBLEM, f"No credentials that work: {facts.identity.why}", fix)
        return
    yield Finding(Level.OK, f"{facts.identity['Arn']} in {facts.region}")
    if settings.account and settings.account != facts.identity["Account"]:
        sentence = (
            f"cdk.json names account {settings.account}, and these credentials are of {facts.identity['Account']}."
        )
        yield Finding(Level.PROBLEM, sentence, 'take the other credentials, or change "account" in cdk.json')


def _bootstrap(facts: Facts) -> Iterator[Finding]:
    if isinstance(facts.bootstrap, Unanswered):
        yield Finding(Level.NOTE, f"Whether the account is bootstrapped is not known: {facts.bootstrap.why}")
    elif facts.bootstrap is None:
        yield Finding(Level.NOTE, "The account is not bootstrapped for the CDK in this region.", "make deploy does it")
    elif facts.bootstrap < LEAST_BOOTSTRAP:
        sentence = f"The bootstrap stack is of version {facts.bootstrap}; at least {LEAST_BOOTSTRAP} is needed."
        yield Finding(Level.NOTE, sentence, "make deploy renews it")
    else:
        yield Finding(Level.OK, f"bootstrapped, version {facts.bootstrap}")


def _quotas(facts: Facts) -> Iterator[Finding]:
    """Of the project's own account; what another account allows cannot be seen with these credentials."""
    wanted = [*_wanted(facts), builds()]
    for unknown in (facts.fleets, facts.jobs):
        if isinstance(unknown, Unanswered):
            yield Finding(Level.NOTE, f"Which instances are needed is not known: {unknown.why}")
    if isinstance(facts.quotas, Unanswered):
        yield Finding(Level.NOTE, f"The account's quotas are not known: {facts.quotas.why}")
    else:
        short = list(shortages(wanted, facts.quotas, region=facts.region or ""))
        yield from short
        if missing := unlisted(wanted, facts.quotas):
            yield Finding(Level.NOTE, f"The account tells of no quota called {_quoted(missing)}.")
        if not short:
            enough = sorted({need.quota for need in wanted} & facts.quotas.keys())
            yield Finding(Level.OK, f"quotas that suffice: {', '.join(enough)}")
    if not isinstance(facts.fleets, Unanswered):
        yield from _elsewhere(facts.fleets)


def _wanted(facts: Facts) -> list[Need]:
    fleets = [] if isinstance(facts.fleets, Unanswered) else [one for one in facts.fleets if one.account is None]
    return needs(fleets, [] if isinstance(facts.jobs, Unanswered) else facts.jobs)


def _elsewhere(fleets: Sequence[Fleet]) -> Iterator[Finding]:
    foreign = sorted((one for one in fleets if one.account is not None), key=lambda one: one.account or "")
    for account, its in groupby(foreign, key=lambda one: one.account):
        most = {need.quota: need.least for need in sorted(needs(its, []), key=lambda need: need.least)}
        told = " and ".join(f'{least} of "{quota}"' for quota, least in most.items())
        fix = "look there: aws service-quotas list-service-quotas --service-code sagemaker, with that account's credentials"
        yield Finding(Level.NOTE, f"Account {account} must allow {told}, which cannot be seen from here.", fix)


def _quoted(names: Iterable[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)


def _costs(facts: Facts, prices: PriceList) -> Iterator[Finding]:
    """Nothing about a sum without the endpoints, which are nearly all of it; the other unknown is told with the quotas."""
    if isinstance(facts.fleets, Unanswered):
        return
    jobs = [] if isinstance(facts.jobs, Unanswered) else facts.jobs
    sums = estimate(prices, fleets=facts.fleets, jobs=jobs)
    elsewhere = f", not of {facts.region}," if facts.region not in (None, prices.region) else ""
    sentence = (
        f"about {usd(total(sums.month))} a month with a version in production, {usd(total(sums.run))} a training run, "
        f"{usd(total(sums.release))} a release, at prices of {prices.region}{elsewhere} of {prices.last_read}: docs/costs.md"
    )
    yield Finding(Level.OK, sentence)
    if sums.unpriced:
        left_out = f"Not priced, and not in the sums: {'; '.join(sums.unpriced)}."
        yield Finding(
            Level.NOTE,
            left_out,
            "look at https://calculator.aws, and add the price to infra/commands/costs/prices.json",
        )


def _connection(facts: Facts) -> Iterator[Finding]:
    if isinstance(facts.connection, Unanswered):
        yield Finding(Level.NOTE, f"The state of the Git host's connection is not known: {facts.connection.why}")
    elif facts.connection == "AVAILABLE":
        yield Finding(Level.OK, "the connection to the Git host is authorised")
    elif facts.connection is not None:
        fix = "authorise it in the console: Developer Tools, Settings, Connections, Update pending connection"
        yield Finding(Level.PROBLEM, f"The connection to the Git host is {facts.connection}.", fix)


def _first_run(facts: Facts, settings: Settings) -> Iterator[Finding]:
    group = settings.names.model_package_group
    for unknown in (facts.deployed, facts.registry):
        if isinstance(unknown, Unanswered):
            yield Finding(Level.NOTE, f"What is deployed is not known: {unknown.why}")
            return
    if not facts.deployed and facts.registry is not None:
        sentence = (
            f"A model package group {group} is there, kept by an earlier deployment: a new one cannot make it again."
        )
        fix = f'remove what was kept: make destroy; or adopt it: cdk import {settings.project}-foundation; or change "project"'
        yield Finding(Level.PROBLEM, sentence, fix)
    elif not facts.deployed:
        yield Finding(Level.NOTE, f"Nothing of {settings.project} is deployed yet.", "make deploy")
    elif not facts.registry:
        sentence = f"No version of {group} is approved yet, so the deploy pipeline succeeds and deploys nothing."
        yield Finding(Level.NOTE, sentence, "upload data, let the pipeline run, approve a version")
    else:
        yield Finding(Level.OK, f"deployed, {facts.registry} approved version(s)")
