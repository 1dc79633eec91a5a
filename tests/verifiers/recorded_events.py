"""Events in AWS's own shape, with names to fill in.

Shapes: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html,
https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html,
https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html,
https://docs.aws.amazon.com/codecommit/latest/userguide/monitoring-events.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.verifiers.physical import ACCOUNT, REGION

Event = Mapping[str, Any]


def recorded(source: str, kind: str, detail: Mapping[str, Any], *resources: str) -> Event:
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


def model_package(group: str, status: str, *, state: str = "Completed") -> Event:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/{group}/7"
    detail = {
        "ModelPackageName": f"{group}/7",
        "ModelPackageGroupName": group,
        "ModelPackageVersion": 7,
        "ModelPackageArn": arn,
        "CreationTime": "2026-10-01T09:00:00.000Z",
        "ModelPackageStatus": state,
        "ModelApprovalStatus": status,
    }
    return recorded("aws.sagemaker", "SageMaker Model Package State Change", detail, arn)


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
    return recorded("aws.s3", kind, detail, f"arn:aws:s3:::{name}")


def execution(pipeline: str, status: str) -> Event:
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/{pipeline}"
    detail = {
        "pipelineArn": arn,
        "pipelineExecutionArn": f"{arn}/execution/abc123def456",
        "currentPipelineExecutionStatus": status,
        "previousPipelineExecutionStatus": "Executing",
    }
    return recorded("aws.sagemaker", "SageMaker Model Building Pipeline Execution Status Change", detail, arn)


def build(project: str, status: str) -> Event:
    arn = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{project}:8745a7a9"
    detail = {
        "build-status": status,
        "project-name": project,
        "build-id": arn,
        "current-phase": "COMPLETED",
        "version": "1",
    }
    return recorded("aws.codebuild", "CodeBuild Build State Change", detail, arn)


def codepipeline(level: str, pipeline: str, state: str, **more: object) -> Event:
    """`level` is what changed its state: the Pipeline, a Stage or an Action."""
    detail = {
        "pipeline": pipeline,
        "version": 3,
        "state": state,
        "execution-id": "01234567-0123-0123-0123-012345678901",
    }
    arn = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{pipeline}"
    return recorded("aws.codepipeline", f"CodePipeline {level} Execution State Change", {**detail, **more}, arn)


def action(pipeline: str, category: str, provider: str, state: str) -> Event:
    kind = {"owner": "AWS", "provider": provider, "category": category, "version": "1"}
    return codepipeline("Action", pipeline, state, stage="DeployStaging", action="Deploy", type=kind)


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
    return recorded("aws.codecommit", "CodeCommit Repository State Change", detail, arn)
