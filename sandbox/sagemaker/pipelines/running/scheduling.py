"""Which steps of an execution may start now: the dependency graph, pure of threads and of the API.

A step starts when all it depends on has succeeded and the Condition step around it took its branch; a step that cannot start
any more is skipped, and so is all that depends on it. After a failure or a stop nothing new starts; what runs is let finish.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from sandbox.sagemaker.pipelines.definition.definition import Definition, Step


class State(Enum):
    """Where a step is in one execution; the values of ended ones are the API's StepStatus."""

    WAITING = "Waiting"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    STOPPED = "Stopped"
    SKIPPED = "Skipped"


class Schedule:
    """The states of all steps. `outcomes` are those of the Condition steps that have succeeded."""

    def __init__(self, definition: Definition, *, limit: int | None, done: Mapping[str, str]) -> None:
        """`done` maps the steps that succeeded in an earlier try to their outcome ("" unless Condition)."""
        self._steps = definition.steps
        self._outcomes = dict(done)
        self._states = {name: State.SUCCEEDED if name in done else State.WAITING for name in definition.steps}
        self.limit = limit
        self.closed = False
        """True: nothing new may start"""
        self._skip()

    def start(self) -> list[Step]:
        """The steps to start now; they count as running from here on."""
        started = []
        for name, state in self._states.items():
            if state is State.WAITING and self._free() and self._ready(self._steps[name]):
                self._states[name] = State.RUNNING
                started.append(self._steps[name])
        return started

    def end(self, name: str, state: State, outcome: str = "") -> None:
        self._states[name] = state
        if state is State.SUCCEEDED:
            self._outcomes[name] = outcome
        else:
            self.closed = True
        self._skip()

    def state(self, name: str) -> State:
        return self._states[name]

    def count(self, state: State) -> int:
        return sum(each is state for each in self._states.values())

    def _free(self) -> bool:
        return not self.closed and (self.limit is None or self.count(State.RUNNING) < self.limit)

    def _ready(self, step: Step) -> bool:
        return all(self._states[name] is State.SUCCEEDED for name in step.depends_on)

    def _skip(self) -> None:
        """Until nothing changes: a step may stand before one that it depends on."""
        changed = True
        while changed:
            changed = False
            for name, state in self._states.items():
                if state is State.WAITING and self._cannot_start(self._steps[name]):
                    self._states[name] = State.SKIPPED
                    changed = True

    def _cannot_start(self, step: Step) -> bool:
        if any(self._states[name] is State.SKIPPED for name in step.depends_on):
            return True
        branch = step.branch
        return branch is not None and self._outcomes.get(branch.condition, branch.outcome) != branch.outcome
