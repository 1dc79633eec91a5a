"""A version's way to production: the approver decides, staging tests it, the approver lets it go on."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlparse

from tests.e2e.loop import Loop, Stopped
from tests.e2e.project import DEPLOY, NAMES
from tests.e2e.traces import logged, noticed

STAGING = NAMES.endpoint("staging")
LOGS = (
    f"lambda/{NAMES.reconciler}",
    f"lambda/{NAMES.review}",
    f"codebuild/{DEPLOY}",
    f"codebuild/{NAMES.smoke_test}",
    f"lambda/{NAMES.notices}",
    f"sagemaker/Endpoints/{STAGING}",
)


def push_to_deploy(loop: Loop) -> None:
    """No version is named, so the one approved last is looked up and goes to staging again, where a person stops it."""
    commit = loop.project.push(DEPLOY, {"README.md": "changed\n"})
    execution = loop.of_commit(DEPLOY, commit)
    loop.follow(DEPLOY, execution, until="Approve")
    loop.project.client("codepipeline").stop_pipeline_execution(
        pipelineName=DEPLOY, pipelineExecutionId=execution, abandon=True
    )
    noticed(loop, DEPLOY, "stopped")


def decision(loop: Loop) -> None:
    """The approver decides over a version; it is deployed to staging and tested; the approver is told, with the report."""
    _decide(loop)
    loop.follow(DEPLOY, loop.known["execution"], until="Approve")
    noticed(loop, loop.known["version"], "report.html")
    for group in LOGS:
        logged(loop, f"/aws/{group}")
    loop.until(lambda: _captured(loop), "the captured requests", f"a request that {STAGING} has answered")


def release(loop: Loop) -> None:
    """The approver reads the report and lets the version go on; it goes live, which is told."""
    execution, version = loop.known["execution"], loop.known["version"]
    state = loop.as_approver("codepipeline", "get_pipeline_state", name=DEPLOY)
    loop.as_approver("codepipeline", "list_pipeline_executions", pipelineName=DEPLOY)
    bucket, key = _report(loop, execution)
    loop.as_approver("s3", "get_object", Bucket=bucket, Key=key)
    loop.as_approver(
        "codepipeline",
        "put_approval_result",
        pipelineName=DEPLOY,
        stageName="DeployProd",
        actionName="Approve",
        token=_token(state),
        result={"summary": "read the report", "status": "Approved"},
    )
    loop.follow(DEPLOY, execution)
    if loop.project.live() != version:
        raise Stopped("production", f"{loop.project.live()} is live, not {version}")
    loop.project.predict()
    noticed(loop, version, "DeployProd")


def _decide(loop: Loop) -> None:
    """In the registry; the reconciler orders the deployment."""
    listed = loop.as_approver(
        "sagemaker", "list_model_packages", ModelPackageGroupName=NAMES.model_package_group, SortOrder="Ascending"
    )
    waiting = [
        each for each in listed["ModelPackageSummaryList"] if each["ModelApprovalStatus"] == "PendingManualApproval"
    ]
    arn = str(waiting[0]["ModelPackageArn"])
    loop.as_approver("sagemaker", "describe_model_package", ModelPackageName=arn)
    loop.as_approver("sagemaker", "update_model_package", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    loop.learn(version=arn, execution=_ordered(loop, arn))


def _ordered(loop: Loop, arn: str) -> str:
    """The execution that the reconciler has started for a version."""

    def look() -> str | None:
        found = (each for each in loop.project.executions(DEPLOY) if loop.project.version_of(each) == arn)
        return next((str(each["pipelineExecutionId"]) for each in found), None)

    return loop.until(look, NAMES.reconciler, f"the deployment of {arn}")


def _captured(loop: Loop) -> bool:
    bucket, prefix = loop.project.bucket("artifacts"), f"data-capture/{STAGING}/"
    found = loop.project.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return any(each["LastModified"].timestamp() >= int(loop.started) for each in found)


def _report(loop: Loop, execution: str) -> tuple[str, str]:
    """Bucket and key of the page that the approval's link leads to."""
    approval = next(each for each in loop.project.actions(DEPLOY, execution) if each["actionName"] == "Approve")
    where = urlparse(approval["input"]["resolvedConfiguration"]["ExternalEntityLink"])
    return where.path.rpartition("/")[2], parse_qs(where.query)["prefix"][0]


def _token(state: dict[str, Any]) -> str:
    """Of the approval that waits, in what GetPipelineState has told."""
    actions = (action for stage in state["stageStates"] for action in stage["actionStates"])
    return next(str(each["latestExecution"]["token"]) for each in actions if each["actionName"] == "Approve")
