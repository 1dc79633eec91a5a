"""The step's output parameters (model-build/pipelines/abalone/steps.py declares them)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .listing import Object, version_of
from .question import Question

NEW, NOT_KNOWN = "new", "not known"
_CHANGES = {NOT_KNOWN: "of which it is not known whether they have changed"}
_LONGEST = 1024  # OutputParameter.Value


@dataclass(frozen=True)
class Registered:
    """The newest version of the registry, and the data that it was made of; "" where that is not known."""

    number: int
    data_version: str


UNKNOWN = Registered(0, "")


def answer(
    question: Question, data: Sequence[Object], batch: Sequence[Object], newest: Registered | None
) -> dict[str, object]:
    """`newest` is None where the registry is empty."""
    version = version_of(data)
    change = _change(version, newest)
    return {
        "DataVersion": version,
        "DataObjects": len(data),
        "DataChange": change,
        # A word, so that a condition compares text with text.
        "BatchFound": "yes" if batch else "no",
        "BatchObjects": len(batch),
        "Summary": _summary(question, data, batch, change),
    }


def _change(version: str, newest: Registered | None) -> str:
    if newest is not None and not newest.data_version:
        return NOT_KNOWN
    return f"unchanged since version {newest.number}" if newest and newest.data_version == version else NEW


def _summary(question: Question, data: Sequence[Object], batch: Sequence[Object], change: str) -> str:
    told = f"{_count(data)} under {question.input_data}, {_CHANGES.get(change, change)}. "
    if batch:
        told += f"A batch of {_count(batch)} under {question.batch_data}."
    else:
        told += f"No batch: nothing lies under {question.batch_data}, so nothing is predicted."
    return told[:_LONGEST]


def _count(objects: Sequence[Object]) -> str:
    return f"{len(objects)} object{'' if len(objects) == 1 else 's'}"
