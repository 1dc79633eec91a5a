"""The way into a stage, closed and opened (user guide, "Add a transition")."""

from __future__ import annotations

from sandbox.caller import caller
from sandbox.codepipeline.executions.found import current, stage_of
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.running.turn import Turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import NotInTheSandbox
from sandbox.store import Document


def disable_stage_transition(codepipeline: CodePipeline, request: Document) -> Document:
    return _changed(codepipeline, request, enabled=False)


def enable_stage_transition(codepipeline: CodePipeline, request: Document) -> Document:
    return _changed(codepipeline, request, enabled=True)


def _changed(codepipeline: CodePipeline, request: Document, *, enabled: bool) -> Document:
    if request["transitionType"] != "Inbound":
        raise NotInTheSandbox("codepipeline: the transition type Outbound")
    name, stage = request["pipelineName"], request["stageName"]
    with turn(codepipeline, name) as taken:
        stage_of(current(codepipeline, name), stage)
        set_transition(taken, stage, enabled=enabled, reason=request.get("reason", ""))
    return {}


def set_transition(taken: Turn, stage: str, *, enabled: bool, reason: str = "") -> None:
    by = taken.codepipeline.around.arn_of(caller())
    transition: Document = {"enabled": enabled, "lastChangedBy": by, "lastChangedAt": taken.now}
    if not enabled:
        transition["disabledReason"] = reason
    taken.save_stage(stage, taken.stage_state(stage) | {"transition": transition})


OPERATIONS = {"DisableStageTransition": disable_stage_transition, "EnableStageTransition": enable_stage_transition}
