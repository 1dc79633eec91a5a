"""A Parquet file of raw rows: its columns by their names, its values held against the same rules as those of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from pipelines.abalone.containers.dataset import LABEL, RAW_COLUMNS, BadRow, EmptyFile, Labelled, UnreadableFile
from pipelines.abalone.containers.features import RowRefused, decimal, read_row


def read_parquet(name: str, content: bytes) -> Iterator[Labelled]:
    columns = _columns(name, content)
    number = 0
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        try:
            read_row(values[:-1], number)
            label = decimal(values[-1], number, LABEL)
        except RowRefused as error:
            raise BadRow(f"{name}, {error}. Correct the row or remove it.") from error
        yield tuple(str(value) for value in values[:-1]), label
    if not number:
        raise EmptyFile(f"{name}: no rows. Upload the data again, or remove the file from the folder.")


def _columns(name: str, content: bytes) -> list[Sequence[object]]:
    # Its import takes longer than a run's whole CSV: only where there is such a file.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(f"{name}: not a whole Parquet file ({error}). Upload it again.") from error
    if sorted(table.column_names) != sorted(RAW_COLUMNS):
        raise UnreadableFile(
            f"{name}: its columns are {', '.join(table.column_names)[:200]}; they must be {', '.join(RAW_COLUMNS)}, in any order."
        )
    return [_values(table.column(column)) for column in RAW_COLUMNS]


def _values(column: Any) -> list[object]:
    """Each as the shortest text would have it: 0.1 of a float32 is 0.1, not 0.10000000149."""
    values = column.to_pylist()
    if str(column.type) in ("float", "halffloat"):
        short = np.float32 if str(column.type) == "float" else np.float16
        return [None if value is None else float(str(short(value))) for value in values]
    return [str(value) if isinstance(value, Decimal) else value for value in values]
