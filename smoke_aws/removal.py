"""Everything goes, whether the loop came to its end or not; what is left is told with the command that removes it."""

from __future__ import annotations

from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from infra.commands.teardown.inventory import existing, look
from infra.commands.teardown.plan import plan
from smoke_aws.deadline import Deadline, SmokeFailure
from smoke_aws.moments import Walk, tell
from smoke_aws.probes import remove_probes
from smoke_aws.settings import TAG

_HOUR = 3600.0
_TRIES = 2  # `make destroy` may have to be called again: what was busy at first is not, then


def remove_all(walk: Walk) -> list[str]:
    """As `make destroy` does, and the probes; returns what is left, each in a sentence."""
    with walk.moment("Removal") as said:
        left = remove_probes(walk)
        for _ in range(_TRIES):
            said.clear()
            failed = [said_of for said_of in map(_carried_out, _steps(walk)) if said_of]
            if not failed:
                break
            said.append("; ".join(failed))
        left += _remaining(walk)
        said.append("Nothing is left." if not left else f"{len(left)} things are left.")
    return left


def command(run: str) -> str:
    """What removes the rest by hand."""
    return f"make smoke-aws ARGS='--remove {run}'"


def _steps(walk: Walk) -> list[Callable[[], object]]:
    settings = str(walk.commands.folder / "cdk.json")
    teardown = ("infra.commands.teardown", "--settings", settings)
    return [
        lambda: walk.commands.python(walk.deadline, *teardown, "--yes", at_most=_HOUR),
        lambda: walk.commands.cdk(walk.deadline, "destroy", "--all", "--force", at_most=_HOUR),
        lambda: walk.commands.python(walk.deadline, *teardown, "--retained", at_most=_HOUR),
    ]


def _carried_out(step: Callable[[], object]) -> str:
    """Empty, or why it was not: what follows is tried all the same."""
    try:
        step()
    except SmokeFailure as failure:
        tell(str(failure))
        return str(failure)
    return ""


def _remaining(walk: Walk) -> list[str]:
    """Stacks and what they retain, by name; and whatever else carries the run's tag."""
    settings = walk.project.settings
    try:
        found = [f"stack {name}" for name in existing(walk.client, settings)]
        found += [removal.sentence.removeprefix("delete ") for removal in plan(look(walk.client, settings))]
    except (BotoCoreError, ClientError) as error:
        return [f"what is left could not be asked: {error}"]
    return found + _tagged(walk)


def _tagged(walk: Walk) -> list[str]:
    """Keys that wait for their deletion are listed too, and are left out: they cost nothing, and cannot go sooner."""
    try:
        pages = walk.client("resourcegroupstaggingapi").get_paginator("get_resources")
        found = pages.paginate(TagFilters=[{"Key": TAG, "Values": [walk.project.run]}])
        arns = [row["ResourceARN"] for page in found for row in page["ResourceTagMappingList"]]
    except (BotoCoreError, ClientError) as error:
        tell(f"What carries the tag {TAG} could not be asked: {error}")
        return []
    return [arn for arn in arns if ":kms:" not in arn]


def removal_deadline(poll: float) -> Deadline:
    """Of its own: a loop that used up its time is removed all the same."""
    return Deadline(_HOUR * 1.5, poll)
