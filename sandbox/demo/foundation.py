"""The stack that every later moment stands on, and the environment that tells the other roots about it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo.layout import REPOSITORY
from sandbox.demo.stacks import Stack, deploy

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

PROJECT = "abalone"
_TEMPLATE = Path(__file__).with_name("foundation.yaml")


@dataclass(frozen=True)
class Foundation:
    """What foundation.yaml puts out."""

    bucket: str
    model_package_group: str
    pipeline_role: str
    model_role: str


def lay_foundation(cloudformation: CloudFormationClient) -> Foundation:
    stack = Stack(f"{PROJECT}-foundation", _TEMPLATE, parameters={"ProjectName": PROJECT})
    outputs = deploy(cloudformation, stack)
    return Foundation(
        bucket=outputs["BucketName"],
        model_package_group=outputs["ModelPackageGroupName"],
        pipeline_role=outputs["PipelineRoleArn"],
        model_role=outputs["ModelRoleArn"],
    )


def project_variables(foundation: Foundation) -> dict[str, str]:
    """The names under which SageMaker Projects hands these things to a build."""
    return {
        "SAGEMAKER_PROJECT_NAME": PROJECT,
        "SAGEMAKER_PIPELINE_NAME": PROJECT,
        "SAGEMAKER_PIPELINE_ROLE_ARN": foundation.pipeline_role,
        "MODEL_EXECUTION_ROLE_ARN": foundation.model_role,
        "ARTIFACT_BUCKET": foundation.bucket,
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": foundation.model_package_group,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": commit(),
    }


def commit(folder: Path = REPOSITORY) -> str:
    """The commit at hand, marked when files differ from it; a folder without Git is `unversioned`."""
    git = shutil.which("git")
    if git is None:
        return "unversioned"
    asked = subprocess.run(  # noqa: S603 (git itself, fixed arguments)
        [git, "-C", str(folder), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "unversioned"
