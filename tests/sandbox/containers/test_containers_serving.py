"""A model server: the answers of the container's toolkit."""

from __future__ import annotations

import http.client
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox.containers.serving import BodyTooLarge
from tests.sandbox.containers.job_requests import (
    STEPS,
    Serve,
)


def test_a_script_answers_with_body_and_type(serve: Serve, lines: list[str]) -> None:
    server = serve()
    answer = server.invoke(body=b"M,0.4", content_type="text/csv", accept="application/json")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {
        "model": {"depth": 3},
        "kind": "str",
        "type": "text/csv",
        "accept": "application/json",
    }
    server.stop()
    assert lines.count("loading") == 1


def test_what_a_client_leaves_out_is_the_toolkits_default(serve: Serve) -> None:
    server = serve(SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT="text/csv")
    answer = json.loads(server.invoke(body=b"x", accept="*/*").body)
    assert (answer["type"], answer["accept"], answer["kind"]) == ("application/json", "text/csv", "str")
    assert json.loads(server.invoke(body=b"x", content_type="application/x-npy").body)["kind"] == "bytes"


def test_a_response_of_the_scripts_own_passes_through(serve: Serve) -> None:
    answer = serve().invoke(body=b"refuse", content_type="text/csv")
    assert (answer.status, json.loads(answer.body)) == (400, {"error": "no such sex", "row": 1})


@pytest.mark.parametrize(("body", "status"), [(b"text", 200), (b"nothing", 500), (b"crash", 500)])
def test_other_results_are_what_flask_makes_of_them(serve: Serve, body: bytes, status: int) -> None:
    answer = serve().invoke(body=body, content_type="text/csv")
    assert (answer.status, answer.content_type.partition(";")[0]) == (status, "text/html")


def test_a_scripts_exception_is_logged_and_the_server_lives(serve: Serve, lines: list[str]) -> None:
    server = serve()
    assert server.invoke(body=b"crash", content_type="text/csv").status == 500
    assert server.invoke(body=b"x", content_type="text/csv").status == 200
    server.stop()
    assert "ValueError: the script's own mistake" in lines


def test_the_containers_own_functions_decode_predict_and_encode(serve: Serve) -> None:
    server = serve(STEPS)
    rows = {"text/csv": b"1,2\n3,4", "text/libsvm": b"0 1:1 2:2\n0 1:3 2:4"}
    for content_type, body in rows.items():
        assert json.loads(server.invoke(body=body, content_type=content_type).body) == [3.0, 7.0]
    assert server.invoke(body=b"1,2\n3,4", content_type="text/csv", accept="text/csv").body == b"3.0\n7.0\n"


@pytest.mark.parametrize(
    ("body", "content_type", "accept"),
    [
        (b"x", "image/png", "*/*"),
        (b"[[1, 2]]", "application/json", "*/*"),
        (b"1,2", "text/csv", "image/png"),
        (b"not,numbers", "text/csv", "*/*"),
        (b"", "text/csv", "*/*"),
    ],
)
def test_what_the_containers_functions_do_not_know_is_500(
    serve: Serve, body: bytes, content_type: str, accept: str
) -> None:
    assert serve(STEPS).invoke(body=body, content_type=content_type, accept=accept).status == 500


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " "])
def test_the_containers_functions_guess_the_delimiter(serve: Serve, delimiter: str) -> None:
    body = f"1{delimiter}2\n3{delimiter}4".encode()
    assert json.loads(serve(STEPS).invoke(body=body, content_type="text/csv").body) == [3.0, 7.0]


def test_no_rows_in_libsvm_are_no_predictions(serve: Serve) -> None:
    assert json.loads(serve(STEPS).invoke(body=b"", content_type="text/libsvm").body) == []


def test_a_csv_answer_has_the_digits_of_its_type(serve: Serve) -> None:
    narrow = STEPS.replace("return numpy.asarray(", "return numpy.float32(13.092581) + 0 * numpy.asarray(")
    assert serve(narrow).invoke(body=b"1,2", content_type="text/csv", accept="text/csv").body == b"13.092581\n"


def test_a_script_that_exits_costs_its_request_alone(serve: Serve) -> None:
    server = serve(
        "def model_fn(d): return 1\ndef transform_fn(m, body, t, a):\n    raise SystemExit(3)\n    return 'x'"
    )
    assert server.invoke(body=b"go", content_type="text/csv").status == 502
    assert server.invoke(body=b"go", content_type="text/csv").status == 502
    assert server.ping()


@pytest.mark.parametrize("path", ["/", "/models", "/Invocations"])
def test_other_paths_are_answered_by_nginx(serve: Serve, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", serve().port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"], answer.read()) == (404, "application/octet-stream", b"{}")
    connection.close()


def test_many_clients_at_once_are_all_answered(serve: Serve) -> None:
    server = serve()
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda n: server.invoke(body=b"x", content_type=f"text/{n}"), range(40)))
    assert [json.loads(answer.body)["type"] for answer in answers] == [f"text/{n}" for n in range(40)]


def test_a_body_over_six_megabytes_is_refused(serve: Serve) -> None:
    server = serve()
    assert server.invoke(body=b"0" * 6_291_456, content_type="text/csv").status == 200
    with pytest.raises(BodyTooLarge, match="at most 6291456"):
        server.invoke(body=b"0" * 6_291_457, content_type="text/csv")
