"""Dependencies injected into every service of ours: EventBridge, IAM, the clock, roles to assume."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.acting import TakeOn, deny_assume_role
from sandbox.clock import Clock
from sandbox.events import Emit, discard_event
from sandbox.settings import ACCOUNT
from sandbox.store import Document

Guard = Callable[[str, str, Document], None]  # (service, operation, request): raises AccessDenied for `sandbox.caller`


def allow_all(_: str, __: str, ___: Document) -> None:
    """For a service that runs without IAM."""


def root(_: str | None) -> str:
    """For a service that runs without IAM: everybody is the account itself."""
    return f"arn:aws:iam::{ACCOUNT}:root"


def no_rule(_: str | None) -> str | None:
    """For a service that no rule reaches."""
    return None


@dataclass(frozen=True, kw_only=True)
class ServiceContext:
    """The defaults are those of a service that runs alone, as in most tests do."""

    emit: Emit = discard_event
    guard: Guard = allow_all
    take_on: TakeOn = deny_assume_role
    arn_of: Callable[[str | None], str] = root
    """Who is behind an access key, as events name them (`sandbox.identity.Identity.arn_of`)."""
    rule_of: Callable[[str | None], str | None] = no_rule
    """The ARN of the EventBridge rule on whose behalf the key's role was taken on; None for every other key."""
    clock: Clock = field(default_factory=Clock)


STANDALONE = ServiceContext()
