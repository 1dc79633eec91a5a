"""The threads of the executions under way: one that starts steps as they become ready, and one for each running step.

Nothing polls: the execution's thread sleeps until a step ends. The threads are their own, not the service's workers', so that many
executions cannot starve the jobs they wait for.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from weakref import WeakKeyDictionary

from sandbox.sagemaker.pipelines.definition import parameters
from sandbox.sagemaker.pipelines.definition.definition import Step, read
from sandbox.sagemaker.pipelines.pipeline_views import definition_of
from sandbox.sagemaker.pipelines.running.pipeline_role import PipelineRole
from sandbox.sagemaker.pipelines.running.scheduling import Schedule, State
from sandbox.sagemaker.pipelines.running.scopes import STEP
from sandbox.sagemaker.pipelines.running.step_run import StepRun
from sandbox.sagemaker.pipelines.steps.contract import StopSignal
from sandbox.sagemaker.service import SageMaker

EXECUTION = "pipeline-execution"
RUNNING = ("Executing", "Stopping")
STEPS_FAILED = "Step failure: One or multiple steps failed."  # AWS's words

_under_way: WeakKeyDictionary[SageMaker, dict[str, Run]] = WeakKeyDictionary()
_lock = threading.Lock()


class Run:
    """One execution under way."""

    def __init__(self, sagemaker: SageMaker, arn: str) -> None:
        self._sagemaker, self._arn = sagemaker, arn
        self._execution = sagemaker.store.get(EXECUTION, arn) or {}
        self._definition = read(definition_of(sagemaker, self._execution))
        self._parameters = parameters.values(self._definition.parameters, self._execution["_parameters"])
        done = {
            step["StepName"]: step["Metadata"].get("Condition", {}).get("Outcome", "")
            for step in sagemaker.store.all(STEP, parent=arn)
            if step["StepStatus"] == "Succeeded"
        }
        limit = self._execution.get("ParallelismConfiguration", {}).get("MaxParallelExecutionSteps")
        self._schedule = Schedule(self._definition, limit=limit, done=done)
        self._changed = threading.Condition()
        self._stop = StopSignal()
        self._role = PipelineRole(sagemaker, self._execution)

    def start(self) -> None:
        _thread(self._work, self._arn)

    def stop(self) -> None:
        """Start nothing new, and stop what runs."""
        with self._changed:
            self._schedule.closed = True
            self._changed.notify_all()
        self._stop.set()

    def allow(self, limit: int) -> None:
        """Another number of steps at a time, from now on."""
        with self._changed:
            self._schedule.limit = limit
            self._changed.notify_all()

    def _work(self) -> None:
        with self._changed:
            while True:
                for step in self._schedule.start():
                    _thread(partial(self._run, step), f"{self._arn}/{step.name}")
                if not self._schedule.count(State.RUNNING):
                    break
                self._changed.wait()
        with _lock:
            _under_way[self._sagemaker].pop(self._arn)
        self._end()

    def _run(self, step: Step) -> None:
        state, outcome = State.FAILED, ""
        try:
            state, outcome = StepRun(
                sagemaker=self._sagemaker,
                execution=self._execution,
                definition=self._definition,
                parameters=self._parameters,
                step=step,
                stop=self._stop,
                role=self._role,
            ).run()
        finally:
            with self._changed:
                self._schedule.end(step.name, state, outcome)
                self._changed.notify_all()

    def _end(self) -> None:
        changes: dict[str, object] = {"LastModifiedTime": self._sagemaker.now()}
        if self._schedule.count(State.FAILED):
            changes |= {"PipelineExecutionStatus": "Failed", "FailureReason": STEPS_FAILED}
        elif self._stop.is_set():
            changes["PipelineExecutionStatus"] = "Stopped"
        else:
            changes["PipelineExecutionStatus"] = "Succeeded"
        self._sagemaker.store.update(EXECUTION, self._arn, changes)


def launch(sagemaker: SageMaker, arn: str) -> None:
    """Start the execution's threads."""
    run = Run(sagemaker, arn)
    with _lock:
        _under_way.setdefault(sagemaker, {})[arn] = run
    execution = sagemaker.store.get(EXECUTION, arn)
    if execution and execution["PipelineExecutionStatus"] == "Stopping":  # stopped before it was known here
        run.stop()
    run.start()


def under_way(sagemaker: SageMaker, arn: str) -> Run | None:
    with _lock:
        return _under_way.get(sagemaker, {}).get(arn)


def _thread(work: Callable[[], None], name: str) -> None:
    def run() -> None:
        with suppress(
            sqlite3.ProgrammingError
        ):  # the store is closed: the process ends, and `recover` will mark what is cut off
            work()

    threading.Thread(target=run, name=name, daemon=True).start()
