"""Executions that take a stage back to what an earlier execution did there (user guide, "Configuring stage rollback")."""

from __future__ import annotations

from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.executions import new
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document


def roll_back_by_itself(turn: Turn, failed: Document, stage: str) -> Document | None:
    """To the latest execution that succeeded there in the same version of the pipeline; None when there is none."""
    for target in reversed(records.executions(turn.store, turn.pipeline)):
        if target["pipelineVersion"] == failed["pipelineVersion"] and may_be_target(target, stage):
            trigger = {"triggerType": "AutomatedRollback", "triggerDetail": failed["pipelineExecutionId"]}
            return rollback(turn, target, trigger)
    return None


def may_be_target(target: Document, stage: str) -> bool:
    """A rollback is no target of another."""
    return bool(target["executionType"] == "STANDARD" and target["_stages"].get(stage, {}).get("status") == "Succeeded")


def rollback(turn: Turn, target: Document, trigger: Document) -> Document:
    """A new execution with the target's variables, artifacts and structure; it is in no stage yet."""
    execution = new(turn, target["pipelineVersion"], trigger=trigger, mode=target["executionMode"])
    execution["executionType"] = "ROLLBACK"
    execution["rollbackMetadata"] = {"rollbackTargetPipelineExecutionId": target["pipelineExecutionId"]}
    for member in ("variables", "artifactRevisions", "sourceRevisions", "_artifacts", "_outputs"):
        execution[member] = target[member]
    turn.save(execution)
    return execution
