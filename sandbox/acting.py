"""A service at work in a role's name: what a build, a pipeline, a job, a rule or a schedule calls is called by its role."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from sandbox.backplane import Wire, client
from sandbox.identity import AccessDenied, Context, Credentials, Identity
from sandbox.settings import SandboxSettings


@dataclass(frozen=True)
class Actor:
    """One role, taken on by one service for one piece of work."""

    credentials: Credentials
    _identity: Identity
    _client: Callable[[str, Credentials], Any]

    @property
    def arn(self) -> str:
        """Of the role's session."""
        return self.credentials.arn

    @property
    def key(self) -> str:
        """For `sandbox.caller.called_by`."""
        return self.credentials.access_key_id

    def client(self, service: str) -> Any:
        """A boto3 client inside the process: each call is allowed or refused by the role's policies."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._client(service, self.credentials)
            return self._clients[service]

    def require(self, action: str, resource: str, context: Context | None = None) -> None:
        """For a permission that no API call carries (codecommit:UploadArchive, say). Raises AccessDenied."""
        self._identity.require(self.key, action, resource, context)

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _lock(self) -> threading.Lock:
        return threading.Lock()


class TakeOn(Protocol):
    """How a service takes on a role."""

    def __call__(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:
        """`service` is the principal's first word, such as "codebuild". Raises AccessDenied (see Identity.assume)."""


def deny_assume_role(role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:  # noqa: ARG001 (TakeOn's signature)
    """For a service that runs without IAM and STS."""
    raise AccessDenied(f"{service}.amazonaws.com cannot take on {role_arn}: there is no IAM here")


def actors(*, settings: SandboxSettings, identity: Identity, wire: Wire) -> TakeOn:
    """Roles of IAM, at work over a wire that asks their policies."""

    def make_client(service: str, credentials: Credentials) -> Any:
        return client(service, settings, wire, credentials=credentials)

    def take_on(role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:
        credentials = identity.assume(role_arn, service=service, session=session, source_arn=source_arn)
        return Actor(credentials, identity, make_client)

    return take_on
