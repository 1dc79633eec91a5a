"""Model servers with manners, as an endpoint's container would answer: a status and a body for each request."""

import json
import time
from collections.abc import Callable

from promoter_fakes.archives import PREDICTIONS, ROWS

Answered = tuple[int, str]
Server = Callable[[str, str], Answered]

OK = 200
_KNOWN = dict(zip(ROWS, PREDICTIONS, strict=True))


def good(body: str, content_type: str) -> Answered:
    rows = _rows(body, content_type)
    for number, row in enumerate(rows, start=1):
        if row not in _KNOWN:
            return 400, json.dumps({"error": f"row {number}: refused", "row": number})
    return OK, _written([_KNOWN[row] for row in rows], content_type)


def off_by_a_version(body: str, content_type: str) -> Answered:
    """A model of XGBoost 3.2.0 in the container of 3.0.5: no error, but predictions like 0.69 for 7.80."""
    status, text = good(body, content_type)
    return (status, text) if status != OK else (OK, _written([0.69] * len(_rows(body, content_type)), content_type))


def swallows_anything(body: str, content_type: str) -> Answered:
    return OK, _written([_KNOWN.get(row, 9.9) for row in _rows(body, content_type)], content_type)


def one_answer_for_all(body: str, content_type: str) -> Answered:
    status, text = good(body, content_type)
    return (status, text) if status != OK else (OK, _written([PREDICTIONS[0]], content_type))


def not_a_number(body: str, content_type: str) -> Answered:
    status, text = good(body, content_type)
    return (status, text) if status != OK else (OK, "nan\n" * len(_rows(body, content_type)))


def chatty(body: str, content_type: str) -> Answered:
    status, text = good(body, content_type)
    return (status, text) if status != OK else (OK, "about <nine> rings")


def broken(_body: str, _content_type: str) -> Answered:
    return 500, "Traceback: no such file"


def slow(body: str, content_type: str) -> Answered:
    time.sleep(0.004)
    return good(body, content_type)


def _rows(body: str, content_type: str) -> list[str]:
    if content_type == "application/json":
        return [",".join(str(cell) for cell in row) for row in json.loads(body)["instances"]]
    return body.splitlines()


def _written(predictions: list[float], content_type: str) -> str:
    if content_type == "application/json":
        return json.dumps({"predictions": predictions})
    return "".join(f"{prediction}\n" for prediction in predictions)
