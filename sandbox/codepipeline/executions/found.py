"""What a request names, or the error that AWS declares when it is not there."""

from __future__ import annotations

from sandbox.codepipeline.pipelines import VERSION, named
from sandbox.codepipeline.running import records
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document


def current(codepipeline: CodePipeline, name: str) -> Document:
    """The structure of a pipeline as it is now."""
    about = named(codepipeline, name)
    return codepipeline.store.get(VERSION, f"{name}/{about['version']}") or {}


def stage_of(pipeline: Document, name: str) -> Document:
    for stage in pipeline["stages"]:
        if stage["name"] == name:
            return dict(stage)
    raise DeclaredError(
        "StageNotFoundException", f"Pipeline '{pipeline['name']}' does not have a stage with name '{name}'"
    )


def execution_of(codepipeline: CodePipeline, pipeline: str, identity: str) -> Document:
    execution = execution_or_none(codepipeline, pipeline, identity)
    if execution is None:
        raise DeclaredError(
            "PipelineExecutionNotFoundException",
            f"Pipeline '{pipeline}' does not have an execution with ID '{identity}'",
        )
    return execution


def execution_or_none(codepipeline: CodePipeline, pipeline: str, identity: str) -> Document | None:
    """For the operations that declare no PipelineExecutionNotFoundException."""
    execution = codepipeline.store.get(records.EXECUTION, identity)
    return execution if execution is not None and execution["pipelineName"] == pipeline else None
