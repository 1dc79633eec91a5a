"""A seeded fault: a change of a correct assembly, the check that must notice it, and the means to make such changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import actors
from tests.verifiers.roles import Role

Change = Callable[[Assembly], None]
Json = dict[str, Any]


@dataclass(frozen=True)
class Mutant:
    """What is wrong, in words; how it is made so; the check that tells; and the configuration that is correct before."""

    fault: str
    change: Change
    caught_by: str
    configuration: str = "default"

    def of(self, assembly: Assembly) -> Assembly:
        changed = assembly.copy()
        self.change(changed)
        # A fresh look: what was read of the resources so far is from before the change.
        return Assembly(changed.configuration, changed.templates, changed.files, changed.places)


def resource(assembly: Assembly, kind: str, which: str = "") -> Json:
    """The one resource of that type whose name or logical id contains `which`, as it stands in its template."""
    found = [one for one in assembly.of(kind) if which in one.name or which in one.logical_id]
    assert len(found) == 1, f"{kind} {which!r}: {[one.where for one in found]}"
    return cast("Json", found[0].raw)


def properties(assembly: Assembly, kind: str, which: str = "") -> Json:
    return cast("Json", resource(assembly, kind, which)["Properties"])


def put(kind: str, which: str, path: str, value: object) -> Change:
    """Sets a property; `path` is its place, list indexes included, e.g. Targets.0.Arn."""

    def change(assembly: Assembly) -> None:
        holder, last = _holder(properties(assembly, kind, which), path)
        holder[last] = value

    return change


def drop(kind: str, which: str, path: str) -> Change:
    def change(assembly: Assembly) -> None:
        holder, last = _holder(properties(assembly, kind, which), path)
        del holder[last]

    return change


def remove(kind: str, which: str) -> Change:
    """Takes a whole resource away."""

    def change(assembly: Assembly) -> None:
        gone = resource(assembly, kind, which)
        for template in assembly.templates.values():
            for logical_id in [key for key, value in template["Resources"].items() if value is gone]:
                del template["Resources"][logical_id]

    return change


def _holder(node: Any, path: str) -> tuple[Any, Any]:
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        node = node[part]
    return node, last


def statement(assembly: Assembly, actor: str, sid: str) -> Json:
    """A statement of a role, as it stands in its policy."""
    for policy in _role(assembly, actor).policies:
        for given in policy.declared.raw["Properties"]["PolicyDocument"]["Statement"]:
            if given.get("Sid") == sid:
                return cast("Json", given)
    raise AssertionError(f"{actor} has no statement {sid}")


def grant(actor: str, *actions: str, on: str = "*") -> Change:
    """Widens a role: one statement more."""

    def change(assembly: Assembly) -> None:
        policy = next(p for p in _role(assembly, actor).policies if "Permissions" in p.declared.logical_id)
        policy.declared.raw["Properties"]["PolicyDocument"]["Statement"].append(
            {"Sid": "Widened", "Effect": "Allow", "Action": list(actions), "Resource": on}
        )

    return change


def _role(assembly: Assembly, actor: str) -> Role:
    found = actors(assembly)
    assert actor in found, f"no role {actor}; there are {', '.join(sorted(found))}"
    return found[actor]


def trust(assembly: Assembly, actor: str) -> Json:
    return cast("Json", _role(assembly, actor).declared.raw["Properties"]["AssumeRolePolicyDocument"]["Statement"][0])


def edit(name: str, old: str, new: str) -> Change:
    """Changes a file that the pipelines read."""

    def change(assembly: Assembly) -> None:
        files = cast("dict[str, str]", assembly.files)
        assert old in files[name], f"{name} has no {old!r}"
        files[name] = files[name].replace(old, new, 1)

    return change
