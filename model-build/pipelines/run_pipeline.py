"""Publish the pipeline definition with the commit as its tag, start an execution if there is data, print its ARN, and return."""

from __future__ import annotations

import os
import sys

import boto3

from pipelines.command import exit_code, load_pipeline
from pipelines.data_version import data_version
from pipelines.settings import Settings

# No more than three of our steps can run at once; the limit keeps a longer pipeline inside the account's quotas.
PARALLELISM = {"MaxParallelExecutionSteps": 4}


def run(settings: Settings) -> str | None:
    """Returns the ARN of the execution, which goes on by itself; None before there is any data."""
    pipeline = load_pipeline(settings)
    tags = [{"Key": "Commit", "Value": settings.commit}, {"Key": "Project", "Value": settings.project}]
    response = pipeline.upsert(role_arn=settings.pipeline_role, tags=tags, parallelism_config=PARALLELISM)
    sys.stderr.write(f"Published {response['PipelineArn']} at commit {settings.commit}.\n")
    version = data_version(boto3.client("s3", region_name=settings.region), settings.input_data)
    if version is None:
        sys.stderr.write(
            f"Nothing lies under {settings.input_data} yet, so no execution was started: put the data there.\n"
        )
        return None
    execution = pipeline.start(parameters={"DataVersion": version}, execution_description=f"commit {settings.commit}")
    return str(execution.arn)


def main() -> int:
    def action() -> None:
        arn = run(Settings.from_environment(os.environ))
        if arn is not None:
            sys.stdout.write(f"{arn}\n")

    return exit_code(action)


if __name__ == "__main__":
    sys.exit(main())
