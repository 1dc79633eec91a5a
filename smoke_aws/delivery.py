"""Executions of a CodePipeline: found by what started them, and followed to where they end or wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.commands.clients import ClientOf
from smoke_aws.deadline import Deadline, SmokeFailure

UNDER_WAY = ("InProgress", "Stopping")
_BUILDS_AT_ONCE = "AccountLimitExceeded"
_START = 600.0  # seconds in which an event starts an execution; what is queued before it has to end first


@dataclass(frozen=True)
class Delivery:
    """One pipeline's."""

    client: ClientOf
    pipeline: str
    deadline: Deadline

    def first(self) -> str:
        """A pipeline starts when it is made."""
        pages = (
            self.client("codepipeline").get_paginator("list_pipeline_executions").paginate(pipelineName=self.pipeline)
        )
        return str([each for page in pages for each in page["pipelineExecutionSummaries"]][-1]["pipelineExecutionId"])

    def of_commit(self, commit: str) -> str:
        def is_of(summary: Mapping[str, Any]) -> bool:
            return any(each.get("revisionId") == commit for each in summary.get("sourceRevisions", []))

        return self._found(is_of, f"an execution of {self.pipeline} for commit {commit[:7]}")

    def of_version(self, arn: str) -> str:
        """That which the reconciler started: its variable is the version."""

        def is_of(summary: Mapping[str, Any]) -> bool:
            described = self._describe(str(summary["pipelineExecutionId"]))
            return any(each.get("resolvedValue") == arn for each in described.get("variables", []))

        return self._found(is_of, f"an execution of {self.pipeline} for version {arn.rpartition('/')[2]}")

    def follow(self, execution: str, *, until: str = "", refused: list[str], at_most: float) -> None:
        """To its end, or to the action `until` waiting for a person.

        A build that the account refused beside another is noted in `refused`, and tried again after a while.
        """

        def look() -> bool | None:
            status = str(self._describe(execution)["status"])
            actions = self.actions(execution)
            if any(each["actionName"] == until and each["status"] == "InProgress" for each in actions):
                return True
            if status in UNDER_WAY:
                return None
            if status == "Succeeded" and not until:
                return True
            self._again(execution, actions, status, refused)
            return None

        self.deadline.wait(f"{self.pipeline} {until}".strip(), look, at_most=at_most)

    def actions(self, execution: str) -> list[dict[str, Any]]:
        """Newest first."""
        pages = self.client("codepipeline").get_paginator("list_action_executions")
        found = pages.paginate(pipelineName=self.pipeline, filter={"pipelineExecutionId": execution})
        return [action for page in found for action in page["actionExecutionDetails"]]

    def approve(self, execution: str, action: str) -> None:
        """As the person would for whom it waits."""
        codepipeline = self.client("codepipeline")
        for stage in codepipeline.get_pipeline_state(name=self.pipeline)["stageStates"]:
            of_this = stage.get("latestExecution", {}).get("pipelineExecutionId") == execution
            for each in stage["actionStates"] if of_this else []:
                token = each.get("latestExecution", {}).get("token")
                if each["actionName"] == action and token:
                    codepipeline.put_approval_result(
                        pipelineName=self.pipeline,
                        stageName=stage["stageName"],
                        actionName=action,
                        result={"summary": "Approved by the smoke check", "status": "Approved"},
                        token=token,
                    )
                    return
        raise SmokeFailure(self.pipeline, f"execution {execution} does not wait for {action}")

    def _again(self, execution: str, actions: list[dict[str, Any]], status: str, refused: list[str]) -> None:
        failed = next((each for each in actions if each["status"] == "Failed"), None)
        message = _message(failed) if failed else f"execution {execution} is {status}"
        if failed is None or _BUILDS_AT_ONCE not in message or len(refused) > _RETRIES:
            raise SmokeFailure(f"{self.pipeline} {failed['actionName'] if failed else ''}".strip(), message)
        refused.append(message)
        time.sleep(self.deadline.bound(_LOOKS_BETWEEN * self.deadline.poll))
        self.client("codepipeline").retry_stage_execution(
            pipelineName=self.pipeline,
            stageName=failed["stageName"],
            pipelineExecutionId=execution,
            retryMode="FAILED_ACTIONS",
        )

    def _found(self, is_it: Callable[[Mapping[str, Any]], bool], what: str) -> str:
        def look() -> str | None:
            pages = self.client("codepipeline").get_paginator("list_pipeline_executions")
            for page in pages.paginate(pipelineName=self.pipeline):
                for summary in page["pipelineExecutionSummaries"]:
                    if is_it(summary):
                        return str(summary["pipelineExecutionId"])
            return None

        return self.deadline.wait(what, look, at_most=_START)

    def _describe(self, execution: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.client("codepipeline").get_pipeline_execution(
            pipelineName=self.pipeline, pipelineExecutionId=execution
        )["pipelineExecution"]
        return found


_RETRIES, _LOOKS_BETWEEN = 20, 6  # ten minutes in all: the build beside it takes some of them


def _message(action: Mapping[str, Any]) -> str:
    result = action.get("output", {}).get("executionResult", {})
    details = result.get("errorDetails", {})
    return str(details.get("message") or result.get("externalExecutionSummary") or "it failed without a reason")
