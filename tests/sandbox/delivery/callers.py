"""Roles whose calls are written down instead of made; each request is first held against botocore's model."""

from __future__ import annotations

from typing import Any

import boto3

from sandbox.acting import Actor
from sandbox.identity import AccessDenied, Context, Credentials

_SESSION: Any = boto3.Session("key", "secret", region_name="us-east-1")  # Any: a service's name is no literal here
RULE = "arn:aws:events:us-east-1:000000000000:rule/r"
SCHEDULE = "arn:aws:scheduler:us-east-1:000000000000:schedule/g/s"
ROLE = "arn:aws:iam::000000000000:role/target"


class Recorder:
    """A TakeOn; knows who took on what, what was called then, and what was asked for beside."""

    def __init__(self, answers: dict[str, dict[str, Any]] | None = None) -> None:
        self.taken_on: list[dict[str, str]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.asked: list[tuple[str, str]] = []
        self._answers = answers or {}

    def __call__(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:
        if role_arn != ROLE:
            raise AccessDenied(f"{service}.amazonaws.com cannot take on {role_arn}")
        self.taken_on.append({"service": service, "session": session, "source_arn": source_arn})
        given = Credentials(access_key_id="k", secret_access_key="s", session_token="t", arn=role_arn)  # noqa: S106 (opens nothing)
        return Actor(given, self, lambda name, _: self.client(name))

    def client(self, service: str) -> Any:
        made = _SESSION.client(service)
        made.meta.events.register("provide-client-params.*.*", self._record)
        made.meta.events.register("before-call.*.*", self._answer)
        return made

    def assume(self, *_: Any, **__: Any) -> Credentials:
        raise NotImplementedError

    def unrestricted(self, _: str | None) -> bool:
        return False

    def arn_of(self, _: str | None) -> str:
        return ROLE

    def require(self, _: str | None, action: str, resource: str, context: Context | None = None) -> None:  # noqa: ARG002
        self.asked.append((action, resource))

    def _record(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((f"{model.service_model.service_name}:{model.name}", dict(params)))

    def _answer(self, model: Any, **_: Any) -> tuple[Any, dict[str, Any]]:
        return _Ok(), self._answers.get(model.name, {})


class _Ok:
    status_code = 200


def queue_url(arn: Any) -> str:
    return f"http://queues/{arn.account}/{arn.resource}"
