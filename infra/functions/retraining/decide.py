"""What becomes of a due time, by the executions that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..runs.under_way import is_under_way
from .due import Due


class Step(Enum):
    """Leave it, start the run, or wait for another one's end."""

    NOTHING = "nothing"
    START = "start"
    GIVE_WAY = "give way"


@dataclass(frozen=True)
class Decision:
    """The step, and why, as a sentence begins or ends with it."""

    step: Step
    why: str = ""


def decide(due: Due, summaries: Iterable[Mapping[str, Any]]) -> Decision:
    """`summaries` as ListPipelineExecutions has them, all pages."""
    under_way = None
    for each in summaries:
        if each.get("PipelineExecutionDescription") == due.description:
            return Decision(Step.NOTHING, f"{each['PipelineExecutionArn']} is that run")
        if is_under_way(each):
            under_way = each["PipelineExecutionArn"]
    return Decision(Step.GIVE_WAY, f"{under_way} is under way") if under_way else Decision(Step.START)
