"""docs/security.md: what the templates grant, written from the templates, so that it says what is in force."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.verifiers.acknowledged import ACKNOWLEDGED
from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import actors
from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.promises import promises
from tests.verifiers.promises.decisions import APPROVERS
from tests.verifiers.roles import Role, Statement, listed, principals

REFUSAL = "ApproveNothing"  # every role's; the rule approval-not-denied holds them to it
INTRODUCTION = """\
# Who may do what

Written from the synthesised templates by `make docs`; the tests fail when
it is not what the templates say. The names are those of the project `{project}` in the default configuration, account and
region left out. How all this is checked: [verification.md](verification.md). What it is good for, once somebody has taken over
a role, a repository, a dependency or a person: [threat-model.md](threat-model.md).

A person who approves carries the managed policy **Approver**. Every role carries the refusal **ApproveNothing**: whatever else it
is given one day, it approves nothing. The one exception is a setting of `cdk.json`:

| `approval.model` | who may set a version of this project's group to Approved |
| --- | --- |
{approvers}

With `gates`, the SageMaker pipeline's role carries **ApproveByGates** in the refusal's place: it may register an approved version
in this group, after a run that passed its gates, and approves nothing in another group and nothing that is registered already.
What the gates are is up to those who may push to model-build. With `approval.production` set to `person` nobody gets past the
approval in the deploy pipeline but the approver; with `none` there is no such action.

"""
PROMISED = """
## What nobody may do

Each sentence is proved by iamprover over all actions, resources and request contexts, in every configuration. The actors in
brackets are the exceptions, and each of them does need its exception.

"""
ADMITTED = """
## Findings that stay

What a verifier reports and these templates keep, and why. An entry that nothing needs any more fails the tests.

| check | where | reason |
| --- | --- | --- |
"""


def security(assembly: Assembly) -> str:
    known = actors(assembly)
    project = next(iter(assembly.templates)).partition("-")[0]
    roles = "\n".join(line for name, role in known.items() for line in _section(name, role))
    told = "\n".join(f"- {promise.sentence}{_but(promise.but, known)}" for promise in promises(assembly))
    rows = "\n".join(f"| `{entry.check}` | `{entry.where}` | {entry.reason} |" for entry in ACKNOWLEDGED)
    return (
        INTRODUCTION.format(project=project, approvers=_approvers())
        + roles
        + "\n"
        + PROMISED
        + told
        + "\n"
        + ADMITTED
        + rows
        + "\n"
    )


def _approvers() -> str:
    return "\n".join(f"| `{model}` | {', '.join(actors.split())} |" for model, actors in APPROVERS.items())


def _section(name: str, role: Role) -> Iterator[str]:
    services = [service for statement in role.trust for service in principals(statement, "Service")]
    held = f"taken on by {', '.join(services)}{_for(role)}" if role.trust else "a policy for people"
    yield f"## {name}: {held}\n"
    yield "| may | actions | on |"
    yield "| --- | --- | --- |"
    for statement in role.statements:
        if statement.get("Sid") != REFUSAL:
            yield _row(statement)
    yield ""


def _for(role: Role) -> str:
    """The one resource that the service may take the role on for, where the trust names it."""
    found = [
        f" for `{_short(source)}`{', where it says for what' if operator.endswith('IfExists') else ''}"
        for statement in role.trust
        for operator, operands in (statement.get("Condition") or {}).items()
        for source in listed(operands.get("aws:SourceArn"))
    ]
    return found[0] if found else ""


def words(statement: Statement) -> str:
    """What a statement is called, in words: its Sid."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", str(statement.get("Sid"))).lower()


def _row(statement: Statement) -> str:
    refused = "**not**: " if statement["Effect"] == "Deny" else ""
    resources = _list(map(_short, listed(statement.get("Resource"))))
    return f"| {refused}{words(statement)} | {_list(listed(statement.get('Action')))} | {resources}{_when(statement)} |"


def _when(statement: Statement) -> str:
    conditions = [
        f"`{key}` {', '.join(map(str, listed(value)))}"
        for operands in (statement.get("Condition") or {}).values()
        for key, value in operands.items()
    ]
    return f" when {' and '.join(conditions)}" if conditions else ""


def _list(entries: Iterable[str]) -> str:
    return ", ".join(f"`{entry}`" for entry in entries)


def _short(arn: str) -> str:
    """Without account and region; what CloudFormation names is called as the app calls it, in angle brackets."""
    named = re.sub(r"[\w-]+-foundation-(?:Roles|Storage)?(\w+?)[0-9A-F]{8}", r"<\1>", arn)
    named = re.sub(
        rf"[\w-]+-{ACCOUNT}-{REGION}", "<Artifacts>", named
    )  # the one bucket that is named, by account and region
    return named.replace("arn:aws:", "").replace(f":{REGION}:{ACCOUNT}:", ":").replace(f"::{ACCOUNT}:", ":")


def _but(exempt: frozenset[str], known: dict[str, Role]) -> str:
    held = [name for name in known if name.lower() in exempt]
    return f" [{', '.join(held)}]" if held else ""
