"""How rows travel to the endpoint and predictions back, in the two forms that the serving script speaks."""

import json
from collections.abc import Sequence

from promoter.smoke_test.runtime import CSV, OK, Answer


class NotPredictionsError(Exception):
    """The answer holds no list of numbers; the message continues a sentence about it."""


def csv_body(rows: Sequence[str]) -> str:
    return "\n".join(rows)


def json_body(rows: Sequence[str]) -> str:
    return json.dumps({"instances": [[_cell(cell) for cell in row.split(",")] for row in rows]})


def predictions_in(answer: Answer, *, content_type: str) -> tuple[float, ...]:
    """CSV: numbers parted by newlines or commas. JSON: {"predictions": [number, ...]}."""
    if answer.status != OK:
        raise NotPredictionsError(f"was answered with status {answer.status}: {shorten(answer.body)}")
    try:
        if content_type == CSV:
            return tuple(float(cell) for cell in answer.body.replace(",", "\n").split())
        return tuple(float(value) for value in json.loads(answer.body)["predictions"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotPredictionsError(f"was answered with something else than numbers: {shorten(answer.body)}") from error


def shorten(text: str, limit: int = 120) -> str:
    return ascii(text if len(text) <= limit else text[:limit] + "...")


def _cell(cell: str) -> str | float:
    try:
        return float(cell)
    except ValueError:
        return cell
