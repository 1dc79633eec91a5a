"""Reads golden.json: the rows that travel with the model, and what the model said to them where it was trained."""

import sys
from dataclasses import dataclass

from promoter.errors import ArchiveRefusedError, ConfigError
from promoter.strict_json import parse_object

_KEYS = ("rows", "predictions", "tolerance", "xgboost")


@dataclass(frozen=True)
class Golden:
    """Raw rows with their predictions; an answer may differ by `tolerance`, absolutely. `library` made them."""

    rows: tuple[str, ...]
    predictions: tuple[float, ...]
    tolerance: float
    library: str


def parse_golden(text: bytes, *, name: str) -> Golden:
    try:
        document = parse_object(text, name=name)
    except ConfigError as error:
        raise ArchiveRefusedError(*error.sentences) from error
    if document.keys() != set(_KEYS):
        raise ArchiveRefusedError(f"{name}: must hold exactly {', '.join(_KEYS)}, not {', '.join(sorted(document))}.")
    rows = _list(document["rows"])
    golden = Golden(
        rows=tuple(row for row in rows if isinstance(row, str) and row.strip() and row.isprintable()),
        predictions=tuple(number for value in _list(document["predictions"]) if (number := _finite(value)) is not None),
        tolerance=_finite(document["tolerance"]) or 0.0,
        library=str(document["xgboost"]),
    )
    if not len(rows) == len(golden.rows) == len(golden.predictions) == len(_list(document["predictions"])) > 0:
        raise ArchiveRefusedError(f"{name}: rows must be lines of text, predictions finite numbers, one for each row.")
    if not golden.tolerance > 0:
        raise ArchiveRefusedError(f"{name}: tolerance must be a number above 0.")
    return golden


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > sys.float_info.max:
        return None
    return float(value)
