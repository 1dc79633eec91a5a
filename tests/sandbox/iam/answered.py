"""The operations that each of our own services answers."""

from __future__ import annotations

from sandbox.codebuild import operations as codebuild
from sandbox.codecommit import operations as codecommit
from sandbox.codepipeline import operations as codepipeline
from sandbox.sagemaker import operations as sagemaker

ANSWERED: dict[str, set[str]] = {
    "sagemaker": {*sagemaker.OPERATIONS, "InvokeEndpoint"},
    "codebuild": {*codebuild.OPERATIONS},
    "codecommit": {*codecommit.OPERATIONS},
    "codepipeline": {*codepipeline.OPERATIONS},
}
