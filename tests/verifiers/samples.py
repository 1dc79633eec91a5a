"""Events in AWS's own shape about this assembly's resources, each with the receiver that it must reach, or must not.

Shapes: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html,
https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html,
https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html,
https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.names import Names
from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import bucket, names
from tests.verifiers.physical import ACCOUNT, REGION

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Delivery:
    """One event, and whether the target whose ARN ends in `receiver` gets it."""

    sentence: str
    event: Event
    receiver: str
    reaches: bool


def deliveries(assembly: Assembly) -> Iterator[Delivery]:
    known = names(assembly)
    yield from _decisions(known)
    yield from _arrivals(known, bucket(assembly, "Data").name)
    yield from _notices(known)
    if assembly.of("AWS::CodeCommit::Repository"):
        yield from _pushes(known)


def _event(source: str, kind: str, detail: Mapping[str, Any], *resources: str) -> Event:
    return {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": "2026-10-01T10:00:00Z",
        "region": REGION,
        "resources": list(resources),
        "detail": detail,
    }


def model_package(group: str, status: str) -> Event:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/{group}/7"
    detail = {
        "ModelPackageName": f"{group}/7",
        "ModelPackageGroupName": group,
        "ModelPackageVersion": 7,
        "ModelPackageArn": arn,
        "CreationTime": "2026-10-01T09:00:00.000Z",
        "ModelPackageStatus": "Completed",
        "ModelApprovalStatus": status,
    }
    return _event("aws.sagemaker", "SageMaker Model Package State Change", detail, arn)


def _decisions(known: Names) -> Iterator[Delivery]:
    group, reconciler = known.model_package_group, f":{known.reconciler}"
    for status in ("Approved", "Rejected"):
        event = model_package(group, status)
        yield Delivery(f"a version that was {status.lower()} wakes the reconciler", event, reconciler, reaches=True)
    for what, event in {
        "a version that waits for its approval": model_package(group, "PendingManualApproval"),
        "another group's approved version": model_package(f"{group}-other", "Approved"),
        "an endpoint of any kind": _event(
            "aws.sagemaker", "SageMaker Endpoint State Change", {"EndpointName": known.endpoint("prod")}
        ),
    }.items():
        yield Delivery(f"{what} does not wake the reconciler", event, reconciler, reaches=False)


def s3_object(name: str, key: str, kind: str = "Object Created") -> Event:
    detail = {
        "version": "0",
        "bucket": {"name": name},
        "object": {
            "key": key,
            "size": 1024,
            "etag": "b1946ac92492d2347c6235b4d2611184",
            "version-id": "IYV3p45BT0ac8hj",
        },
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": ACCOUNT,
        "source-ip-address": "1.2.3.4",
        "reason": "PutObject",
    }
    return _event("aws.s3", kind, detail, f"arn:aws:s3:::{name}")


def _arrivals(known: Names, data: str) -> Iterator[Delivery]:
    receiver = f":{known.data_arrival}"
    yield Delivery("a new object under the data prefix is data", s3_object(data, "data/a.csv"), receiver, reaches=True)
    for what, event in {
        "an object under the batch prefix": s3_object(data, "batch/a.csv"),
        "an object whose key only contains the prefix": s3_object(data, "old/data/a.csv"),
        "another bucket's object": s3_object(f"{data}-other", "data/a.csv"),
        "a deletion": s3_object(data, "data/a.csv", "Object Deleted"),
    }.items():
        yield Delivery(f"{what} is no new data", event, receiver, reaches=False)


def execution(pipeline: str, status: str) -> Event:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/{pipeline}"
    detail = {
        "pipelineArn": arn,
        "pipelineExecutionArn": f"{arn}/execution/abc123def456",
        "currentPipelineExecutionStatus": status,
        "previousPipelineExecutionStatus": "Executing",
    }
    return _event("aws.sagemaker", "SageMaker Model Building Pipeline Execution Status Change", detail, arn)


def build(project: str, status: str) -> Event:
    arn = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{project}:8745a7a9"
    detail = {
        "build-status": status,
        "project-name": project,
        "build-id": arn,
        "current-phase": "COMPLETED",
        "version": "1",
    }
    return _event("aws.codebuild", "CodeBuild Build State Change", detail, arn)


def codepipeline(level: str, pipeline: str, state: str, **more: object) -> Event:
    """`level` is what changed its state: the Pipeline, a Stage or an Action."""
    detail = {
        "pipeline": pipeline,
        "version": 3,
        "state": state,
        "execution-id": "01234567-0123-0123-0123-012345678901",
    }
    arn = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{pipeline}"
    return _event("aws.codepipeline", f"CodePipeline {level} Execution State Change", {**detail, **more}, arn)


def action(pipeline: str, category: str, provider: str, state: str) -> Event:
    kind = {"owner": "AWS", "provider": provider, "category": category, "version": "1"}
    return codepipeline("Action", pipeline, state, stage="DeployStaging", action="Deploy", type=kind)


def _notices(known: Names) -> Iterator[Delivery]:
    receiver, deploy = f":{known.notices}", known.model_deploy
    told = {
        "a training run that failed": execution(known.sagemaker_pipeline, "Failed"),
        "a build of model-build that failed": build(known.model_build, "FAILED"),
        "a smoke test that timed out": build(known.smoke_test, "TIMED_OUT"),
        "a stack that could not be deployed": action(deploy, "Deploy", "CloudFormation", "FAILED"),
        "a version that waits for its approval": action(deploy, "Approval", "Manual", "STARTED"),
        "a refused approval": action(deploy, "Approval", "Manual", "FAILED"),
        "a version that is live in production": codepipeline("Stage", deploy, "SUCCEEDED", stage="DeployProd"),
        "a deployment that was stopped": codepipeline("Pipeline", deploy, "STOPPED"),
    }
    untold = {
        "a training run under way": execution(known.sagemaker_pipeline, "Executing"),
        "another pipeline's training": execution("other", "Failed"),
        "a build that succeeded": build(known.model_build, "SUCCEEDED"),
        "another project's failed build": build("other", "FAILED"),
        "a failed build, as its pipeline tells it again": action(deploy, "Build", "CodeBuild", "FAILED"),
        "a version that is live in staging": codepipeline("Stage", deploy, "SUCCEEDED", stage="DeployStaging"),
        "another pipeline's stop": codepipeline("Pipeline", "other", "STOPPED"),
    }
    yield from (Delivery(f"{what} is told", event, receiver, reaches=True) for what, event in told.items())
    yield from (Delivery(f"{what} is not told", event, receiver, reaches=False) for what, event in untold.items())


def push(repository: str, branch: str) -> Event:
    arn = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:{repository}"
    detail = {
        "event": "referenceUpdated",
        "repositoryName": repository,
        "repositoryId": "8f2a7f0a",
        "referenceType": "branch",
        "referenceName": branch,
        "referenceFullName": f"refs/heads/{branch}",
        "commitId": "3e5983DESTINATION",
        "oldCommitId": "3e5a9bf1SOURCE",
    }
    return _event("aws.codecommit", "CodeCommit Repository State Change", detail, arn)


def _pushes(known: Names) -> Iterator[Delivery]:
    for name in (known.model_build, known.model_deploy):
        yield Delivery(f"a push to main of {name} starts it", push(name, "main"), f":{name}", reaches=True)
        yield Delivery(
            f"a push to another branch of {name} starts nothing", push(name, "topic"), f":{name}", reaches=False
        )
        yield Delivery(
            f"a push to another repository does not start {name}", push("other", "main"), f":{name}", reaches=False
        )
