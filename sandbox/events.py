"""Events: what a service tells EventBridge about itself.

Services emit once their own state is on disk. AWS delivers its services' events at least once or by best effort; whoever must not
miss one looks at the state as well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sandbox.store import Document


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of the default bus; account, Region, time and id are added on the way (EventBridge user guide, "Events")."""

    source: str
    """such as aws.codecommit"""
    detail_type: str
    detail: Document
    resources: Sequence[str] = ()


Emit = Callable[[Event], None]  # returns when the rules have been matched; delivery goes on beside it


def discard_event(_: Event) -> None:
    """For a service that runs without a bus."""
