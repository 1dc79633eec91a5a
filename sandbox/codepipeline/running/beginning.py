"""An action begins: its record is made, with its variables resolved and places for its artifacts."""

from __future__ import annotations

import secrets
import string
import uuid

from sandbox.codepipeline.actions.contract import ActionFailed
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.ending import end_action
from sandbox.codepipeline.running.events import action_changed
from sandbox.codepipeline.running.resolution import UnresolvedVariable, resolved, scope
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document

_FOLDER, _NAME, _RANDOM = 20, 10, 7  # characters of the pipeline's name, of the artifact's, and random ones
_APPROVAL_MINUTES = 7 * 24 * 60  # user guide, "Quotas": manual approval


def begin(turn: Turn, execution: Document, stage: str, action: Document) -> None:
    pipeline = records.structure(turn.store, execution)
    record = _record(turn, execution, stage, action) | {"_outputs": _places(turn, pipeline, action)}
    if action["actionTypeId"]["provider"] == "Manual":
        minutes = action.get("timeoutInMinutes", _APPROVAL_MINUTES)
        record["_token"] = str(uuid.uuid4())
        record["_expires"] = turn.codepipeline.around.clock.now() + minutes * 60
    failure = None
    try:
        record["input"]["resolvedConfiguration"] = resolved(action.get("configuration", {}), scope(execution))
    except UnresolvedVariable as error:
        failure = ActionFailed(f"The action's configuration cannot be resolved: {error}", code="ConfigurationError")
    identity = record["actionExecutionId"]
    records.save_action(turn.store, record)
    execution["_stages"][stage]["actions"][action["name"]] = identity
    turn.save(execution)
    state = turn.stage_state(stage)
    turn.save_stage(stage, state | {"actions": state["actions"] | {action["name"]: identity}})
    action_changed(turn.codepipeline, execution, record, "STARTED")
    if failure is None:
        turn.started.append(identity)
    else:
        end_action(turn, record, failure)


def _record(turn: Turn, execution: Document, stage: str, action: Document) -> Document:
    taken = [artifact["name"] for artifact in action.get("inputArtifacts", [])]
    given: Document = {
        "actionTypeId": action["actionTypeId"],
        "configuration": action.get("configuration", {}),
        "region": action.get("region", turn.codepipeline.settings.region),
        "inputArtifacts": [{"name": name, "s3location": execution["_artifacts"].get(name, {})} for name in taken],
    }
    given |= {member: action[member] for member in ("roleArn", "namespace") if member in action}
    return {
        "pipelineExecutionId": execution["pipelineExecutionId"],
        "actionExecutionId": str(uuid.uuid4()),
        "pipelineVersion": execution["pipelineVersion"],
        "stageName": stage,
        "actionName": action["name"],
        "startTime": turn.now,
        "lastUpdateTime": turn.now,
        "status": "InProgress",
        "input": given,
        "_number": records.number(turn.store),
        "_pipeline": turn.pipeline,
    }


def _places(turn: Turn, pipeline: Document, action: Document) -> Document:
    """User guide, "Input and output artifacts": folder by pipeline, then by artifact, both cut short."""
    store = store_of(pipeline, action.get("region", turn.codepipeline.settings.region))
    return {
        artifact["name"]: {
            "bucket": store["location"],
            "key": f"{turn.pipeline[:_FOLDER]}/{artifact['name'][:_NAME]}/{_random()}",
        }
        for artifact in action.get("outputArtifacts", [])
    }


def store_of(pipeline: Document, region: str) -> Document:
    """The artifact store of a Region; KeyError when the pipeline has none there."""
    store: Document = pipeline["artifactStore"] if "artifactStore" in pipeline else pipeline["artifactStores"][region]
    return store


def _random() -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(_RANDOM))
