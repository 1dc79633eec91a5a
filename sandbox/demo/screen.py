"""What a watcher sees. The walk tells a Screen; this one writes plain lines, `live_screen` draws."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import IO, Protocol

from sandbox.demo.outcome import Prediction, Step

COLUMN = 21  # of "DeployStaging Deploy", and a blank
_UNDER_WAY = ("Starting", "Executing", "Stopping", "InProgress")


class Moment(Protocol):
    """One part of the walk, while it lasts."""

    def say(self, text: str) -> None:
        """What came of it, in a few words."""

    def note(self, text: str) -> None:
        """A line of its own about something that happened."""

    def steps(self, steps: Sequence[Step]) -> None:
        """The steps or actions as they are now."""


class Screen(Protocol):
    """Where the demo shows itself."""

    def moment(self, title: str) -> AbstractContextManager[Moment]: ...

    def predictions(self, predictions: Sequence[Prediction]) -> None: ...

    def line(self, text: str) -> None: ...


def state(step: Step) -> str:
    """SageMaker's status, with the cache named where the step was taken from it."""
    return f"{step.status}, cached" if step.cached else step.status


def took(seconds: float) -> str:
    return f"{seconds:5.1f} s"


def told(prediction: Prediction) -> tuple[str, str, str]:
    """The row, what was predicted, what was counted."""
    row = ",".join(f"{value:g}" if isinstance(value, float) else value for value in prediction.features)
    return row, f"{prediction.predicted:.1f}", f"{prediction.actual:g}"


@dataclass
class _PlainMoment:
    write: IO[str]
    said: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    def say(self, text: str) -> None:
        self.said = text

    def note(self, text: str) -> None:
        self._line(text)

    def steps(self, steps: Sequence[Step]) -> None:
        """A line for each change of a status; that one is about to start is no news."""
        for step in steps:
            if step.status != "Starting" and self.shown.get(step.name) != step.status:
                self.shown[step.name] = step.status
                seconds = took(step.seconds) if step.status not in _UNDER_WAY else ""
                self._line(f"{step.name:<{COLUMN}} {seconds:>7}  {state(step)}")

    def _line(self, text: str) -> None:
        self.write.write(f"  {text}\n")
        self.write.flush()


@dataclass
class PlainScreen:
    """Lines for a log file, a pipe, or a terminal that cannot do more."""

    write: IO[str]

    @contextmanager
    def moment(self, title: str) -> Iterator[Moment]:
        started, moment = time.monotonic(), _PlainMoment(self.write)
        yield moment
        self.line(f"{title:<{COLUMN + 2}} {took(time.monotonic() - started)}  {moment.said}".rstrip())

    def predictions(self, predictions: Sequence[Prediction]) -> None:
        rows = [("row", "predicted", "counted"), *(told(prediction) for prediction in predictions)]
        width = max(len(row) for row, _, _ in rows)
        for row, predicted, counted in rows:
            self.line(f"  {row:<{width}}  {predicted:>9}  {counted:>7}")

    def line(self, text: str) -> None:
        self.write.write(f"{text}\n")
        self.write.flush()
