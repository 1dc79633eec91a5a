"""The raw dataset, read strictly: what could make a wrong model in silence is an error with file, row and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.abalone.containers.features import COLUMNS, RowRefused, check_columns, csv_rows, decimal, read_row

LABEL = "rings"
RAW_COLUMNS = (*COLUMNS, LABEL)
_WORD = re.compile(r"[A-Za-z][A-Za-z _./()-]*")


class DatasetError(ValueError):
    """The data cannot be used; the message says where, what, and what to do."""


class MissingData(DatasetError):
    """No file to read."""


class UnreadableFile(DatasetError):
    """A file that is of no form that can be read, or is not of the form that its name says."""


class EmptyFile(DatasetError):
    """A file without a row."""


class UnexpectedHeader(DatasetError):
    """The first row holds names instead of values."""


class BadRow(DatasetError):
    """A row that is refused; its `__cause__` is the RowRefused."""


class ConstantLabel(DatasetError):
    """Every row has the same label, so there is nothing to learn."""


@dataclass(frozen=True)
class Dataset:
    """Rows as they stood in the files (cells without the label), their labels, and the digest of the bytes."""

    rows: tuple[tuple[str, ...], ...]
    labels: NDArray[np.float64]
    sha256: str


Labelled = tuple[tuple[str, ...], float]  # a row's cells, and its label


def read_dataset(file: Path) -> Dataset:
    """Read one CSV file."""
    if not file.is_file():
        raise MissingData(f"{file}: no such file. An earlier step of the pipeline was to write it: read its log.")
    content = file.read_bytes()
    return make_dataset(file.name, list(read_file(file.name, content)), hashlib.sha256(content).hexdigest())


def make_dataset(where: str, rows: Sequence[Labelled], sha256: str) -> Dataset:
    """`where` is the file or the folder that the rows come from."""
    labels = [label for _, label in rows]
    if len(set(labels)) == 1:
        raise ConstantLabel(
            f"{where}, column {LABEL}: all {len(labels)} rows have the label {labels[0]:g}. "
            "Nothing can be learned from it: check that the last column is the label."
        )
    return Dataset(tuple(cells for cells, _ in rows), np.array(labels), sha256)


def read_file(name: str, content: bytes) -> Iterator[Labelled]:
    """The rows of a CSV file."""
    number = 0
    try:
        for number, cells in csv_rows(content):
            if number == 1 and _is_header(cells):
                header = ",".join(cells)[:60]
                raise UnexpectedHeader(f"{name}, row 1: a header ({header}) where none is expected. Remove it.")
            check_columns(cells, number, expected=RAW_COLUMNS)
            read_row(cells[:-1], number)
            yield tuple(cells[:-1]), decimal(cells[-1], number, LABEL)
    except RowRefused as error:
        raise BadRow(f"{name}, {error}. Correct the row or remove it.") from error
    if not number:
        raise EmptyFile(f"{name}: no rows. Upload the data again, or remove the file from the folder.")


def _is_header(cells: Sequence[str]) -> bool:
    """Names in every column but the first, whose values are letters too; a number anywhere makes it a data row."""
    return len(cells) > 1 and all(_WORD.fullmatch(cell) and cell.lower() not in {"nan", "inf"} for cell in cells[1:])
