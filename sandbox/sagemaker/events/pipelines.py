"""Events of pipeline executions and of their steps: alone among SageMaker's, their members begin in lower case."""

from __future__ import annotations

from sandbox.events import Event
from sandbox.sagemaker.events.detail import event, iso
from sandbox.store import Document

_ENDED = ("Succeeded", "Failed", "Stopped")


def execution(before: Document | None, after: Document | None) -> Event | None:
    previous = before["PipelineExecutionStatus"] if before else None
    if after is None or previous == after["PipelineExecutionStatus"]:
        return None
    status = after["PipelineExecutionStatus"]
    detail = {
        "pipelineExecutionDisplayName": after["PipelineExecutionDisplayName"],
        "currentPipelineExecutionStatus": status,
        "previousPipelineExecutionStatus": previous,
        "executionStartTime": iso(after["CreationTime"]),
        "executionEndTime": iso(after["LastModifiedTime"]) if status in _ENDED else None,
        "pipelineExecutionDescription": after.get("PipelineExecutionDescription"),
        "pipelineArn": after["PipelineArn"],
        "pipelineExecutionArn": after["PipelineExecutionArn"],
    }
    kind = "Model Building Pipeline Execution Status"
    return event(kind, detail, after["PipelineArn"], after["PipelineExecutionArn"])


def step(before: Document | None, after: Document | None) -> Event | None:
    """A step that begins anew (a retry, after a kill) begins with its first status again."""
    previous = before["StepStatus"] if before else None
    if after is None or previous == after["StepStatus"]:
        return None
    arn = after["_execution"]
    pipeline = arn.partition("/execution/")[0]
    ended, hit = after.get("EndTime"), after.get("CacheHitResult")
    detail = {
        "metadata": _lower(after["Metadata"]),
        "stepStartTime": iso(after["StartTime"]),
        "stepEndTime": iso(ended) if ended is not None else None,
        "stepName": after["StepName"],
        "stepType": after["_type"],
        "previousStepStatus": previous,
        "currentStepStatus": after["StepStatus"],
        "failureReason": after.get("FailureReason"),
        "cacheHitResult": _lower(hit) if hit else None,
        "pipelineArn": pipeline,
        "pipelineExecutionArn": arn,
    }
    return event("Model Building Pipeline Execution Step Status", detail, pipeline, arn)


def _lower(document: Document) -> Document:
    """Members with a small first letter, at every level: {"processingJob": {"arn": ...}}."""
    return {
        f"{name[0].lower()}{name[1:]}": _lower(value) if isinstance(value, dict) else value
        for name, value in document.items()
    }
