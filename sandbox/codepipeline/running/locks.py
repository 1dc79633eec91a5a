"""A stage is locked while an execution is in it; in PARALLEL mode none is (user guide, "How pipeline executions work")."""

from __future__ import annotations

from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document


def lock(turn: Turn, execution: Document, stage: str) -> None:
    state = turn.stage_state(stage)
    if execution["executionMode"] != "PARALLEL":
        state["holder"] = execution["pipelineExecutionId"]
    state["latest"] = execution["pipelineExecutionId"]
    turn.save_stage(stage, state)
    execution["_waiting"], execution["_stage"] = None, stage


def unlock(turn: Turn, execution: Document) -> None:
    stage, execution["_stage"] = execution["_stage"], None
    state = turn.stage_state(stage)
    if state["holder"] == execution["pipelineExecutionId"]:
        turn.save_stage(stage, state | {"holder": None})
