"""The form of the settings in cdk.json: every key there is, what its value must be, and what must hold between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from infra.settings.rules import (
    Cron,
    Identifiers,
    OneOf,
    Rule,
    Switch,
    Text,
    TimeZone,
    WholeNumber,
    suggestion,
)

Section = Mapping[str, object]

_ACCOUNT = Text(r"[0-9]{12}", "an account id of 12 digits, in quotes", optional=True)
_REPOSITORY = Text(r"[\w.-]+(/[\w.-]+)+", 'a full name such as "owner/repository"', optional=True)
_PREFIX = Text(r"([a-zA-Z0-9_.-]+/)+", 'a folder such as "data/"')
_VPC: dict[str, Rule] = {
    "subnetIds": Identifiers(r"subnet-[0-9a-f]{8,17}", 'subnet ids such as "subnet-0123456789abcdef0"'),
    "securityGroupIds": Identifiers(r"sg-[0-9a-f]{8,17}", 'security group ids such as "sg-0123456789abcdef0"'),
}
_STAGE: dict[str, Rule] = {
    "name": Text(r"[a-z][a-z0-9]{0,15}", "1 to 16 lower-case letters and digits, a letter first"),
    "account": _ACCOUNT,
    **_VPC,
}
STAGES = ("staging", "production")  # in the order in which a version goes through them
SECTIONS: dict[str, dict[str, Rule]] = {
    "gitHost": {
        "provider": OneOf(("codecommit", "github", "gitlab", "bitbucket")),
        "connectionArn": Text(
            r"arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[a-f0-9-]{36}",
            "the ARN of a connection that a person has authorised in the console",
            optional=True,
        ),
        "modelBuildRepository": _REPOSITORY,
        "modelDeployRepository": _REPOSITORY,
    },
    "approval": {
        "model": OneOf(("person", "gates")),
        "production": OneOf(("person", "none")),
    },
    "retraining": {
        "enabled": Switch(),
        "cron": Cron(),
        "timeZone": TimeZone(),
        "flexibleMinutes": WholeNumber(0, 1440),
        "whileRunning": OneOf(("start", "queue", "skip")),
        "onUnchangedData": OneOf(("reuse", "train")),
    },
    "data": {
        "prefix": _PREFIX,
        "batchPrefix": _PREFIX,
        "startOnArrival": Switch(),
        "quietMinutes": WholeNumber(2, 720),
        "trainOn": OneOf(("everything", "arrived")),
    },
    **dict.fromkeys(STAGES, _STAGE),
    "vpc": _VPC,
}
PLAIN: dict[str, Rule] = {
    "project": Text(
        r"(?=.{1,32}$)[a-z]([a-z0-9]|-(?=[a-z0-9]))*",
        "1 to 32 lower-case letters, digits and single hyphens, a letter first: the names of endpoints and roles have no "
        "room for more",
    ),
    "useCase": OneOf(("abalone",)),
    "branch": Text(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", "the name of a branch"),
    "account": _ACCOUNT,
    "region": Text(r"[a-z]{2}(-[a-z]+)+-[0-9]", 'a region such as "eu-west-1"', optional=True),
    "noticesEmail": Text(r"[^@\s]+@[^@\s]+\.[^@\s]+", "one address", optional=True),
}


def complaints(context: Mapping[str, object]) -> Iterator[str]:
    """One sentence for each fault, the key first."""
    yield from _keys(context, known=(*PLAIN, *SECTIONS), where="")
    for key, rule in PLAIN.items():
        yield from _value(context, key, rule=rule, where="")
    for name, rules in SECTIONS.items():
        section = context.get(name)
        if isinstance(section, Mapping):
            yield from _keys(section, known=tuple(rules), where=f"{name}.")
            for key, rule in rules.items():
                yield from _value(section, key, rule=rule, where=f"{name}.")
        elif name in context:
            yield f"{name} must hold the keys {', '.join(rules)}, not {section!r}"


def disagreements(context: Mapping[str, object]) -> Iterator[str]:
    """Faults between settings that are right by themselves."""
    host = _section(context, "gitHost")
    staging, production = (_section(context, stage) for stage in STAGES)
    wanted = [key for key in ("connectionArn", "modelBuildRepository", "modelDeployRepository") if not host[key]]
    if host["provider"] != "codecommit" and wanted:
        names = ", ".join(f"gitHost.{key}" for key in wanted)
        yield f"{names}: must be set when gitHost.provider is {host['provider']}"
    yield from _subnets(context)
    prefix, batch = (str(_section(context, "data")[key]) for key in ("prefix", "batchPrefix"))
    if batch.startswith(prefix):
        yield "data.batchPrefix: must not lie in data.prefix, or every batch would start a training"
    elif prefix.startswith(batch):
        yield "data.prefix: must not lie in data.batchPrefix, or every batch would hold the training data"
    if staging["name"] == production["name"]:
        yield f"production.name must differ from staging.name, not be {production['name']!r} too"
    foreign = [f"{name}.account" for name in STAGES if _section(context, name)["account"]]
    missing = [key for key in ("account", "region") if not context[key]]
    if foreign and missing:
        yield f"{' and '.join(missing)}: must be set when {foreign[0]} is, so that the accounts can name each other"


def _subnets(context: Mapping[str, object]) -> Iterator[str]:
    for name in ("vpc", *STAGES):
        section = _section(context, name)
        if bool(section["subnetIds"]) != bool(section["securityGroupIds"]):
            yield f"{name}: subnetIds and securityGroupIds are set together or not at all"
    for name in STAGES:
        stage = _section(context, name)
        elsewhere = stage["account"] not in ("", context["account"])
        if elsewhere and _section(context, "vpc")["subnetIds"] and not stage["subnetIds"]:
            yield (
                f"{name}.subnetIds, {name}.securityGroupIds: must be set when vpc and {name}.account are, since subnets belong "
                "to one account (name the shared ones again if they are shared with that account)"
            )


def _section(context: Mapping[str, object], name: str) -> Section:
    return cast("Section", context[name])


def _keys(found: Section, *, known: tuple[str, ...], where: str) -> Iterator[str]:
    for key in sorted(set(found) - set(known)):
        yield f"{where}{key} is no setting{suggestion(key, known)}"
    for key in known:
        if key not in found:
            yield f"{where}{key} is missing"


def _value(found: Section, key: str, *, rule: Rule, where: str) -> Iterator[str]:
    complaint = rule.complaint(found[key]) if key in found else None
    if complaint:
        yield f"{where}{key} {complaint}"
