from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.abalone.containers.inference import MAX_BYTES, MAX_ROWS, model_fn, predict, transform_fn

ROW = ["M", 0.455, 0.365, 0.095, 0.514, 0.2245, 0.101, 0.15]
LINE = ",".join(map(str, ROW))
CSV, JSON = "text/csv", "application/json"


@pytest.fixture(scope="session")
def model(trained: Any) -> Any:
    return model_fn(str(trained.model))


def _error(response: Any) -> dict[str, Any]:
    assert response.mimetype == JSON
    detail: dict[str, Any] = json.loads(response.get_data())
    return detail


def test_one_csv_row_gives_one_number(model: Any) -> None:
    response = transform_fn(model, LINE, CSV, CSV)
    assert (response.status_code, response.mimetype) == (200, CSV)
    assert float(response.get_data()) == predict(model, [ROW])[0]


def test_several_csv_rows_give_a_line_each_in_their_order(model: Any) -> None:
    body = f"{LINE}\r\n{LINE.replace('M', 'I')}\r\n".encode()
    lines = transform_fn(model, body, "text/csv; charset=utf-8", "*/*").get_data(as_text=True).splitlines()
    assert [float(line) for line in lines] == predict(model, [ROW, ["I", *ROW[1:]]])


@pytest.mark.parametrize("body", [{"instances": [ROW, ROW]}, [ROW, ROW]])
def test_json_rows_give_a_list_of_predictions(model: Any, body: object) -> None:
    response = transform_fn(model, json.dumps(body), "application/json;charset=UTF-8", "*/*")
    assert response.mimetype == JSON
    assert json.loads(response.get_data()) == {"predictions": predict(model, [ROW, ROW])}


@pytest.mark.parametrize(
    ("sent", "accept", "answered"),
    [
        (CSV, "*/*", CSV),
        (JSON, "*/*", JSON),
        (CSV, "", CSV),
        (CSV, JSON, JSON),
        (JSON, CSV, CSV),
        (CSV, "application/json;q=0.9, text/csv;q=0.1", JSON),
        (JSON, "text/*", CSV),
        (CSV, "image/png, */*;q=0.1", CSV),
        (CSV, "text/csv; charset=utf-8", CSV),
        (CSV, "application/json;charset=UTF-8", JSON),
        (JSON, 'text/csv; header=absent; charset="utf-8"; q=0.9, application/json; q=0.8', CSV),
        (CSV, "text/csv; charset=utf-8; q=0, */*", JSON),
        (CSV, "TEXT/CSV; Charset=UTF-8", CSV),
    ],
)
def test_the_answer_comes_as_the_client_asks_and_else_in_kind(
    model: Any, sent: str, accept: str, answered: str
) -> None:
    body = LINE if sent == CSV else json.dumps([ROW])
    assert transform_fn(model, body, sent, accept).mimetype == answered


@pytest.mark.parametrize("content_type", ["image/png", "", "text/csv; charset=latin-1", "text/libsvm"])
def test_an_unsupported_content_type_is_415(model: Any, content_type: str) -> None:
    response = transform_fn(model, LINE, content_type, "*/*")
    assert response.status_code == 415
    assert "text/csv or application/json" in _error(response)["error"]


@pytest.mark.parametrize("accept", ["image/png", "image/png; charset=utf-8", "text/csv; charset=utf-8; q=0"])
def test_an_accept_that_cannot_be_met_is_406(model: Any, accept: str) -> None:
    assert transform_fn(model, LINE, CSV, accept).status_code == 406


def test_answers_to_a_batch_can_be_joined_whatever_is_put_between_them(model: Any) -> None:
    answer = transform_fn(model, f"{LINE}\n{LINE}", CSV, CSV).get_data(as_text=True)
    for seam in ("", "\n"):
        assert [float(line) for line in f"{answer}{seam}{answer}".splitlines() if line] == predict(model, [ROW] * 4)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (LINE.replace("M", "X"), "column sex: 'X' is not one of F, I, M"),
        (LINE + ",15", "9 columns where 8 columns"),
        (LINE.replace("0.455", "long"), "column length: 'long' is not a number"),
        (LINE.replace("0.455", "nan"), "column length: 'nan' is not a finite number"),
        ("", "0 columns"),
    ],
)
def test_a_bad_csv_row_is_400_with_its_number(model: Any, bad: str, reason: str) -> None:
    response = transform_fn(model, f"{LINE}\n{bad}\n{LINE}", CSV, "*/*")
    assert response.status_code == 400
    assert _error(response)["row"] == 2
    assert reason in _error(response)["error"]


@pytest.mark.parametrize(
    "row", ["M", None, {"sex": "M"}, ["M"], [None, *ROW[1:]], [*ROW[:-1], True], [*ROW[:-1], 1e300]]
)
def test_a_bad_json_row_is_400_with_its_number(model: Any, row: object) -> None:
    response = transform_fn(model, json.dumps([ROW, ROW, row]), JSON, "*/*")
    assert response.status_code == 400
    assert _error(response)["row"] == 3


def test_invalid_json_is_400_with_line_and_column(model: Any) -> None:
    response = transform_fn(model, '{"instances":\n [}', JSON, "*/*")
    assert response.status_code == 400
    assert "at line 2, column 3" in _error(response)["error"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"7", b'"M"', b'{"instances": "M"}', b"[" * 5000, b"1" * 5000, b"\xff\xfe\xfd"]
)
def test_json_that_is_no_list_of_rows_is_400(model: Any, body: bytes) -> None:
    assert transform_fn(model, body, JSON, "*/*").status_code == 400


def test_an_empty_csv_body_is_400_and_shows_a_row(model: Any) -> None:
    assert "M,0.455" in _error(transform_fn(model, "\n", CSV, "*/*"))["error"]


def test_bytes_that_are_not_utf8_are_400_with_their_row(model: Any) -> None:
    assert _error(transform_fn(model, LINE.encode() + b"\n\xff", CSV, "*/*"))["row"] == 2


def test_too_many_rows_or_bytes_are_413(model: Any) -> None:
    assert transform_fn(model, f"{LINE}\n" * (MAX_ROWS + 1), CSV, "*/*").status_code == 413
    assert transform_fn(model, b" " * (MAX_BYTES + 1), JSON, "*/*").status_code == 413


@given(
    body=st.one_of(st.binary(), st.text(alphabet='MFI,.0123456789nae[]{}":\n\r"')), sent=st.sampled_from([CSV, JSON])
)
def test_any_body_is_answered_or_refused(model: Any, body: bytes | str, sent: str) -> None:
    response = transform_fn(model, body, sent, "*/*")
    assert response.status_code in {200, 400}
