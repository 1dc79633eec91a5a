"""The same moments drawn with rich: a spinner, and a table of steps that changes in place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from sandbox.demo.outcome import Prediction, Step
from sandbox.demo.screen import COLUMN, Moment, state, told, took

_MARKS = {"Succeeded": ("✓", "green"), "Failed": ("✗", "red"), "Stopped": ("■", "yellow")}


@dataclass
class _LiveMoment:
    title: str
    started: float = field(default_factory=time.monotonic)
    said: str = ""
    known: Sequence[Step] = ()
    notes: list[str] = field(default_factory=list)
    spinner: Spinner = field(default_factory=lambda: Spinner("dots", style="cyan"))

    def say(self, text: str) -> None:
        self.said = text

    def note(self, text: str) -> None:
        self.notes.append(text)

    def steps(self, steps: Sequence[Step]) -> None:
        self.known = tuple(steps)

    def __rich__(self) -> RenderableType:
        """Under way: rich asks again at each refresh."""
        return Group(self._headline(self.spinner), *self._step_lines(), *self._note_lines())

    def ended(self, *, well: bool) -> RenderableType:
        mark, style = _MARKS["Succeeded" if well else "Failed"]
        return Group(self._headline(Text(mark, style=style)), *self._step_lines(), *self._note_lines())

    def _headline(self, mark: RenderableType) -> RenderableType:
        grid = _grid()
        grid.add_row(mark, Text(self.title, style="bold"), took(time.monotonic() - self.started), self.said)
        return grid

    def _note_lines(self) -> list[RenderableType]:
        return [Text(f"  {note}", style="dim", overflow="fold") for note in self.notes]

    def _step_lines(self) -> list[RenderableType]:
        if not self.known:
            return []
        grid = _grid()
        for step in self.known:
            mark, style = _MARKS.get(step.status, ("•", "cyan"))
            status = Text(state(step), style="dim" if step.cached else style)
            grid.add_row("", Text.assemble((mark, style), " ", step.name), took(step.seconds), status)
        return [grid]


class LiveScreen:
    """For a terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def moment(self, title: str) -> Iterator[Moment]:
        moment, well = _LiveMoment(title), False
        try:
            with Live(moment, console=self.console, refresh_per_second=12, transient=True):
                yield moment
            well = True
        finally:
            self.console.print(moment.ended(well=well))

    def predictions(self, predictions: Sequence[Prediction]) -> None:
        table = Table(box=None, padding=(0, 2), header_style="dim")
        table.add_column("row")
        table.add_column("predicted rings", justify="right", style="bold")
        table.add_column("counted", justify="right")
        for prediction in predictions:
            table.add_row(*told(prediction))
        self.console.print(table)

    def line(self, text: str) -> None:
        self.console.print(text, soft_wrap=True, markup=False, highlight=False)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=1)
    grid.add_column(width=COLUMN + 2)
    grid.add_column(width=7, justify="right", style="dim")
    grid.add_column()
    return grid
