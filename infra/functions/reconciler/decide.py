"""The decision, without a call: from what is approved, live and ordered to one start, or to the reason for none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

IN_PROGRESS = "InProgress"
SUCCEEDED = "Succeeded"
# Ended by no judgement on the version: another start overtook it, or the pipeline's definition was updated under it.
VOID = frozenset({"Superseded", "Cancelled"})


@dataclass(frozen=True)
class Version:
    """An approved version of the model package group and when that was decided."""

    arn: str
    number: int
    decided: datetime


@dataclass(frozen=True)
class Execution:
    """An execution of the deploy pipeline. `package` is None where it was started without naming a version (a push)."""

    id: str
    started: datetime
    status: str
    package: str | None
    # CodePipeline's own stage rollback: a consequence of a failed order, never an order itself.
    rollback: bool = False


@dataclass(frozen=True)
class State:
    """All that the decision rests on; `executions` newest first."""

    approved: Sequence[Version]
    live: str | None
    executions: Sequence[Execution]


@dataclass(frozen=True)
class Start:
    """Deploy this version."""

    version: Version
    token: str
    why: str


@dataclass(frozen=True)
class Nothing:
    """There is nothing to start, and why."""

    why: str


def wanted(approved: Sequence[Version]) -> Version | None:
    """The version that was approved last among those still approved; the higher one where the times are equal."""
    return max(approved, key=lambda version: (version.decided, version.number), default=None)


def decide(state: State) -> Start | Nothing:
    version = wanted(state.approved)
    if version is None:
        kept = f"{state.live} stays live." if state.live else "Nothing is live."
        return Nothing(f"No version is approved. {kept} Approve a version in the model registry.")
    orders = [each for each in state.executions if each.package and not each.rollback]
    under_way = next((each for each in orders if each.status == IN_PROGRESS), None)
    if under_way is not None and under_way.package == version.arn:
        return Nothing(f"{version.arn} is under way in execution {under_way.id}.")
    if under_way is None and state.live == version.arn:
        return Nothing(f"{version.arn} is live.")
    order = _order_for(version, state.executions)
    if order is not None:
        return Nothing(
            f"{version.arn} was ordered after its approval, by execution {order.id} ({order.status}), and is not live "
            f"({state.live or 'nothing'} is). Retry the failed stage, or approve the version again to deploy it anew."
        )
    instead = f"{under_way.package} is under way" if under_way else f"{state.live or 'nothing'} is live"
    why = f"{version.arn} was approved last ({version.decided:%Y-%m-%dT%H:%M:%SZ}), but {instead}."
    return Start(version, _token(version, orders), why)


def _order_for(version: Version, executions: Sequence[Execution]) -> Execution | None:
    """The order that has answered the decision for `version`, unless another version was put in its place since."""
    for execution in executions:
        if execution.rollback or execution.status in VOID:
            continue
        if execution.package is None:
            if execution.status == SUCCEEDED:
                return None
            continue
        answers = execution.package == version.arn and execution.started >= version.decided
        return execution if answers else None
    return None


def _token(version: Version, orders: Sequence[Execution]) -> str:
    """The same for every look at the same state, so that two at once start one execution; new after every order."""
    last = orders[0].id if orders else "none"
    return hashlib.sha256(f"{version.arn} {version.decided.isoformat()} {last}".encode()).hexdigest()
