"""An execution in a stage: it enters, leaves, fails, stops, and comes back for a retry.

A stage is locked while an execution is in it; a failure or a stop releases it (user guide, "How pipeline executions work").
"""

from __future__ import annotations

from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.conditions import checked
from sandbox.codepipeline.running.events import pipeline_changed, stage_changed
from sandbox.codepipeline.running.locks import lock, unlock
from sandbox.codepipeline.running.rollback import roll_back_by_itself
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document

_ENDED = {"Succeeded": "SUCCEEDED", "Failed": "FAILED", "Stopped": "STOPPED", "Superseded": "SUPERSEDED"}


def enter(turn: Turn, execution: Document, stage: str) -> None:
    lock(turn, execution, stage)
    run: Document = {"status": "InProgress", "start": turn.now, "actions": {}, "conditions": {}}
    execution["_stages"][stage] = run | {"automatic": 0, "manual": 0}
    declared = records.stage_named(records.structure(turn.store, execution), stage)
    condition = checked(turn, execution, declared, "beforeEntry")
    if condition is None or condition.met:
        stage_changed(turn.codepipeline, execution, stage, "STARTED")
        turn.save(execution)
    elif condition.result == "SKIP":
        _leave(turn, execution, "Skipped")
    else:
        _fail(turn, execution)


def succeed(turn: Turn, execution: Document) -> None:
    """All actions have: the stage has, if its condition is met."""
    stage = execution["_stage"]
    declared = records.stage_named(records.structure(turn.store, execution), stage)
    condition = checked(turn, execution, declared, "onSuccess")
    if condition is None or condition.met:
        pass_on(turn, execution)
        return
    _fail(turn, execution)
    if condition.result == "ROLLBACK":
        _roll_back(turn, execution, stage)


def pass_on(turn: Turn, execution: Document) -> None:
    stage_changed(turn.codepipeline, execution, execution["_stage"], "SUCCEEDED")
    _leave(turn, execution, "Succeeded")


def fail(turn: Turn, execution: Document) -> None:
    """An action has. What a kill cut off is not tried again by itself: whoever looks at it decides."""
    stage = execution["_stage"]
    run = execution["_stages"][stage]
    declared = records.stage_named(records.structure(turn.store, execution), stage).get("onFailure", {})
    by_itself = not execution.pop("_interrupted", False) and execution["executionType"] == "STANDARD"
    if by_itself and declared.get("result") == "RETRY" and run["automatic"] == 0:
        run["automatic"] += 1
        run["latestRetryTrigger"] = "AutomatedStageRetry"
        again(turn, execution, declared.get("retryConfiguration", {}).get("retryMode", "ALL_ACTIONS"))
        stage_changed(turn.codepipeline, execution, stage, "RESUMED")
        turn.save(execution)
        return
    condition = checked(turn, execution, {"name": stage, "onFailure": declared}, "onFailure")
    _fail(turn, execution)
    wanted = declared.get("result") if condition is None else condition.result if condition.met else None
    if by_itself and wanted == "ROLLBACK":
        _roll_back(turn, execution, stage)


def stop(turn: Turn, execution: Document) -> None:
    """At once in front of a stage; in a stage, when nothing runs any more."""
    stage = execution["_stage"]
    if stage is not None:
        execution["_stages"][stage]["status"] = "Stopped"
        stage_changed(turn.codepipeline, execution, stage, "STOPPED")
        unlock(turn, execution)
    execution["_waiting"] = None
    end(turn, execution, "Stopped")


def resume(turn: Turn, execution: Document, stage: str) -> None:
    """Back into a stage that it failed or stopped in."""
    lock(turn, execution, stage)
    execution["status"] = "InProgress"
    execution["_attempt"] += 1
    for member in ("statusSummary", "stopTrigger", "_interrupted"):
        execution.pop(member, None)
    execution["_stages"][stage]["status"] = "InProgress"
    pipeline_changed(turn.codepipeline, execution, "RESUMED")
    stage_changed(turn.codepipeline, execution, stage, "RESUMED")
    turn.save(execution)


def again(turn: Turn, execution: Document, mode: str) -> None:
    """Forget which actions have run in this stage: the failed ones, or all (API_RetryStageExecution, retryMode)."""
    run = execution["_stages"][execution["_stage"]]
    kept: Document = {}
    for name, identity in run["actions"].items():
        action = turn.store.get(records.ACTION, identity)
        if mode == "FAILED_ACTIONS" and action and action["status"] in ("Succeeded", "InProgress"):
            kept[name] = identity
    run["actions"] = kept


def end(turn: Turn, execution: Document, status: str, summary: str = "") -> None:
    execution["status"] = status
    if summary:
        execution["statusSummary"] = summary
    pipeline_changed(turn.codepipeline, execution, _ENDED[status])
    turn.save(execution)


def _leave(turn: Turn, execution: Document, status: str) -> None:
    stage = execution["_stage"]
    execution["_stages"][stage]["status"] = status
    unlock(turn, execution)
    alone = execution["executionType"] == "ROLLBACK"  # of this stage only
    following = None if alone else records.after(records.structure(turn.store, execution), stage)
    if following is None:
        end(turn, execution, "Succeeded")
    else:
        execution["_waiting"] = following
        turn.save(execution)


def _fail(turn: Turn, execution: Document) -> None:
    stage = execution["_stage"]
    execution["_stages"][stage]["status"] = "Failed"
    stage_changed(turn.codepipeline, execution, stage, "FAILED")
    unlock(turn, execution)
    end(turn, execution, "Failed")


def _roll_back(turn: Turn, execution: Document, stage: str) -> None:
    back = roll_back_by_itself(turn, execution, stage)
    if back is not None:
        pipeline_changed(turn.codepipeline, back, "STARTED")
        enter(turn, back, stage)
