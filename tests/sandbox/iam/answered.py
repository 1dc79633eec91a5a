"""The operations that each of our own services answers."""

from __future__ import annotations

from sandbox.codebuild import projects
from sandbox.codecommit import operations as codecommit
from sandbox.codepipeline import pipelines, tags
from sandbox.sagemaker import operations as sagemaker

ANSWERED: dict[str, set[str]] = {
    "sagemaker": {*sagemaker.OPERATIONS, "InvokeEndpoint"},
    "codebuild": {*projects.OPERATIONS},
    "codecommit": {*codecommit.OPERATIONS},
    "codepipeline": {*pipelines.OPERATIONS, *tags.OPERATIONS},
}
