"""The plan: what goes, in which order, each with the words that a person decides by. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Half(Enum):
    """Before the CDK's stacks go, or after."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """What is there of one project, each by the name or ARN that its removal takes."""

    clocks: Sequence[str] = field(default=())
    """Schedules of the stacks that are on, each as group/name."""
    rules: Sequence[str] = field(default=())
    """Of EventBridge, that start something and are on."""
    executions: Sequence[str] = field(default=())
    """Of the SageMaker pipeline, still running."""
    schedules: Sequence[str] = field(default=())
    """That the functions set themselves."""
    stage_stacks: Sequence[str] = field(default=())
    models: Sequence[str] = field(default=())
    """Made by the SageMaker pipeline for its batch test."""
    sagemaker_pipelines: Sequence[str] = field(default=())
    log_groups: Sequence[str] = field(default=())
    job_logs: Sequence[str] = field(default=())
    """In the account-wide log groups of SageMaker's jobs: group:stream, of the pipeline's own jobs."""
    repositories: Sequence[str] = field(default=())
    buckets: Sequence[str] = field(default=())
    packages: Sequence[str] = field(default=())
    groups: Sequence[str] = field(default=())
    keys: Sequence[str] = field(default=())


@dataclass(frozen=True)
class Removal:
    """One thing to remove."""

    kind: str
    name: str
    half: Half
    sentence: str


PIPELINES = "sagemaker_pipelines"
# In this order: what is running first, what others stand on last.
_KINDS = (
    ("clocks", Half.BEFORE, "disable the schedule {}, so that nothing starts behind the teardown"),
    ("rules", Half.BEFORE, "disable the rule {}, so that nothing starts behind the teardown"),
    ("executions", Half.BEFORE, "stop the SageMaker pipeline execution {}"),
    ("schedules", Half.BEFORE, "delete the one-time schedule {}"),
    ("stage_stacks", Half.BEFORE, "delete the stack {} with its endpoint, endpoint configuration and model"),
    ("models", Half.BEFORE, "delete the model {}"),
    ("log_groups", Half.BEFORE, "delete the log group {}"),
    ("job_logs", Half.BEFORE, "delete the log of the job {}"),
    (PIPELINES, Half.BEFORE, "delete the SageMaker pipeline {}"),
    ("repositories", Half.AFTER, "delete the repository {} with every commit in it"),
    ("buckets", Half.AFTER, "delete the bucket {} with every version of every object in it"),
    ("packages", Half.AFTER, "delete the registered version {}"),
    ("groups", Half.AFTER, "delete the model package group {}"),
    ("keys", Half.AFTER, "schedule the KMS key {} for deletion in 7 days"),
)


def plan(inventory: Inventory) -> list[Removal]:
    return [
        Removal(kind, name, half, sentence.format(name))
        for kind, half, sentence in _KINDS
        for name in getattr(inventory, kind)
    ]


def told(removals: Sequence[Removal], *, stacks: Sequence[str]) -> list[str]:
    """The plan in sentences, the CDK's stacks between its halves."""
    before = [removal.sentence for removal in removals if removal.half is Half.BEFORE]
    after = [removal.sentence for removal in removals if removal.half is Half.AFTER]
    middle = [f"cdk destroy --all: {', '.join(stacks)}"] if stacks else []
    return [f"Would {sentence}" for sentence in (*before, *middle, *after)]
