"""Publish the pipeline definition with the commit as its tag, start an execution, print its ARN, and return."""

from __future__ import annotations

import os
import sys

from pipelines.command import exit_code, load_pipeline
from pipelines.settings import Settings

# No more than three of our steps can run at once; the limit keeps a longer pipeline inside the account's quotas.
PARALLELISM = {"MaxParallelExecutionSteps": 4}


def run(settings: Settings) -> str:
    """Returns the ARN of the execution, which goes on by itself."""
    pipeline = load_pipeline(settings)
    tags = [{"Key": "Commit", "Value": settings.commit}, {"Key": "Project", "Value": settings.project}]
    response = pipeline.upsert(role_arn=settings.pipeline_role, tags=tags, parallelism_config=PARALLELISM)
    sys.stderr.write(f"Published {response['PipelineArn']} at commit {settings.commit}.\n")
    execution = pipeline.start(execution_description=f"commit {settings.commit}")
    return str(execution.arn)


def main() -> int:
    def action() -> None:
        sys.stdout.write(f"{run(Settings.from_environment(os.environ))}\n")

    return exit_code(action)


if __name__ == "__main__":
    sys.exit(main())
