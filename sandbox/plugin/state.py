"""What ministack's services remember, on disk after each change, and what a restart makes of a stack that was under way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import partial
from types import FunctionType
from typing import Any

from sandbox.durability import StateKeeper, may_change, settled
from sandbox.plugin.services import OWN, Handler
from sandbox.protocol import Response
from sandbox.settings import SandboxSettings

_UPDATED, _EXECUTED = ("CREATE_COMPLETE", "UPDATE_COMPLETE"), "EXECUTE_COMPLETE"
# Services whose `get_state` does nothing but copy, more than half of what saving takes; the bytes that are made at once are a copy.
ONLY_COPY = frozenset(
    {"cloudformation", "cloudwatch", "cloudwatch_logs", "eventbridge", "iam", "scheduler", "sns", "sqs", "ssm"}
)
_INTERRUPTED = "The sandbox stopped while this operation was under way."


def make_durable(settings: SandboxSettings) -> StateKeeper:
    """Save a service's state before a request that may have changed it is answered."""
    from ministack import app  # noqa: PLC0415

    keeper = StateKeeper(folder=settings.state, states=_states, busy=_stacks_in_progress)
    for name, handler in list(app.SERVICE_HANDLERS.items()):
        if name not in OWN:
            app.SERVICE_HANDLERS[name] = _saving(name, handler, keeper)
    load = app._load_persisted_state

    def load_and_mark() -> None:
        load()
        _mark_interrupted()

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
            keeper.touch(name)
        return response

    return saving


def _states(service: str | None) -> dict[str, bytes]:
    """Serialised as ministack reads it back, by its own state keys."""
    from ministack import app  # noqa: PLC0415

    getters = app._build_persistence_save_dict()
    if service is not None:
        config = app.SERVICE_REGISTRY[service]
        keys = {config.get("state_key", config["module"]), *config.get("sub_modules", ())}
        getters = {key: getter for key, getter in getters.items() if key in keys}
    states = {}
    for key, get_state in getters.items():
        state = settled(partial(_serialised, key, uncopied(get_state)))
        if state is not None:
            states[key] = state
    return states


class _NoCopy:
    """Stands for the module `copy`."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


def uncopied(get_state: Callable[[], Any]) -> Callable[[], Any]:
    """The function itself, or where it only copies one that gives what it would copy."""
    module = sys.modules[get_state.__module__]
    if not isinstance(get_state, FunctionType) or module.__name__.rpartition(".")[2] not in ONLY_COPY:
        return get_state
    return FunctionType(get_state.__code__, {**vars(module), "copy": _NoCopy})


def _serialised(key: str, get_state: Callable[[], Any]) -> bytes | None:
    from ministack.core import persistence  # noqa: PLC0415

    state = get_state()
    if state is None:
        return None
    wrapped = {"__ministack_format__": persistence._state_format_version(key), "payload": state}
    return json.dumps(wrapped, default=persistence._json_default).encode()


def _stacks() -> list[dict[str, Any]]:
    from ministack.services import cloudformation  # noqa: PLC0415

    return list(cloudformation._stacks._data.values())


def _stacks_in_progress() -> bool:
    return any(str(stack.get("StackStatus", "")).endswith("_IN_PROGRESS") for stack in _stacks())


def _mark_interrupted() -> None:
    from ministack.services import cloudformation  # noqa: PLC0415

    mark_interrupted(_stacks(), change_sets=list(cloudformation._change_sets._data.values()))


def mark_interrupted(stacks: Iterable[dict[str, Any]], *, change_sets: Iterable[dict[str, Any]]) -> None:
    """A stack operation does not survive its process: say so in the status that lets a client go on.

    An update is recorded in the stack only at its end, so the stack is on record as before it: what a rollback leaves, and what can
    be updated again; the change set that was being executed can be executed again. A stack whose creation or deletion was cut off
    can be deleted.
    """
    executed = {stack["StackId"]: _EXECUTED for stack in stacks if str(stack.get("StackStatus", "")) in _UPDATED}
    for stack in stacks:
        status = str(stack.get("StackStatus", ""))
        if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
            operation = status.partition("_")[0]
            stack["StackStatus"] = "UPDATE_ROLLBACK_COMPLETE" if operation == "UPDATE" else f"{operation}_FAILED"
            stack["StackStatusReason"] = _INTERRUPTED
            executed[stack["StackId"]] = "AVAILABLE" if operation == "UPDATE" else "EXECUTE_FAILED"
    for change_set in change_sets:
        if change_set["ExecutionStatus"] == "EXECUTE_IN_PROGRESS":
            change_set["ExecutionStatus"] = executed.get(change_set["StackId"], "EXECUTE_FAILED")
