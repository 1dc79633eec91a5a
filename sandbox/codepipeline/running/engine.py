"""Executions move on: after each change, whatever follows from it is decided and written down, and only then acted on.

Nothing polls, and no thread belongs to an execution: an operation, an action's end or a deadline opens a turn, and the turn goes on
until nothing more follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from sandbox.codepipeline.actions.contract import ActionFailed, Awaited
from sandbox.codepipeline.running import records, stages
from sandbox.codepipeline.running.beginning import begin
from sandbox.codepipeline.running.ending import end_action
from sandbox.codepipeline.running.entry import Waiting, entry
from sandbox.codepipeline.running.launching import Outcome, launch
from sandbox.codepipeline.running.progress import Verdict, progress
from sandbox.codepipeline.running.turn import Turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.codepipeline.steps import steps_of
from sandbox.store import Document


@contextmanager
def turn(codepipeline: CodePipeline, pipeline: str) -> Iterator[Turn]:
    """Change executions of a pipeline inside; what follows is decided in the same transaction, and happens after it."""
    taken = Turn(codepipeline, pipeline)
    with codepipeline.store.transaction():
        yield taken
        _settle(taken)
    codepipeline.announcer.send()
    for identity in taken.abandoned:
        running = codepipeline.running.get(identity)
        if running is not None:
            running.declare()
    for identity in taken.started:
        launch(codepipeline, identity, ended=finish)


def finish(codepipeline: CodePipeline, identity: str, outcome: Outcome, *, by: str = "") -> None:
    """An action has ended; one that was abandoned meanwhile, or whose pipeline is gone, has not."""
    known = codepipeline.store.get(records.ACTION, identity)
    if known is None:
        return
    if isinstance(outcome, Awaited):
        wait_for(codepipeline, known)
        return
    with turn(codepipeline, known["_pipeline"]) as taken:
        action = codepipeline.store.get(records.ACTION, identity)
        if action is not None and action["status"] == "InProgress":
            end_action(taken, action, outcome, by=by)


def wait_for(codepipeline: CodePipeline, action: Document) -> None:
    """Until its time is up, if nobody says before how it ended."""
    identity = action["actionExecutionId"]
    if action["status"] == "InProgress":
        late = ActionFailed("The action timed out: nobody answered in the time that it had.", code="JobFailed")
        codepipeline.deadlines.add(identity, action["_expires"], partial(finish, codepipeline, identity, late))


def _settle(taken: Turn) -> None:
    """Until nothing changes any more."""
    moved = True
    while moved:
        moved = False
        for execution in records.live(taken.store, taken.pipeline):
            if execution["_stage"] is not None:
                moved = _go_on(taken, execution) or moved
        moved = _let_in(taken) or moved


def _go_on(taken: Turn, execution: Document) -> bool:
    """An execution in a stage. Whether anything changed."""
    stage = records.stage_named(records.structure(taken.store, execution), execution["_stage"])
    started: dict[str, str] = execution["_stages"][stage["name"]]["actions"]
    states = {name: (taken.store.get(records.ACTION, each) or {})["status"] for name, each in started.items()}
    steps = [[action["name"] for action in step] for step in steps_of(stage)]
    now = progress(steps, states, stopping=execution["status"] == "Stopping")
    if now.verdict is Verdict.STARTS:
        for action in stage["actions"]:
            if action["name"] in now.start:
                current = taken.store.get(records.EXECUTION, execution["pipelineExecutionId"]) or execution
                begin(taken, current, stage["name"], action)
    elif now.verdict is Verdict.SUCCEEDED:
        stages.succeed(taken, execution)
    elif now.verdict is Verdict.FAILED:
        stages.fail(taken, execution)
    elif now.verdict is Verdict.STOPPED:
        stages.stop(taken, execution)
    return now.verdict is not Verdict.WAITS


def _let_in(taken: Turn) -> bool:
    """Executions in front of the stages. Whether anything changed."""
    waiting: dict[str, list[Document]] = {}
    for execution in records.live(taken.store, taken.pipeline):
        if execution["_waiting"] is not None:
            waiting.setdefault(execution["_waiting"], []).append(execution)
    moved = False
    for stage, found in waiting.items():
        state, by_id = taken.stage_state(stage), {each["pipelineExecutionId"]: each for each in found}
        line = [
            Waiting(id=each["pipelineExecutionId"], number=each["_number"], mode=each["executionMode"])
            for each in found
        ]
        now = entry(line, locked=state["holder"] is not None, enabled=state["transition"]["enabled"])
        for older, newer in now.superseded.items():
            by_id[older]["_waiting"] = None
            stages.end(taken, by_id[older], "Superseded", f"Superseded by execution {newer}")
        for identity in now.enter:
            stages.enter(taken, by_id[identity], stage)
        moved = moved or bool(now.superseded or now.enter)
    return moved
