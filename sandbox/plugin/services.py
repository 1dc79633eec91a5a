"""Who answers a request: our own services in ministack's router, and the wire inside the process."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sandbox.gatekeeper import Application, refuse
from sandbox.protocol import Response
from sandbox.refusal import refusal
from sandbox.settings import HOST, SandboxSettings

Handler = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[Response]]
# One of our own services' answer to a request; runs on a worker thread, so it may block.
Answer = Callable[[str, str, Mapping[str, str], bytes], Response]

_CONTROLS = ("/_ministack/", "/_localstack/")
# What services themselves hand out addresses of: answers of custom resources, signals, code of functions; and whether all is up.
_OPEN = tuple(
    f"/_ministack/{name}" for name in ("cfn-response/", "cfn-signal/", "lambda-code/", "lambda-layers/", "health")
)

OWN: set[str] = set()  # the services that `add_service` put in place; they keep their state themselves


def configure(settings: SandboxSettings) -> None:
    """Set what ministack reads from its environment: loopback only, state under the sandbox's home, no listeners but HTTP."""
    os.environ.update(
        BIND_HOST=HOST,
        GATEWAY_PORT=str(settings.port),
        MINISTACK_HOST=HOST,
        MINISTACK_REGION=settings.region,
        MINISTACK_ACCOUNT_ID=settings.account,
        PERSIST_STATE="1",
        STATE_DIR=str(settings.state.resolve()),
        S3_PERSIST="1",
        S3_DATA_DIR=str(settings.objects.resolve()),
        IOT_MTLS_ENABLED="0",
        SFTP_ENABLED="0",
        LOG_LEVEL="WARNING",
        AUTH="true",
        AWS_ACCESS_KEY_ID=settings.root_key.id,  # the key of `sandbox.environment`: the account's root
        AWS_SECRET_ACCESS_KEY=settings.root_key.secret,
    )


def trust_loopback() -> None:
    """Have policies see loopback as they see TLS (aws:SecureTransport): nothing leaves the machine."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)

    pin = app.pin_request_origin
    app.pin_request_origin = lambda address, _: pin(address, True)


def add_service(name: str, answer: Answer) -> None:
    """Have requests signed for `name` answered by `answer`, in place of ministack's service of that name, if it has one."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.core import router  # noqa: PLC0415

    async def handler(
        method: str, path: str, headers: dict[str, str], body: bytes, _: dict[str, list[str]]
    ) -> Response:
        return await asyncio.to_thread(answer, method, path, headers, body)

    app.SERVICE_HANDLERS[name] = handler
    router.SERVICE_PATTERNS.setdefault(name, {})
    OWN.add(name)


def amend_headers(name: str, amended: Callable[[Mapping[str, str]], dict[str, str]]) -> None:
    """Hand a service of ministack's the headers as its AWS twin would understand them."""
    from ministack import app  # noqa: PLC0415

    answer = app.SERVICE_HANDLERS[name]

    async def handler(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        response: Response = await answer(method, path, amended(headers), body, query)
        return response

    app.SERVICE_HANDLERS[name] = handler


def refuse_absent_services() -> None:
    """Name a service that nobody stands in for; ministack's own answer carries neither code nor message for a client."""
    from ministack import app  # noqa: PLC0415

    class Handlers(dict[str, Handler]):
        def get(self, service: str, default: Any = None) -> Handler:  # noqa: ARG002 (dict's signature)
            return self[service] if service in self else _absent(service)

    app.SERVICE_HANDLERS = Handlers(app.SERVICE_HANDLERS)


def _absent(service: str) -> Handler:
    async def handler(_: str, __: str, headers: dict[str, str], body: bytes, ___: dict[str, list[str]]) -> Response:
        return refusal(service, headers, body)

    return handler


def route_runtime(scope: str, runtime: str, path: str) -> None:
    """Send requests signed for `scope` whose path matches `path` to the service `runtime`.

    SageMaker Runtime signs as SageMaker does (`signingName` in both botocore models); only the path tells them apart.
    """
    from ministack import app  # noqa: PLC0415

    detect, pattern = app.detect_service, re.compile(path)

    def detect_service(method: str, request_path: str, headers: dict[str, str], query: dict[str, list[str]]) -> str:
        service = str(detect(method, request_path, headers, query))
        return runtime if service == scope and pattern.match(request_path) else service

    app.detect_service = detect_service


def wire(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> Response:
    """One exchange with a service of this process, from a worker thread (see `sandbox.backplane.Wire`)."""
    from ministack import app  # noqa: PLC0415

    status, answer_headers, answer = app.call_service_handler_sync(
        app.SERVICE_HANDLERS[service], method, path, headers, body, query
    )
    return status, answer_headers, answer


def application() -> Application:
    """The ASGI application: ministack's, with what was added, and without what would act on it unasked."""
    from ministack import app  # noqa: PLC0415

    async def without_controls(scope: Any, receive: Any, send: Any) -> None:
        if _is_closed(scope.get("path", "")):
            await refuse(send, {"message": f"{scope['path']} is not in the sandbox."})
        else:
            await app.app(scope, receive, send)

    return without_controls


def _is_closed(path: str) -> bool:
    """ministack's own controls ask nobody for credentials: one of them forgets all state, others show messages and settings."""
    return path.startswith(_CONTROLS) and not path.startswith(_OPEN)
