"""The order in which a pipeline's actions run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sandbox.store import Document


def steps(pipeline: Document) -> Iterator[list[Document]]:
    """Actions that run side by side, in the order in which they run: stage by stage, run order by run order."""
    for stage in pipeline["stages"]:
        yield from steps_of(stage)


def steps_of(stage: Document) -> Iterator[list[Document]]:
    for order in sorted({action.get("runOrder", 1) for action in stage["actions"]}):
        yield [action for action in stage["actions"] if action.get("runOrder", 1) == order]


def repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
