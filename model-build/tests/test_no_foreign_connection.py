"""A build and a run talk to the endpoint that they are given and to nothing else: no telemetry, no look-up in IAM."""

from __future__ import annotations

import importlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from pipelines.run_pipeline import run
from pipelines.settings import Settings

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/p"


class _Aws(BaseHTTPRequestHandler):
    """Just enough of S3 and SageMaker: nothing but data is there yet, and everything succeeds."""

    protocol_version = "HTTP/1.1"  # uploads ask for `100 Continue` before they send
    asked: list[str]

    def _answer(self, operation: str, body: bytes = b"") -> None:
        self.asked.append(operation)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        item = b"<Contents><Key>data/abalone.csv</Key><ETag>e</ETag><Size>1</Size></Contents>"
        self._answer("ListObjectsV2", body=b"<ListBucketResult>" + item + b"</ListBucketResult>")

    def do_PUT(self) -> None:
        self._answer("PutObject")

    def do_POST(self) -> None:
        answer = {"PipelineArn": ARN, "PipelineExecutionArn": f"{ARN}/execution/e"}
        self._answer(self.headers.get("X-Amz-Target", "Form.post").split(".")[1], body=json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """The tests' output is for the tests."""


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """Host:port of the stand-in for AWS, and the operations it was asked for."""
    _Aws.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Aws) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"127.0.0.1:{server.server_port}"
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{address}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield address, _Aws.asked
        server.shutdown()
        thread.join()


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Everything that was connected to or looked up; what is not this machine is recorded and refused."""
    reached: set[str] = set()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def recorded_connect(self: socket.socket, address: Any) -> None:
        reached.add(f"{address[0]}:{address[1]}")
        if address[0] != "127.0.0.1":
            raise OSError("refused by the test")
        connect(self, address)

    def recorded_look_up(host: str, *rest: Any, **named: Any) -> Any:
        if host != "127.0.0.1":
            reached.add(str(host))
            raise socket.gaierror("refused by the test")
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", recorded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", recorded_look_up)
    return reached


def _run(settings: Settings) -> None:
    assert run(settings) == f"{ARN}/execution/e"
    for thread in threading.enumerate():
        if thread.name == "sagemaker-telemetry":
            thread.join()


@pytest.mark.usefixtures("sdk")
def test_a_run_reaches_the_given_endpoint_alone(
    settings: Settings, endpoint: tuple[str, list[str]], targets: set[str]
) -> None:
    address, asked = endpoint
    _run(settings)
    assert targets == {address}
    assert set(asked) == {"ListObjectsV2", "PutObject", "CreatePipeline", "StartPipelineExecution"}


@pytest.mark.usefixtures("sdk", "endpoint")
def test_the_check_would_see_the_sdks_telemetry(
    settings: Settings, targets: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry = importlib.import_module("sagemaker.core.telemetry.telemetry_logging")
    monkeypatch.setattr(
        telemetry, "_send_telemetry_request", None
    )  # so that what stands here now comes back afterwards
    importlib.reload(telemetry)
    monkeypatch.setattr("pipelines.sdk_session._switch_telemetry_off", lambda: None)
    _run(settings)
    assert "sm-pysdk-t-eu-west-1.s3.eu-west-1.amazonaws.com" in targets


@pytest.mark.usefixtures("sdk")
def test_an_sdk_that_sends_by_another_way_stops_the_build(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipelines.sdk_session import SdkChanged  # noqa: PLC0415  it needs the SDK

    monkeypatch.delattr("sagemaker.core.telemetry.telemetry_logging._send_telemetry_request")
    with pytest.raises(SdkChanged):
        run(settings)
