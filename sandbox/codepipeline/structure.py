"""What AWS refuses of a pipeline's structure, as the user guide's "pipeline structure reference" states it.

The service model's own constraints (names, enums, lengths) are checked before; here is what no model says.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.codepipeline.action_types import ACTION_TYPES
from sandbox.codepipeline.stage_conditions import condition_faults
from sandbox.codepipeline.steps import repeated, steps
from sandbox.codepipeline.variables import variable_faults
from sandbox.errors import DeclaredError, NotInTheSandbox
from sandbox.store import Document

_LEAST, _STAGES, _ACTIONS = 2, 50, 50  # stages a pipeline; quotas: stages a pipeline, actions a stage


def check(pipeline: Document) -> None:
    """Raise the error that AWS declares for the first fault found."""
    for code, faults in (
        ("InvalidStageDeclarationException", _stage_faults(pipeline)),
        ("InvalidStructureException", _source_faults(pipeline)),
        ("InvalidActionDeclarationException", _action_faults(pipeline)),
        ("InvalidStructureException", _artifact_faults(pipeline)),
        ("InvalidStructureException", _type_faults(pipeline)),
        ("InvalidStageDeclarationException", condition_faults(pipeline)),
        ("InvalidActionDeclarationException", variable_faults(pipeline)),
    ):
        fault = next(faults, None)
        if fault is not None:
            raise DeclaredError(code, fault)


def _stage_faults(pipeline: Document) -> Iterator[str]:
    stages = pipeline["stages"]
    if not _LEAST <= len(stages) <= _STAGES:
        yield f"Pipeline has {len(stages)} stages; it must have from {_LEAST} to {_STAGES}"
    for name in repeated(stage["name"] for stage in stages):
        yield f"Stage names must be unique within the pipeline: {name} is used more than once"
    for stage in stages:
        if not 1 <= len(stage["actions"]) <= _ACTIONS:
            yield f"Stage {stage['name']} has {len(stage['actions'])} actions; it must have from 1 to {_ACTIONS}"
        for name in repeated(action["name"] for action in stage["actions"]):
            yield f"Action names must be unique within the stage: {name} is used more than once in {stage['name']}"


def _source_faults(pipeline: Document) -> Iterator[str]:
    first, *later = pipeline["stages"]
    for action in first["actions"]:
        if action["actionTypeId"]["category"] != "Source":
            yield f"The first stage must contain source actions only; {action['name']} is none"
    for stage in later:
        for action in stage["actions"]:
            if action["actionTypeId"]["category"] == "Source":
                yield f"Only the first stage may contain source actions; {action['name']} in {stage['name']} is one"


def _action_faults(pipeline: Document) -> Iterator[str]:
    for action in _actions(pipeline):
        kind = action["actionTypeId"]
        known = ACTION_TYPES.get((kind["category"], kind["owner"], kind["provider"]))
        if known is None or kind["version"] != "1":
            words = f"{kind['category']}, {kind['owner']}, {kind['provider']}, version {kind['version']}"
            raise NotInTheSandbox(f"codepipeline: the action type ({words}) of action {action['name']}")
        yield from known.faults(action)
        if action.get("configuration", {}).get("PollForSourceChanges", "").lower() == "true":
            raise NotInTheSandbox(
                f"codepipeline: PollForSourceChanges true of action {action['name']} (an EventBridge rule starts the pipeline)"
            )
        if "region" in action and "artifactStores" not in pipeline:
            yield f"Action {action['name']} names a region, so the pipeline needs artifactStores, one a region"
        elif "region" in action and action["region"] not in pipeline["artifactStores"]:
            yield f"Action {action['name']} is in {action['region']}, for which artifactStores has no entry"
        if "timeoutInMinutes" in action and kind["category"] != "Approval":
            yield f"Action {action['name']} has timeoutInMinutes, which is available only to manual approvals"
    for name in repeated(action["namespace"] for action in _actions(pipeline) if "namespace" in action):
        yield f"Namespaces must be unique within the pipeline: {name} is used more than once"


def _artifact_faults(pipeline: Document) -> Iterator[str]:
    if ("artifactStore" in pipeline) == ("artifactStores" in pipeline):
        yield "A pipeline has either artifactStore or artifactStores"
    for name in repeated(output for action in _actions(pipeline) for output in _names(action, "output")):
        yield f"Output Artifact Bundle name must be unique within the pipeline. {name} has been used more than once."
    made: set[str] = set()
    for step in steps(pipeline):
        for action in step:
            for name in _names(action, "input"):
                if name not in made:
                    yield f"Input Artifact Bundle {name} in action {action['name']} is not declared as an output artifact before it"
        made.update(name for action in step for name in _names(action, "output"))


def _type_faults(pipeline: Document) -> Iterator[str]:
    """What only a pipeline of type V2 may have ("Pipeline types" in the user guide)."""
    if pipeline.get("pipelineType", "V1") == "V2":
        return
    if pipeline.get("variables"):
        yield "Pipeline variables are for pipelines of type V2 only"
    if pipeline.get("triggers"):
        yield "Triggers are for pipelines of type V2 only"
    if pipeline.get("executionMode", "SUPERSEDED") != "SUPERSEDED":
        yield f"Execution mode {pipeline['executionMode']} is for pipelines of type V2 only"
    for stage in pipeline["stages"]:
        if any(stage.get(member) for member in ("onFailure", "onSuccess", "beforeEntry")):
            yield f"Conditions and results of stage {stage['name']} are for pipelines of type V2 only"


def _actions(pipeline: Document) -> Iterator[Document]:
    for stage in pipeline["stages"]:
        yield from stage["actions"]


def _names(action: Document, word: str) -> list[str]:
    return [artifact["name"] for artifact in action.get(f"{word}Artifacts", [])]
