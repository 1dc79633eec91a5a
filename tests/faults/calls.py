"""Generated requests to every operation of the sandbox's own services: each answer is one that AWS could have given."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from sandbox import validation
from sandbox.codebuild.operations import OPERATIONS as CODEBUILD
from sandbox.codecommit.operations import OPERATIONS as CODECOMMIT
from sandbox.codepipeline.operations import OPERATIONS as CODEPIPELINE
from sandbox.errors import ServiceError
from sandbox.sagemaker.operations import OPERATIONS as SAGEMAKER
from sandbox.service import service_model
from sandbox.settings import HOST, SandboxSettings
from tests.conftest import excused
from tests.faults.figures import Figures, tell
from tests.faults.shapes import broken, right, wrong

OWN = {"sagemaker": SAGEMAKER, "codecommit": CODECOMMIT, "codebuild": CODEBUILD, "codepipeline": CODEPIPELINE}
SHAPED, MUTATED = "requests right by their shape", "requests with one thing turned wrong"
_AT_ONCE = 4
_PATIENCE = 60.0  # seconds until a request counts as hanging
_TOLD = 1_000
_LONGEST_REFUSAL = 40_000  # bytes: a message of 8,000 characters, said twice


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, before it is signed."""

    service: str
    operation: OperationModel
    body: bytes
    is_right: bool
    path: str = "/"


def calls(seed: int, number: int) -> Iterator[Call]:
    """Every operation in turn; each second request is right by its shape, as far as the model says what that is."""
    random = Random(f"requests {seed}")
    operations = [
        *((service, service_model(service).operation_model(name)) for service, known in OWN.items() for name in known),
        ("sagemaker-runtime", service_model("sagemaker-runtime").operation_model("InvokeEndpoint")),
    ]
    random.shuffle(operations)
    for count in range(number):
        service, operation = operations[count // 2 % len(operations)]
        yield _call(service, operation, random, is_right=count % 2 == 0)


def _call(service: str, operation: OperationModel, random: Random, *, is_right: bool) -> Call:
    if service == "sagemaker-runtime":  # the body is whatever the model takes: only the name is the service's
        name = quote(
            "soak" if is_right else str(wrong({"name": "soak"}, random)).encode("utf-8", "replace")[:2_000], safe=""
        )
        body = random.choice((b"", b"1,2,3", b"\xff" * 1_000, b"0" * 100_000))
        return Call(
            service=service, operation=operation, body=body, is_right=is_right, path=f"/endpoints/{name}/invocations"
        )
    shape = operation.input_shape
    document: Any = {}
    if shape is not None:
        for _ in range(8):  # a draw may miss what a pattern wants
            document = right(shape, random)
            if _is_right(document, operation):
                break
    is_right = is_right and _is_right(document, operation)
    if not is_right and random.random() < 0.85:
        document = wrong(deepcopy(document), random)
    body = json.dumps(document).encode()
    if not is_right and random.random() < 0.2:
        body = broken(body, random)
    return Call(service=service, operation=operation, body=body, is_right=is_right)


def _is_right(document: Any, operation: OperationModel) -> bool:
    try:
        if operation.input_shape is not None:
            validation.check(document, operation.input_shape)
    except ServiceError:
        return False
    return True


def soak(settings: SandboxSettings, *, seed: int, number: int) -> Figures:
    """Send them all, several at once."""
    figures = Figures("requests")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        waiting = ((each, pool.submit(_outcome, settings, each)) for each in calls(seed, number))
        for count, (call, outcome) in enumerate(_ahead(waiting), start=1):
            what = SHAPED if call.is_right else MUTATED
            figures.count(what)
            status, found = outcome.result()
            figures.count(f"of these answered {status // 100}xx" if status else "of these not answered")
            if found:
                figures.fail(what, f"{call.service} {call.operation.name} {call.body[:300]!r}: {found}")
            if count % _TOLD == 0:
                tell(f"requests: {count} of {number}, {len(figures.failures)} failures")
    faults = (settings.home / "sandbox.log").read_text(errors="replace").count("Traceback")
    figures.count("look at the server's log for tracebacks")
    if faults:
        figures.fail("look at the server's log for tracebacks", f"{faults} in {settings.home / 'sandbox.log'}")
    return figures


def _ahead(waiting: Iterator[Any], most: int = 64) -> Iterator[Any]:
    """So many requests are drawn before the first is waited for."""
    held: list[Any] = []
    for each in waiting:
        held.append(each)
        if len(held) >= most:
            yield held.pop(0)
    yield from held


def _outcome(settings: SandboxSettings, call: Call) -> tuple[int, str | None]:
    try:
        status, headers, body = send(settings, call)
    except TimeoutError:
        return 0, f"no answer within {_PATIENCE:g} s"
    except (OSError, http.client.HTTPException) as error:
        return 0, f"no answer: {error!r}"
    return status, fault(call, status, headers, body)


def send(settings: SandboxSettings, call: Call) -> tuple[int, Any, bytes]:
    model = service_model(call.service)
    headers = {"Content-Type": f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.1')}"}
    if prefix := model.metadata.get("targetPrefix"):
        headers["X-Amz-Target"] = f"{prefix}.{call.operation.name}"
    request = AWSRequest("POST", f"{settings.endpoint_url}{call.path}", headers, call.body)
    key = settings.root_key
    scope = model.metadata.get("signingName", model.endpoint_prefix)
    SigV4Auth(Credentials(key.id, key.secret), scope, settings.region).add_auth(request)
    address = urlsplit(settings.endpoint_url)
    connection = http.client.HTTPConnection(HOST, address.port, timeout=_PATIENCE)
    try:
        connection.request("POST", call.path, call.body, dict(request.headers))
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def fault(call: Call, status: int, headers: Any, body: bytes) -> str | None:
    """What in an answer AWS would not have said."""
    if call.service == "sagemaker-runtime" and status == 200:
        return None  # the model's own answer
    try:
        answer = json.loads(body or b"{}")
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return f"{status}, no object of JSON: {body[:200]!r}"
    return _output_fault(call.operation, answer) if status == 200 else _refusal_fault(status, headers, answer, body)


def _refusal_fault(status: int, headers: Any, answer: dict[str, Any], body: bytes) -> str | None:
    code, message = answer.get("__type"), answer.get("message")
    if not (400 <= status < 500 or (status, code) == (501, "NotImplemented")):
        return f"{status} {body[:400]!r}"
    if not code or not message or headers.get("x-amzn-errortype") != code:
        return f"{status} without code or message: {body[:200]!r}"
    return f"{len(body)} bytes of refusal" if len(body) > _LONGEST_REFUSAL else None


def _output_fault(operation: OperationModel, answer: dict[str, Any]) -> str | None:
    shape = operation.output_shape
    if shape is None:
        return None if not answer else f"an answer where none is: {answer}"
    beside = answer.keys() - shape.members.keys()
    if beside:
        return f"members beside the model's: {sorted(beside)}"
    report = ParamValidator().validate(answer, shape).generate_report()
    errors = [line for line in report.splitlines() if not excused(line, operation.name)]
    return f"200 of another shape: {errors}" if errors else None
