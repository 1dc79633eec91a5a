"""IAM for services that run alone in a test: roles that may be taken on, and what each of them may not do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.acting import Actor
from sandbox.identity import AccessDenied, Context, Credentials


class Roles:
    """A TakeOn, and the Identity behind it. All roles are there and may do all, until a test says otherwise."""

    def __init__(self, client: Callable[[str, Credentials], Any] | None = None) -> None:
        self._client = client or _no_client
        self.absent: set[str] = set()
        """ARNs of roles that nobody can take on"""
        self.denied: set[tuple[str, str]] = set()
        """(role's name, action)"""
        self.taken: list[tuple[str, str, str]] = []
        """(role's ARN, service, source ARN), in their order"""
        self.asked: list[tuple[str, str, str]] = []
        """(role's name, action, resource)"""

    def __call__(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:
        self.taken.append((role_arn, service, source_arn))
        return Actor(self.assume(role_arn, service=service, session=session), self, self._client)

    def assume(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Credentials:  # noqa: ARG002
        if role_arn in self.absent:
            raise AccessDenied(
                f"User: {service}.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            )
        account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
        arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session}"
        return Credentials(access_key_id=f"ASIA-{name}", secret_access_key="-", session_token="-", arn=arn)  # noqa: S106

    def require(self, access_key_id: str | None, action: str, resource: str, context: Context | None = None) -> None:  # noqa: ARG002
        name = (access_key_id or "").removeprefix("ASIA-")
        self.asked.append((name, action, resource))
        if (name, action) in self.denied:
            raise AccessDenied(
                f"User: {self.arn_of(access_key_id)} is not authorized to perform: {action} on resource: {resource}"
                f" because no identity-based policy allows the {action} action"
            )

    def unrestricted(self, access_key_id: str | None) -> bool:
        return access_key_id is None

    def arn_of(self, access_key_id: str | None) -> str:
        name = (access_key_id or "").removeprefix("ASIA-")
        return f"arn:aws:sts::000000000000:assumed-role/{name}/SageMaker" if name else "arn:aws:iam::000000000000:root"


def _no_client(service: str, _: Credentials) -> Any:
    raise AssertionError(f"this test has no {service}")
