"""A walk of the check, for its tests: a project of run 0a1b2c, with clients that a test hands over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from smoke_aws.commands import Commands
from smoke_aws.deadline import Deadline
from smoke_aws.evidence import Evidence
from smoke_aws.moments import Walk
from smoke_aws.settings import SmokeProject

RUN = "0a1b2c"


def nobody(service: str) -> Any:
    raise AssertionError(f"{service} was asked")


def walk_in(folder: Path, *, client: Callable[[str], Any] = nobody, seconds: float = 60) -> Walk:
    project = SmokeProject.of_run(RUN)
    project.write(folder)
    return Walk(
        project=project,
        client=client,
        commands=Commands(folder, "us-east-1"),
        deadline=Deadline(seconds, 0.01),
        evidence=Evidence(),
    )
