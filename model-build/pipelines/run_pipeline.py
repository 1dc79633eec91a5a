"""Publish the pipeline definition with the commit as its tag, start an execution if there is data, print its ARN, and return."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import boto3

from pipelines.command import exit_code, load_pipeline
from pipelines.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# No more than three of our steps can run at once; the limit keeps a longer pipeline inside the account's quotas.
PARALLELISM = {"MaxParallelExecutionSteps": 4}


def run(settings: Settings) -> str | None:
    """Returns the ARN of the execution, which goes on by itself; None before there is any data."""
    pipeline = load_pipeline(settings)
    tags = [{"Key": "Commit", "Value": settings.commit}, {"Key": "Project", "Value": settings.project}]
    response = pipeline.upsert(role_arn=settings.pipeline_role, tags=tags, parallelism_config=PARALLELISM)
    sys.stderr.write(f"Published {response['PipelineArn']} at commit {settings.commit}.\n")
    if not holds_data(boto3.client("s3", region_name=settings.region), settings.input_data):
        sys.stderr.write(
            f"Nothing lies under {settings.input_data} yet, so no execution was started: put the data there.\n"
        )
        return None
    execution = pipeline.start(execution_description=f"commit {settings.commit}")
    return str(execution.arn)


def holds_data(s3: S3Client, uri: str) -> bool:
    """Whether there is an object that is more than the marker of the folder itself."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=2).get("Contents", [])
    return any(not item["Key"].endswith("/") for item in found)


def main() -> int:
    def action() -> None:
        arn = run(Settings.from_environment(os.environ))
        if arn is not None:
            sys.stdout.write(f"{arn}\n")

    return exit_code(action)


if __name__ == "__main__":
    sys.exit(main())
