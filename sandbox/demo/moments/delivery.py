"""An execution of a CodePipeline: found by what started it, and its actions as they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.failed_action import failure_of
from sandbox.demo.outcome import Step
from sandbox.demo.waiting import wait_for

if TYPE_CHECKING:
    from sandbox.demo.clients import Clients
    from sandbox.demo.layout import Layout

Action = Mapping[str, Any]  # one of ListActionExecutions
Show = Callable[[Sequence[Step]], None]
UNDER_WAY = ("InProgress", "Stopping")
_STARTING = 60.0  # seconds for an event to arrive and start an execution
_ENDED = ("Succeeded", "Failed", "Abandoned")


@dataclass(frozen=True)
class Delivery:
    """Executions of one CodePipeline, seen as its owner sees them."""

    clients: Clients
    pipeline: str
    layout: Layout

    def under_way(self) -> list[str]:
        """The executions that are under way, oldest first."""
        found = [summary for summary in self._executions() if summary["status"] in UNDER_WAY]
        return [str(summary["pipelineExecutionId"]) for summary in reversed(found)]

    def of_commit(self, commit: str) -> str:
        """Once the push's event has started it."""

        def look() -> str | None:
            for summary in self._executions():
                if any(revision.get("revisionId") == commit for revision in summary.get("sourceRevisions", [])):
                    return str(summary["pipelineExecutionId"])
            return None

        return wait_for(f"{self.pipeline}: an execution of commit {commit[:7]}", look, patience=_STARTING)

    def of_version(self, version: str, *, known: Sequence[str]) -> str:
        """Once the reconciler has started it; `known` are executions from before the decision."""

        def look() -> str | None:
            for summary in self._executions():
                execution = str(summary["pipelineExecutionId"])
                if execution not in known and version in self._variables(execution):
                    return execution
            return None

        number = version.rpartition("/")[2]
        return wait_for(f"{self.pipeline}: an execution for version {number}", look, patience=_STARTING)

    def known(self) -> list[str]:
        return [str(summary["pipelineExecutionId"]) for summary in self._executions()]

    def follow(self, execution: str, show: Show, *, until: str = "", after: str = "") -> None:
        """To its end, or until the action `until` is under way, showing what began `after` another. Raises DemoFailure."""

        def look() -> tuple[str, list[Action]] | None:
            # The status is read before the actions: once it is final, so are they.
            status = str(self._describe(execution)["status"])
            actions = self.actions(execution)
            show(tuple(_row(action) for action in _later(actions, after)))
            waits = any(action["actionName"] == until and action["status"] == "InProgress" for action in actions)
            return (status, actions) if waits or status not in UNDER_WAY else None

        status, actions = wait_for(self.pipeline, look)
        if status in UNDER_WAY or (status == "Succeeded" and not until):
            return
        failed = next((action for action in actions if action["status"] == "Failed"), None)
        if failed is not None:
            raise failure_of(self.clients, failed, self.layout)
        told = self._describe(execution).get("statusSummary") or f"execution {execution} is {status}"
        raise DemoFailure(self.pipeline, f"{told}, and never came to {until}" if until else told)

    def actions(self, execution: str) -> list[Action]:
        """In the order in which they started."""
        pages = self.clients.codepipeline.get_paginator("list_action_executions").paginate(
            pipelineName=self.pipeline, filter={"pipelineExecutionId": execution}
        )
        found = [action for page in pages for action in page["actionExecutionDetails"]]
        found.reverse()  # they come newest first
        return sorted(found, key=lambda action: action["startTime"])

    def _executions(self) -> list[Mapping[str, Any]]:
        """Newest first."""
        pages = self.clients.codepipeline.get_paginator("list_pipeline_executions").paginate(pipelineName=self.pipeline)
        return [summary for page in pages for summary in page["pipelineExecutionSummaries"]]

    def _variables(self, execution: str) -> set[str]:
        return {str(each["resolvedValue"]) for each in self._describe(execution).get("variables", [])}

    def _describe(self, execution: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.clients.codepipeline.get_pipeline_execution(
            pipelineName=self.pipeline, pipelineExecutionId=execution
        )["pipelineExecution"]
        return found


def _later(actions: Sequence[Action], name: str) -> Sequence[Action]:
    """Those that began after the action of this name; all of them where there is none."""
    places = [place for place, action in enumerate(actions, start=1) if action["actionName"] == name]
    return actions[places[-1] :] if places else actions


def _row(action: Action) -> Step:
    """CodePipeline's words; a stage of one action of its own name is named once."""
    stage, name = str(action["stageName"]), str(action["actionName"])
    seconds = (action["lastUpdateTime"] - action["startTime"]).total_seconds() if action["status"] in _ENDED else 0.0
    return Step(name if stage == name else f"{stage} {name}", str(action["status"]), round(seconds, 3))
