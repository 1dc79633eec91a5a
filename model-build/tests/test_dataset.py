from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.abalone.containers.dataset import (
    BadRow,
    ConstantLabel,
    Dataset,
    DatasetError,
    EmptyFile,
    MissingData,
    UnexpectedHeader,
    read_dataset,
    read_file,
)

GOOD = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15,15\nF,0.53,0.42,0.135,0.677,0.2565,0.1415,0.21,9\n"


def _read(folder: Path, content: str | bytes) -> Dataset:
    data = content.encode() if isinstance(content, str) else content
    (folder / "abalone.csv").write_bytes(data)
    return read_dataset(folder / "abalone.csv")


def test_rows_labels_and_the_digest_of_the_bytes_are_read(tmp_path: Path) -> None:
    dataset = _read(tmp_path, GOOD)
    assert dataset.rows[0] == ("M", "0.455", "0.365", "0.095", "0.514", "0.2245", "0.101", "0.15")
    assert dataset.labels.tolist() == [15, 9]
    assert dataset.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_the_real_sample_is_accepted(sample: Path) -> None:
    assert len(read_dataset(sample).rows) == 300


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(EmptyFile, match=r"abalone.csv: no rows\. Upload"):
        _read(tmp_path, content)


def test_a_file_that_does_not_exist_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(MissingData, match="no such file"):
        read_dataset(tmp_path / "nowhere.csv")


def test_a_header_where_none_is_expected_is_refused(tmp_path: Path) -> None:
    header = "Sex,Length,Diameter,Height,Whole weight,Shucked weight,Viscera weight,Shell weight,Rings\n"
    with pytest.raises(UnexpectedHeader, match=r"abalone.csv, row 1: a header \(Sex,Length.*Remove it"):
        _read(tmp_path, header + GOOD)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15", "row 3: 8 columns where 9 columns .*rings"),
        ("M;0.4;0.3;0.1;0.5;0.2;0.1;0.15;9", "row 3: 1 columns where 9"),
        ("", "row 3: 0 columns where 9"),
        ("X,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9", "row 3, column sex: 'X' is not one of F, I, M"),
        ("M,long,0.3,0.1,0.5,0.2,0.1,0.15,9", "row 3, column length: 'long' is not a number"),
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,NaN,9", "row 3, column shell_weight: 'NaN' is not a finite number"),
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,nan", "row 3, column rings: 'nan' is not a finite number"),
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,-inf", "row 3, column rings: '-inf' is not a finite number"),
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,many", "row 3, column rings: 'many' is not a number"),
        ("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,", "row 3, column rings: '' is not a number"),
    ],
)
def test_a_bad_row_is_refused_with_file_row_and_column(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(BadRow, match=f"abalone.csv, {message}.*Correct the row or remove it"):
        _read(tmp_path, f"{GOOD}{row}\n{GOOD}")


def test_bytes_that_are_not_utf8_are_refused_with_file_and_row(tmp_path: Path) -> None:
    with pytest.raises(BadRow, match=r"abalone.csv, row 3: byte 0xe9 at offset"):
        _read(tmp_path, GOOD.encode() + b"M\xe9,1\n")


def test_a_constant_label_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConstantLabel, match="column rings: all 3 rows have the label 15"):
        _read(tmp_path, GOOD.splitlines(keepends=True)[0] * 3)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_by_a_sentence(content: bytes) -> None:
    try:
        list(read_file("any.csv", content))
    except DatasetError as error:
        assert str(error).startswith("any.csv")
