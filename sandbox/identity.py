"""What the sandbox asks of IAM and STS: credentials of a role for a service that takes it on, and decisions over calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sandbox.errors import ServiceError

Context = Mapping[str, str | list[str] | None]  # condition keys as policies spell them; None: the key is not there


class AccessDenied(ServiceError):
    """A policy does not allow the call; the message names principal, action and resource as AWS does."""

    code = "AccessDeniedException"


class Unauthenticated(ServiceError):
    """Nobody signed the request."""

    code = "MissingAuthenticationTokenException"
    status = 403


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Temporary credentials of a role (API_AssumeRole, Credentials)."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    arn: str
    """arn:aws:sts::<account>:assumed-role/<role>/<session>"""

    @property
    def environment(self) -> dict[str, str]:
        """For a child process."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            "AWS_SESSION_TOKEN": self.session_token,
        }


class Identity(Protocol):
    """IAM and STS, as our own services need them."""

    def assume(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Credentials:
        """Have a service take on a role, as `sts:AssumeRole` by the principal `<service>.amazonaws.com`.

        `source_arn` is the resource on whose behalf it does so (aws:SourceArn in trust policies). Raises AccessDenied when there
        is no such role, or its trust policy does not let the service in.
        """

    def unrestricted(self, access_key_id: str | None) -> bool:
        """Whether no policy is asked about a key: the sandbox itself (None), or the account's root."""

    def require(self, access_key_id: str | None, action: str, resource: str, context: Context | None = None) -> None:
        """Raise AccessDenied unless the key's policies allow `action` on the ARN `resource`; None is allowed everything."""

    def arn_of(self, access_key_id: str | None) -> str:
        """The principal behind a key: a user's, a role session's, or the account root's ARN."""
