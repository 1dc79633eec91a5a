"""Edge: the environment of the retraining function, read once; every missing or ill-formed name is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..runs.forms import SCHEDULE_GROUP, SCHEDULE_NAME, SCHEDULER_ROLE, UNDELIVERED

START, QUEUE, SKIP = "start", "queue", "skip"
REQUIRED = {"WHILE_RUNNING": rf"{START}|{QUEUE}|{SKIP}"}
TO_QUEUE = {
    "WAIT_SECONDS": r"[1-9][0-9]{0,4}",
    **SCHEDULE_NAME,
    **SCHEDULE_GROUP,
    **SCHEDULER_ROLE,
    **UNDELIVERED,
}
OPTIONAL = TO_QUEUE  # all of them to queue, none otherwise


class SettingsError(ValueError):
    """The function's environment lacks names or holds ill-formed values; the message tells every one."""


@dataclass(frozen=True)
class Queue:
    """How a due time waits: how long at least, and where its one-time schedule goes."""

    wait: int
    schedule: str
    group: str
    role: str
    undelivered: str


@dataclass(frozen=True)
class Settings:
    """What becomes of a due time during a run: it starts beside it, or waits in the queue, or else is skipped."""

    beside: bool
    queue: Queue | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    queues = environment.get("WHILE_RUNNING") == QUEUE
    problems = [
        f"{name}: {environment[name]!r} does not match {form}" if environment.get(name) else f"{name}: not set"
        for name, form in {**REQUIRED, **(TO_QUEUE if queues else {})}.items()
        if not re.fullmatch(form, environment.get(name, ""))
    ]
    if problems:
        raise SettingsError(f"retraining: {'; '.join(problems)}. infra sets them: deploy it again.")
    queue = (
        Queue(
            wait=int(environment["WAIT_SECONDS"]),
            schedule=environment["SCHEDULE_NAME"],
            group=environment["SCHEDULE_GROUP_NAME"],
            role=environment["SCHEDULER_ROLE_ARN"],
            undelivered=environment["UNDELIVERED_QUEUE_ARN"],
        )
        if queues
        else None
    )
    return Settings(beside=environment["WHILE_RUNNING"] == START, queue=queue)
