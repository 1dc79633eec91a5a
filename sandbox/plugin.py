"""The only module that touches ministack's internals.

ministack is pinned to the letter; tests/contracts/test_ministack_hooks.py names each hook relied on here: an upgrade that moves
one fails there and not in a user's deployment. Nothing of ministack may be imported before `configure`: it reads its
environment while it is imported.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sandbox.durability import StateKeeper, may_change
from sandbox.protocol import Response
from sandbox.refusal import refusal
from sandbox.resource_types import ResourceType
from sandbox.settings import HOST, SandboxSettings

Handler = Callable[[str, str, dict[str, str], bytes, dict[str, list[str]]], Awaitable[Response]]
# One of our own services' answer to a request; runs on a worker thread, so it may block.
Answer = Callable[[str, str, Mapping[str, str], bytes], Response]

_OWN: set[str] = set()  # the services that `add_service` put in place; they keep their state themselves
_INTERRUPTED = "The sandbox stopped while this operation was under way."


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
    )


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
    _OWN.add(name)


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


def add_resource_types(types: Mapping[str, ResourceType]) -> None:
    """Teach CloudFormation resource types, in place of ministack's of the same name. They may block: they run on worker threads."""
    from ministack.services.cloudformation import provisioners, stacks  # noqa: PLC0415

    for kind, its in types.items():
        provisioners._RESOURCE_HANDLERS[kind] = {"create": its.create, "update": its.update, "delete": its.delete}
        provisioners._REPLACING_PROPERTIES[kind] = its.replacing
        provisioners._CUSTOM_NAME_REPLACEMENT[kind] = {"name": its.name}
        provisioners._STACK_TAG_PROPERTY[kind] = (its.tags, "list")
    blocks = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in types or blocks(kind)


def wire(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> Response:
    """One exchange with a service of this process, from a worker thread (see `sandbox.backplane.Wire`)."""
    from ministack import app  # noqa: PLC0415

    status, answer_headers, answer = app.call_service_handler_sync(
        app.SERVICE_HANDLERS[service], method, path, headers, body, query
    )
    return status, answer_headers, answer


def make_durable(settings: SandboxSettings) -> StateKeeper:
    """Save a service's state before a request that may have changed it is answered."""
    from ministack import app  # noqa: PLC0415

    keeper = StateKeeper(folder=settings.state, states=_states, busy=_stacks_in_progress)
    for name, handler in list(app.SERVICE_HANDLERS.items()):
        if name not in _OWN:
            app.SERVICE_HANDLERS[name] = _saving(name, handler, keeper)
    load = app._load_persisted_state

    def load_and_mark() -> None:
        load()
        _mark_interrupted_stacks()

    app._load_persisted_state = load_and_mark
    return keeper


def _saving(name: str, handler: Handler, keeper: StateKeeper) -> Handler:
    async def saving(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        response = await handler(method, path, headers, body, query)
        if may_change(name, method, headers, body):
            keeper.save(name)
        else:
            keeper.touch()
        return response

    return saving


def _states(service: str | None) -> dict[str, bytes]:
    """Serialised as ministack reads it back, by its own state keys."""
    from ministack import app  # noqa: PLC0415
    from ministack.core import persistence  # noqa: PLC0415

    getters = app._build_persistence_save_dict()
    if service is not None:
        config = app.SERVICE_REGISTRY[service]
        keys = {config.get("state_key", config["module"]), *config.get("sub_modules", ())}
        getters = {key: getter for key, getter in getters.items() if key in keys}
    states = {}
    for key, get_state in getters.items():
        state = get_state()
        if state is not None:
            wrapped = {"__ministack_format__": persistence._state_format_version(key), "payload": state}
            states[key] = json.dumps(wrapped, default=persistence._json_default).encode()
    return states


def _stacks() -> list[dict[str, Any]]:
    from ministack.services import cloudformation  # noqa: PLC0415

    return list(cloudformation._stacks._data.values())


def _stacks_in_progress() -> bool:
    return any(str(stack.get("StackStatus", "")).endswith("_IN_PROGRESS") for stack in _stacks())


def _mark_interrupted_stacks() -> None:
    """A stack operation does not survive its process: say so in the status that lets a client go on (update again, or delete)."""
    for stack in _stacks():
        status = str(stack.get("StackStatus", ""))
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            operation = status.partition("_")[0]
            stack["StackStatus"] = f"{'UPDATE_ROLLBACK' if operation == 'UPDATE' else operation}_FAILED"
            stack["StackStatusReason"] = _INTERRUPTED


def application() -> Any:
    """The ASGI application: ministack's, with what was added."""
    from ministack import app  # noqa: PLC0415

    return app.app
