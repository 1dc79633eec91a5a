"""What Processing, Training and Transform steps have in common: create a job, wait for its end, tell how it ended."""

from __future__ import annotations

from sandbox.sagemaker.pipelines.steps.contract import (
    CAPACITY_ERROR,
    INTERNAL_ERROR,
    RESOURCE_LIMIT,
    Attempt,
    Outcome,
    StepFailed,
    StepStopped,
)
from sandbox.store import Document

_RUNNING = ("InProgress", "Stopping")
_FOREVER = 30 * 86_400.0  # no job may run longer than 28 days; its own MaxRuntimeInSeconds ends it before

# How the FailureReason of a job begins or reads (API_DescribeTrainingJob, FailureReason), and what a retry policy calls it.
# AlgorithmError and ClientError are the user's to mend: they are never retried.
_RETRIABLE = (
    ("InternalServerError", INTERNAL_ERROR),
    ("CapacityError", CAPACITY_ERROR),
    ("InsufficientCapacity", CAPACITY_ERROR),
    ("ResourceLimitExceeded", RESOURCE_LIMIT),
)


def run_job(noun: str, attempt: Attempt) -> Outcome:
    """`noun` is Processing, Training or Transform."""
    member, kind = f"{noun}JobName", f"{noun.lower()}-job"
    named = {member: attempt.name}
    created = attempt.call(f"Create{noun}Job", attempt.arguments | named | {"Tags": attempt.tags})
    metadata = {f"{noun}Job": {"Arn": created[f"{noun}JobArn"]}}
    attempt.note({"StepStatus": "Executing", "Metadata": metadata})

    def ended(job: Document | None) -> bool:
        return job is None or job[f"{noun}JobStatus"] not in _RUNNING

    def stop() -> None:
        attempt.stopping()
        attempt.try_to(f"Stop{noun}Job", named)

    with attempt.stop.calls(stop):
        attempt.sagemaker.store.wait(kind, attempt.name, until=ended, timeout=_FOREVER)
    job = attempt.call(f"Describe{noun}Job", named)
    status = job[f"{noun}JobStatus"]
    if status == "Completed":
        return Outcome(properties=job, metadata=metadata)
    if status == "Stopped" and attempt.stop.is_set():
        raise StepStopped
    reason = _reason(job) or f"{kind} {attempt.name} ended as {status}"
    raise StepFailed(reason, exception_type(reason) if status == "Failed" else "")


def _reason(job: Document) -> str:
    """FailureReason, and a processing job's own last words (ExitMessage) where the reason has not taken them up."""
    reason, words = job.get("FailureReason", ""), job.get("ExitMessage", "").strip()
    return reason if words in reason else ". ".join(filter(None, (reason.rstrip(". "), words)))


def exception_type(reason: str) -> str:
    if reason.startswith(("AlgorithmError", "ClientError")):
        return ""
    return next((kind for mark, kind in _RETRIABLE if mark in reason), "")
