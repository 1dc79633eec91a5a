from __future__ import annotations

import gzip
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.abalone.containers.dataset import (
    RAW_COLUMNS,
    BadRow,
    DatasetError,
    EmptyFile,
    MissingData,
    UnreadableFile,
)
from pipelines.abalone.containers.input_data import InputData, read_input

FIRST = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15\n"
SECOND = "F,0.53,0.42,0.135,0.677,0.2565,0.1415,0.21,9\n"
ROW: dict[str, Any] = dict(zip(RAW_COLUMNS, ["F", 0.53, 0.42, 0.135, 0.677, 0.2565, 0.1415, 0.21, 9], strict=True))


def put(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def put_parquet(folder: Path, name: str, table: pa.Table | dict[str, list[Any]], **options: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table if isinstance(table, pa.Table) else pa.table(table), path, **options)


def columns(**changes: Any) -> dict[str, list[Any]]:
    return {name: [value] for name, value in (ROW | changes).items()}


def counted(found: InputData) -> dict[str, int]:
    return {file.name: file.rows for file in found.files}


def test_every_file_is_read_in_any_folder_and_form_and_its_rows_are_counted(tmp_path: Path) -> None:
    put(tmp_path, "abalone.csv", FIRST + SECOND)
    put(tmp_path, "2026/06/a.csv", FIRST)
    put(tmp_path, "2026/06/B.CSV", SECOND * 2)
    put(tmp_path, "dt=2026-06-01/c.csv.gz", gzip.compress((FIRST * 3).encode()))
    put(tmp_path, "d.Csv.GZ", gzip.compress(SECOND.encode()))
    put_parquet(tmp_path, "e/part-0.snappy.parquet", columns())
    found = read_input(tmp_path)
    assert counted(found) == {
        "2026/06/B.CSV": 2,
        "2026/06/a.csv": 1,
        "abalone.csv": 2,
        "d.Csv.GZ": 1,
        "dt=2026-06-01/c.csv.gz": 3,
        "e/part-0.snappy.parquet": 1,
    }
    assert len(found.dataset.rows) == sum(counted(found).values()) == 10
    assert found.dataset.labels.tolist() == [9, 9, 15, 15, 9, 9, 15, 15, 15, 9]
    assert found.ignored == ()


def test_markers_are_ignored_and_named(tmp_path: Path) -> None:
    put(tmp_path, "deep/a.csv", FIRST + SECOND)
    markers = ["_SUCCESS", "deep/_SUCCESS", "deep_$folder$", "deep/.a.csv.crc", "_committed_12", ".DS_Store"]
    for name in markers:
        put(tmp_path, name, b"")
    found = read_input(tmp_path)
    assert found.ignored == tuple(sorted(markers))
    assert counted(found) == {"deep/a.csv": 2}


@pytest.mark.parametrize(
    "name", ["notes.txt", "deep/a.csv.bak", "a.json", "a.xlsx", "a.csv.bz2", "csv", "_SUCCESS.txt"]
)
def test_a_file_that_cannot_be_read_fails_by_its_name_before_any_is_read(tmp_path: Path, name: str) -> None:
    put(tmp_path, "a.csv", "not even a row")
    put(tmp_path, name, FIRST)
    with pytest.raises(UnreadableFile, match=rf"^{name}: not .csv, .csv.gz, .parquet by its name. Every file"):
        read_input(tmp_path)


def test_a_bad_row_is_told_with_the_path_of_its_file(tmp_path: Path) -> None:
    put(tmp_path, "2026/06/a.csv.gz", gzip.compress((FIRST + FIRST.replace("0.455", "long")).encode()))
    with pytest.raises(BadRow, match=r"^2026/06/a\.csv\.gz, row 2, column length: 'long' is not a number"):
        read_input(tmp_path)


def test_no_data_says_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match=r"no data here \(no such folder\)\. Check the pipeline parameter InputData"):
        read_input(tmp_path / "nowhere")
    with pytest.raises(MissingData, match=r"no data here \(nothing\)"):
        read_input(tmp_path)
    put(tmp_path, "_SUCCESS", b"")
    with pytest.raises(MissingData, match=r"no data here \(only _SUCCESS\)"):
        read_input(tmp_path)


def test_the_digest_is_of_all_bytes_in_their_order(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", FIRST)
    put(tmp_path, "b.csv", SECOND)
    both = read_input(tmp_path).dataset.sha256
    put(tmp_path, "b.csv", SECOND + FIRST)
    assert read_input(tmp_path).dataset.sha256 != both


@pytest.mark.parametrize(
    "content", [b"", FIRST.encode(), gzip.compress(FIRST.encode())[:-9], gzip.compress(FIRST.encode())[:20] + b"x" * 40]
)
def test_what_is_not_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "a.csv.gz", content)
    with pytest.raises(DatasetError, match=r"^a\.csv\.gz: (not a whole gzip file|no rows)"):
        read_input(tmp_path)


def test_parquet_gives_the_rows_that_csv_gives_whatever_its_types(tmp_path: Path) -> None:
    put(tmp_path / "csv", "a.csv", FIRST + SECOND)
    expected = read_input(tmp_path / "csv").dataset
    rows = [line.split(",") for line in (FIRST + SECOND).splitlines()]
    names = list(RAW_COLUMNS)
    kinds: dict[str, Any] = {"double": float, "float": float, "decimal": Decimal}
    for kind, of in kinds.items():
        table = {
            name: [row[place] if name == "sex" else of(row[place]) for row in rows] for place, name in enumerate(names)
        }
        schema = {"float": pa.float32(), "double": pa.float64(), "decimal": pa.decimal128(12, 6)}[kind]
        fields = [(name, pa.dictionary(pa.int8(), pa.string()) if name == "sex" else schema) for name in names]
        shuffled = pa.table(table, schema=pa.schema(fields)).select(sorted(names))
        put_parquet(tmp_path / kind, "a.parquet", shuffled, row_group_size=1)
        found = read_input(tmp_path / kind).dataset
        assert [[row[0], *map(float, row[1:])] for row in found.rows] == [
            [row[0], *map(float, row[1:])] for row in expected.rows
        ]
        assert found.labels.tolist() == expected.labels.tolist()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"length": None}, "row 1, column length: None is not a number"),
        ({"rings": None}, "row 1, column rings: None is not a number"),
        ({"sex": None}, "row 1, column sex: None is not one of F, I, M"),
        ({"sex": "X"}, "row 1, column sex: 'X' is not one of F, I, M"),
        ({"height": float("nan")}, "row 1, column height: nan is not a finite number"),
        ({"height": True}, "row 1, column height: True is not a number"),
        ({"height": "tall"}, "row 1, column height: 'tall' is not a number"),
    ],
)
def test_a_bad_value_in_parquet_is_refused_with_file_row_and_column(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    put_parquet(tmp_path, "deep/a.parquet", columns(**changes))
    with pytest.raises(BadRow, match=f"^deep/a.parquet, {sentence}"):
        read_input(tmp_path)


def test_parquet_with_other_columns_says_which_and_an_empty_or_broken_one_is_named(tmp_path: Path) -> None:
    put_parquet(tmp_path, "a.parquet", {name: values for name, values in columns().items() if name != "sex"})
    with pytest.raises(
        UnreadableFile, match=r"a\.parquet: its columns are length, .*; they must be sex, length, .*rings"
    ):
        read_input(tmp_path)
    put_parquet(tmp_path, "a.parquet", {name: [] for name in RAW_COLUMNS})
    with pytest.raises(EmptyFile, match=r"a\.parquet: no rows"):
        read_input(tmp_path)
    put(tmp_path, "a.parquet", (tmp_path / "a.parquet").read_bytes()[:-20])
    with pytest.raises(UnreadableFile, match=r"a\.parquet: not a whole Parquet file"):
        read_input(tmp_path)


def test_parquets_library_is_loaded_only_where_there_is_a_parquet_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.csv", FIRST + SECOND)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyarrow"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert counted(read_input(tmp_path)) == {"a.csv": 2}
