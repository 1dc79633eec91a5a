"""What was seen on the way. Each fact is absent until its moment was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Seen(Enum):
    """What became of one belief."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Verdict:
    """One belief's, with what was seen of it in a sentence."""

    seen: Seen
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A part of the check that came to its end."""

    name: str
    seconds: float
    said: str


@dataclass
class Evidence:
    """Gathered while the check goes on; the doubts are judged by it at the end, whether or not it got there."""

    moments: list[Moment] = field(default_factory=list)
    refused_builds: list[str] = field(default_factory=list)
    """Messages of builds that CodeBuild refused to start beside another."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """Step of the SageMaker pipeline -> its status, with its reason where it failed."""
    smoke_test: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What an object is -> the KMS key that it is encrypted with."""
    project_key: str = ""
    environment: Mapping[str, str] | None = None
    """Of the deployed model, as DescribeModel tells it."""
    batch_answers: Sequence[str] | None = None
    """The lines of the batch transform's output."""
    untagged: Sequence[str] | None = None
    """Stacks without the run's tag."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """Service -> empty where it took on a role that demands aws:SourceAccount, else what it said."""
    failure: str = ""
    left: list[str] = field(default_factory=list)
    """What could not be removed."""

    def reached(self, name: str) -> bool:
        return any(moment.name == name for moment in self.moments)
