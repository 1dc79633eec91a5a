"""A small AWS on localhost: a registry, a function, a bucket and one endpoint, spoken to by the real boto3 over HTTP."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

from promoter_fakes.archives import good_archive
from promoter_fakes.endpoints import OK, Server, good
from promoter_fakes.packages import FUNCTION, Document, package_arn, sealed

ENDPOINT = "demo-staging"
ENDPOINT_CONFIG = "demo-staging-0123456789ab"
NOT_FOUND = 400


@dataclass
class FakeAws:
    """What the local AWS holds, to be filled by a test, and the calls it got."""

    packages: list[Document] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=lambda: sealed(good_archive()))
    serves: Server = good
    endpoint_status: str = "InService"
    model_package: str | None = package_arn(1)
    approved_last: Document | str = field(default_factory=lambda: Document(ModelPackageArn=""))
    """the function's answer, or the message of the error that it ends with"""
    asked: list[object] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, operation: str, request: Document) -> Document | None:
        """None where AWS would say that there is no such thing."""
        self.calls.append(operation)
        if operation == "DescribeModelPackage":
            return next((one for one in self.packages if one["ModelPackageArn"] == request["ModelPackageName"]), None)
        if operation == "DescribeEndpoint" and request["EndpointName"] == ENDPOINT:
            return {
                "EndpointName": ENDPOINT,
                "EndpointStatus": self.endpoint_status,
                "EndpointConfigName": ENDPOINT_CONFIG,
            }
        if operation == "DescribeEndpointConfig":
            return {"ProductionVariants": [{"VariantName": "AllTraffic", "ModelName": ENDPOINT_CONFIG}]}
        if operation == "DescribeModel":
            container = {} if self.model_package is None else {"ModelPackageName": self.model_package}
            return {"ModelName": ENDPOINT_CONFIG, "PrimaryContainer": container}
        return None


def environment(aws: FakeAws) -> dict[str, str]:
    """Points boto3 at the local AWS, whatever profile or proxy the machine has."""
    return {
        "AWS_ENDPOINT_URL": aws.url,
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_CONFIG_FILE": "/dev/null",
        "NO_PROXY": "127.0.0.1",
    }


@contextmanager
def running(aws: FakeAws) -> Iterator[FakeAws]:
    handler = type("Handler", (_Handler,), {"aws": aws})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        aws.url = f"http://127.0.0.1:{server.server_port}"
        yield aws
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    """SageMaker speaks JSON 1.1 with an X-Amz-Target; its runtime and S3 speak REST."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one packet: two wait 40 ms for an acknowledgement
    aws: ClassVar[FakeAws]

    def do_GET(self) -> None:
        content = self.aws.objects.get(urlsplit(self.path).path)
        if content is None:
            self._send(
                404, b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
            )
        else:
            self._send(OK, content, etag=hashlib.md5(content, usedforsecurity=False).hexdigest())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == f"/2015-03-31/functions/{FUNCTION}/invocations":
            self._call(json.loads(body))
            return
        if self.path.startswith("/2015-03-31/functions/"):
            self._send(404, b'{"Message": "Function not found"}', error="ResourceNotFoundException")
            return
        if self.path.startswith("/endpoints/"):
            self._invoke(body.decode())
            return
        answer = self.aws.answer(self.headers["X-Amz-Target"].split(".")[1], json.loads(body))
        if answer is None:
            self._send(NOT_FOUND, b'{"__type": "ValidationException", "message": "It does not exist."}')
        else:
            self._send(OK, json.dumps(answer).encode())

    def _invoke(self, body: str) -> None:
        status, text = self.aws.serves(body, self.headers["Content-Type"])
        if status == OK:
            self._send(OK, text.encode())
            return
        error = {"Message": "Received error from model", "OriginalStatusCode": status, "OriginalMessage": text}
        self._send(424, json.dumps(error).encode(), error="ModelError")

    def _call(self, payload: object) -> None:
        self.aws.asked.append(payload)
        told = self.aws.approved_last
        if isinstance(told, str):
            self._send(OK, json.dumps({"errorMessage": told}).encode(), function_error="Unhandled")
        else:
            self._send(OK, json.dumps(told).encode())

    def _send(self, status: int, body: bytes, *, error: str = "", function_error: str = "", etag: str = "") -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", f'"{etag}"')
        if function_error:
            self.send_header("X-Amz-Function-Error", function_error)
        self.send_header("Content-Length", str(len(body)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Requests are told by `FakeAws.calls`."""
