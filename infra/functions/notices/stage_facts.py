"""Edge: looks up what CodePipeline knows of an execution: its version, why actions failed, and where a test's report lies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .build_log import Logs, last_words
from .deploying import ACTION, STAGE
from .event import Event
from .look_up import told
from .notice import Facts

PACKAGE_VARIABLE = "ModelPackageArn"
CHOSEN_VARIABLE = "VERSION"  # of the deploy pipeline's build: buildspec.yml exports it
ENDPOINT_VARIABLE = "ENDPOINT_NAME"  # of a test: the endpoint, which is called as its stack
REPORT_VARIABLE = "REPORT_URI"  # of a test: the folder that its report goes to
Answer = Mapping[str, Any]


class CodePipeline(Protocol):
    """The operations of CodePipeline that are called here."""

    def get_pipeline_execution(self, **request: object) -> Answer: ...
    def list_pipeline_executions(self, **request: object) -> Answer: ...
    def list_action_executions(self, **request: object) -> Answer: ...


class S3(Protocol):
    """The operation of S3 that is called here."""

    def get_object(self, *, Bucket: str, Key: str) -> Answer: ...


@dataclass(frozen=True)
class Sources:
    """Where the facts of a deployment are."""

    pipeline: CodePipeline
    logs: Logs
    s3: S3


def deployment(sources: Sources, event: Event) -> Facts:
    pipeline, name, execution = sources.pipeline, event.detail("pipeline"), event.detail("execution-id")
    nobody: tuple[str, bool] = ("", False)
    package, rollback = told(lambda: _package(pipeline, name, execution), nobody)
    if event.kind == STAGE and event.detail("state") == "SUCCEEDED":
        return Facts(package=package, rollback=rollback, replaced=told(lambda: _replaced(pipeline, event), ""))
    none: Sequence[Answer] = ()
    details = told(lambda: _details(pipeline, name, execution), none)
    if event.kind == ACTION and event.detail("state") == "FAILED":
        own = _configuration(_own(event, details))
        reasons, report = _of_build(sources, event, own)
        stack, prepared = own.get("StackName", ""), own.get("ActionMode", "").startswith("CHANGE_SET")
        stack = stack or _variable(own, ENDPOINT_VARIABLE)
        return Facts(package=package, reasons=reasons, report=report, stack=stack, by_change_set=prepared)
    # A failed stage or pipeline does not say itself why, and an approval does not say what to review.
    return Facts(
        package=package,
        rollback=rollback,
        reasons=_reasons(details),
        report=_of_approval(details, "ExternalEntityLink"),
        change=_of_approval(details, "CustomData"),
    )


def _package(pipeline: CodePipeline, name: str, execution: str) -> tuple[str, bool]:
    """The version that an execution names, or else the one that its build has chosen; and whether it is a rollback."""
    found = pipeline.get_pipeline_execution(pipelineName=name, pipelineExecutionId=execution)["pipelineExecution"]
    values = {each["name"]: each["resolvedValue"] for each in found.get("variables", [])}
    named, rollback = str(values.get(PACKAGE_VARIABLE, "")), found.get("executionType") == "ROLLBACK"
    if not named or named.startswith("arn:"):
        return named, rollback
    return told(lambda: _chosen(_details(pipeline, name, execution)), ""), rollback


def _chosen(details: Sequence[Answer]) -> str:
    """The version that the build exported; empty as long as it has not."""
    versions = (each.get("output", {}).get("outputVariables", {}).get(CHOSEN_VARIABLE, "") for each in details)
    return next((str(version) for version in versions if str(version).startswith("arn:")), "")


def _replaced(pipeline: CodePipeline, event: Event) -> str:
    """The version of the execution that passed this stage before."""
    passed = {"succeededInStage": {"stageName": event.detail("stage")}}
    page = pipeline.list_pipeline_executions(pipelineName=event.detail("pipeline"), filter=passed, maxResults=2)
    others = [each["pipelineExecutionId"] for each in page["pipelineExecutionSummaries"]]
    before = next((each for each in others if each != event.detail("execution-id")), None)
    return _package(pipeline, event.detail("pipeline"), before)[0] if before else ""


def _details(pipeline: CodePipeline, name: str, execution: str) -> Sequence[Answer]:
    """Newest first."""
    page = pipeline.list_action_executions(pipelineName=name, filter={"pipelineExecutionId": execution})
    return list(page["actionExecutionDetails"])


def _reasons(details: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(
        f"{each['stageName']} {each['actionName']}: {_reason(each)}" for each in details if each["status"] == "Failed"
    )


def _reason(action: Answer) -> str:
    result = action.get("output", {}).get("executionResult", {})
    return result.get("externalExecutionSummary") or result.get("errorDetails", {}).get("message") or "no reason given"


def _of_approval(details: Sequence[Answer], key: str) -> str:
    """What the approval tells: the link for its review (the test report), or what is approved."""
    return next(filter(None, (_configuration(each).get(key) for each in details)), "")


def _own(event: Event, details: Sequence[Answer]) -> Answer:
    """The very action execution that the event is about."""
    identity = event.detail("action-execution-id")
    return next((each for each in details if each.get("actionExecutionId") == identity), {})


def _of_build(sources: Sources, event: Event, own: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Why a build or a test failed: the checks of its report that did not pass, or else what its log said last."""
    if event.detail("type", "provider") != "CodeBuild":
        return (), ""
    nothing: tuple[str, ...] = ()
    folder = _variable(own, REPORT_VARIABLE)
    failed = told(lambda: _failed_checks(sources.s3, folder), nothing) if folder else nothing
    if failed:
        return failed, f"{folder}/report.html"
    project, _, stream = event.detail("execution-result", "external-execution-id").partition(":")
    group = f"/aws/codebuild/{project}"
    return (told(lambda: last_words(sources.logs, group=group, stream=stream), nothing) if stream else nothing), ""


def _variable(own: Mapping[str, str], name: str) -> str:
    """Of a build's environment."""
    try:
        variables = json.loads(own.get("EnvironmentVariables", "[]"))
        return next((str(each["value"]) for each in variables if each["name"] == name), "")
    except (ValueError, TypeError, KeyError):
        return ""


def _failed_checks(s3: S3, folder: str) -> tuple[str, ...]:
    bucket, _, key = folder.removeprefix("s3://").partition("/")
    try:
        report = json.loads(s3.get_object(Bucket=bucket, Key=f"{key}/report.json")["Body"].read())
        return tuple(f"{each['name']}: {each['sentence']}" for each in report["checks"] if not each["passed"])
    except (ValueError, TypeError, KeyError):
        return ()


def _configuration(action: Answer) -> Mapping[str, str]:
    found: Mapping[str, str] = action.get("input", {}).get("resolvedConfiguration", {})
    return found
