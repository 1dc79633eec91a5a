"""What each role was allowed, what of that it used and never used, and what it was refused: as a document, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from sandbox.iam.decision import Grants, Statement
from sandbox.iam.usage import Used
from sandbox.store import Document

PATH = "/_sandbox/permissions"


def document(grants: Iterable[Grants], usage: Sequence[Used]) -> Document:
    """`{"roles": [{"role", "statements", "refused"}]}`; roles that are gone but did something are there too."""
    known = {each.role: each for each in grants}
    names = sorted({*known, *(used.role for used in usage)})
    return {"roles": [_role(known.get(name) or Grants(role=name, statements=()), usage) for name in names]}


def _role(grants: Grants, usage: Sequence[Used]) -> Document:
    own = [used for used in usage if used.role == grants.role]
    return {
        "role": grants.role,
        "statements": [_statement(each, own) for each in grants.statements],
        "refused": [
            {
                "action": used.action,
                "resource": used.resource,
                "count": used.count,
                "first": used.first,
                "last": used.last,
                "denied_by": used.statements,
            }
            for used in own
            if not used.allowed
        ],
    }


def _statement(statement: Statement, usage: Sequence[Used]) -> Document:
    """A Deny is used when it refused something."""
    used = [each for each in usage if statement.name in each.statements]
    return {
        "statement": statement.name,
        "effect": statement.effect,
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        "used": [
            {
                "action": each.action,
                "resource": each.resource,
                "count": each.count,
                "first": each.first,
                "last": each.last,
            }
            for each in used
        ],
        "never_used": [action for action in statement.actions if not _matched(action, used)],
    }


def _matched(pattern: str, used: Iterable[Used]) -> bool:
    """Whether an action as a policy writes it was among those used; a NotAction is, once its statement is."""
    if pattern.startswith("not "):
        return any(True for _ in used)
    return any(fnmatchcase(each.action.lower(), pattern.lower().replace("[", "[[]")) for each in used)


def text(report: Document) -> str:
    """The document for a reader."""
    return "\n\n".join("\n".join(_lines(role)) for role in report["roles"]) or "No role has been made yet."


def _lines(role: Document) -> Iterator[str]:
    yield role["role"]
    for statement in role["statements"]:
        effect = "" if statement["effect"] == "Allow" else " (deny)"
        never = statement["never_used"]
        if not statement["used"]:
            yield f"  never used  {statement['statement']}{effect}: {', '.join(statement['actions'])}"
            continue
        yield f"  used        {statement['statement']}{effect}: {_counts(statement['used'])}"
        if never and not effect:
            yield f"              never: {', '.join(never)}"
    for refused in role["refused"]:
        why = f" by {', '.join(refused['denied_by'])}" if refused["denied_by"] else ""
        yield f"  refused     {refused['action']} on {refused['resource']}, {_times(refused['count'])}{why}"


def _counts(used: Sequence[Document]) -> str:
    counts: dict[str, int] = {}
    for each in used:
        counts[each["action"]] = counts.get(each["action"], 0) + int(each["count"])
    return ", ".join(f"{action} ({_times(count)})" for action, count in sorted(counts.items()))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
