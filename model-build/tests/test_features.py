from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.abalone.containers.features import (
    FEATURES,
    NotANumber,
    NotCsv,
    NotFinite,
    NotUtf8,
    RowRefused,
    UnknownSex,
    WrongColumnCount,
    csv_rows,
    feature_matrix,
)

ROW = ["M", "0.455", "0.365", "0.095", "0.514", "0.2245", "0.101", "0.15"]
CELLS = st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.none(), st.lists(st.none()))


def test_a_raw_row_becomes_one_hot_sex_measures_and_derived_values() -> None:
    vector = dict(zip(FEATURES, feature_matrix([ROW])[0].tolist(), strict=True))
    assert [vector["sex_F"], vector["sex_I"], vector["sex_M"]] == [0, 0, 1]
    assert vector["whole_weight"] == pytest.approx(0.514)
    assert vector["shell_share"] == pytest.approx(0.15 / 0.514)


def test_text_and_json_numbers_give_the_same_vector() -> None:
    numbers = [ROW[0], *map(float, ROW[1:])]
    assert np.array_equal(feature_matrix([ROW]), feature_matrix([numbers]))


def test_no_rows_give_an_empty_matrix_of_the_right_width() -> None:
    assert feature_matrix([]).shape == (0, len(FEATURES))


def test_a_height_of_zero_stays_finite() -> None:
    assert np.isfinite(feature_matrix([["I", "0.4", "0.3", "0", "0.1", "0", "0", "0"]])).all()


def test_an_unknown_sex_is_refused_with_its_row() -> None:
    with pytest.raises(UnknownSex, match=r"row 2, column sex: 'X' is not one of F, I, M") as refusal:
        feature_matrix([ROW, ["X", *ROW[1:]]])
    assert (refusal.value.row, refusal.value.column) == (2, "sex")


@pytest.mark.parametrize("cell", ["", "abc", "1_000", "0x1", "1,5", "٣", "1e", ".", None, True, []])
def test_a_cell_that_is_no_number_is_refused_with_its_column(cell: object) -> None:
    with pytest.raises(NotANumber, match="row 1, column height"):
        feature_matrix([[*ROW[:3], cell, *ROW[4:]]])


@pytest.mark.parametrize("cell", ["nan", "-inf", "Infinity", "1e999", float("nan"), float("inf"), 10**400, "1e10"])
def test_a_number_beyond_any_measure_is_refused(cell: object) -> None:
    with pytest.raises(NotFinite, match="column length"):
        feature_matrix([[ROW[0], cell, *ROW[2:]]])


@pytest.mark.parametrize("row", [ROW[:-1], [*ROW, "15"], []])
def test_a_wrong_column_count_is_refused_with_what_is_expected(row: list[str]) -> None:
    with pytest.raises(WrongColumnCount, match=f"{len(row)} columns where 8 columns .sex,length"):
        feature_matrix([row])


def test_a_long_cell_does_not_flood_the_message() -> None:
    with pytest.raises(UnknownSex) as refusal:
        feature_matrix([["M" * 10_000, *ROW[1:]]])
    assert len(str(refusal.value)) < 120


def test_bytes_that_are_not_utf8_are_refused_with_row_and_offset() -> None:
    with pytest.raises(NotUtf8, match="row 2: byte 0xff at offset 4"):
        list(csv_rows(b"M,1\n\xff,2\n"))


def test_an_open_quote_is_refused() -> None:
    with pytest.raises(NotCsv, match="not CSV"):
        list(csv_rows(b'M,"1\n'))


def test_a_byte_order_mark_blanks_and_closing_newlines_are_no_content() -> None:
    assert list(csv_rows(b"\xef\xbb\xbfM, 1 \r\nF,2\r\n\r\n")) == [(1, ["M", "1"]), (2, ["F", "2"])]


@given(st.lists(st.lists(CELLS, max_size=9), max_size=4))
def test_any_rows_give_finite_vectors_or_a_refusal_that_names_the_row(rows: list[list[object]]) -> None:
    try:
        matrix = feature_matrix(rows)
    except RowRefused as refusal:
        assert 1 <= refusal.row <= len(rows)
        assert str(refusal).startswith(f"row {refusal.row}")
    else:
        assert matrix.shape == (len(rows), len(FEATURES))
        assert np.isfinite(matrix).all()


@given(st.sampled_from("FIM"), st.lists(st.floats(0, 3, width=32), min_size=7, max_size=7))
def test_every_plausible_row_has_a_finite_vector(sex: str, measures: list[float]) -> None:
    assert np.isfinite(feature_matrix([[sex, *measures]])).all()
