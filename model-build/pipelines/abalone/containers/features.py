"""From a raw row of the dataset to the vector that the model sees: one module for training, evaluation and serving.

It travels in model.tar.gz beside the model, so that the two cannot part.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SEXES = ("F", "I", "M")
MEASURES = ("length", "diameter", "height", "whole_weight", "shucked_weight", "viscera_weight", "shell_weight")
COLUMNS = ("sex", *MEASURES)  # a raw row: the dataset's columns without the label
DERIVED = ("shucked_share", "viscera_share", "shell_share", "density", "drained_weight", "roundness")
FEATURES = (*(f"sex_{sex}" for sex in SEXES), *MEASURES, *DERIVED)

Cell = object  # text from a CSV; text, number or anything else from JSON
Matrix = NDArray[np.float32]

LIMIT = 1e9  # far beyond any abalone, and small enough that nothing derived overflows a float32
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")  # float() takes 1_0, ٣ and infinity too
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


class RowRefused(ValueError):
    """A row that no vector can be made of: its number (from 1), the column, and what is wrong."""

    def __init__(self, row: int, problem: str, column: str | None = None) -> None:
        self.row = row
        self.column = column
        self.problem = problem
        super().__init__(f"row {row}{f', column {column}' if column else ''}: {problem}")


class WrongColumnCount(RowRefused):
    """The row has more or fewer cells than the dataset has columns."""


class NotANumber(RowRefused):
    """A measure that is not a decimal number."""


class NotFinite(RowRefused):
    """NaN, an infinity, or a number beyond any measure."""


class UnknownSex(RowRefused):
    """A sex code that the dataset does not know."""


class NotUtf8(RowRefused):
    """Bytes that are not UTF-8 text."""


class NotCsv(RowRefused):
    """Text that cannot be split into cells."""


def csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row; empty lines at the end are not rows, a byte order mark is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise NotUtf8(row, f"byte {content[error.start]:#04x} at offset {error.start} is not UTF-8") from error
    reader = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise NotCsv(reader.line_num, f"not CSV ({error})") from error


def feature_matrix(rows: Sequence[Sequence[Cell]]) -> Matrix:
    """One vector a row, in the order of FEATURES; the first bad row is refused by its number."""
    read = [read_row(row, number) for number, row in enumerate(rows, start=1)]
    measured = np.array([measures for _, measures in read], dtype=np.float64).reshape(len(read), len(MEASURES))
    one_hot = np.eye(len(SEXES))[np.array([sex for sex, _ in read], dtype=np.intp)]
    return np.hstack([one_hot, measured, _derived(measured)]).astype(np.float32)


def read_row(row: Sequence[Cell], number: int) -> tuple[int, list[float]]:
    """The index of the sex in SEXES, and the measures."""
    check_columns(row, number, expected=COLUMNS)
    sex, *cells = row
    if sex not in SEXES:
        raise UnknownSex(number, f"{shown(sex)} is not one of {', '.join(SEXES)}", "sex")
    return SEXES.index(str(sex)), [decimal(cell, number, name) for cell, name in zip(cells, MEASURES, strict=True)]


def check_columns(row: Sequence[Cell], number: int, *, expected: Sequence[str]) -> None:
    if len(row) != len(expected):
        wanted = f"{len(expected)} columns ({','.join(expected)})"
        raise WrongColumnCount(number, f"{len(row)} columns where {wanted} are expected")


def decimal(cell: Cell, number: int, column: str) -> float:
    """Text is read strictly; JSON's numbers are taken as they are, its booleans are not numbers."""
    if isinstance(cell, str):
        if _NOT_FINITE.fullmatch(cell):
            raise NotFinite(number, f"{shown(cell)} is not a finite number", column)
        if not _NUMBER.fullmatch(cell):
            raise NotANumber(number, f"{shown(cell)} is not a number", column)
        value: float = float(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        value = cell
    else:
        raise NotANumber(number, f"{shown(cell)} is not a number", column)
    if not -LIMIT <= value <= LIMIT:
        raise NotFinite(number, f"{shown(cell)} is not a finite number within ±{LIMIT:.0e}", column)
    return float(value)


def shown(cell: Cell, width: int = 40) -> str:
    """A cell for an error message, never longer than a line."""
    text = repr(cell) if isinstance(cell, str | float | bool | None) else type(cell).__name__
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _derived(measured: NDArray[np.float64]) -> NDArray[np.float64]:
    length, diameter, height, whole, shucked, viscera, shell = measured.T
    with np.errstate(all="ignore"):  # two abalones of the dataset have the height 0: a ratio is then 0 or the limit
        derived = np.column_stack(
            [
                shucked / whole,
                viscera / whole,
                shell / whole,
                whole / (length * diameter * height),
                whole - shucked - viscera - shell,
                length / diameter,
            ]
        )
    return np.asarray(np.clip(np.nan_to_num(derived, nan=0.0), -LIMIT, LIMIT))
