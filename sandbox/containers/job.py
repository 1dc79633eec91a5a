"""What every job has in common: what it is given, how it can fail, and the outcome it ends with."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.containers.filesystem import Volume
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Cancel, Runner
from sandbox.containers.running import Ending

Request = Mapping[str, Any]  # an API input in botocore's shape, already validated
Log = Callable[[str], None]
Status = Literal["Completed", "Failed", "Stopped"]

SEE_THE_LOG = "See job logs for more information"  # SageMaker's words for a container that left none of its own
_LONGEST_REASON = 1024  # "up to one KB": FailureReason and ExitMessage of the Describe operations


class JobError(Exception):
    """The job fails, with this FailureReason."""


class Unsupported(JobError):
    """The request asks for something that AWS has and the sandbox has not."""

    def __init__(self, what: str, *, supported: str) -> None:
        super().__init__(f"ClientError: {what} is not in the sandbox; {supported}")


class JobStopped(Exception):
    """Somebody asked for the job to stop before its container ran."""


@dataclass(frozen=True, kw_only=True)
class JobSite:
    """Where one job runs: its folder, S3, the runner, its log, and the stop request."""

    volume: Volume
    objects: ObjectStore
    runner: Runner
    log: Log
    cancel: Cancel | None = None

    def check_cancelled(self) -> None:
        if self.cancel is not None and self.cancel.is_set():
            raise JobStopped


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One member of DescribeTrainingJob's FinalMetricDataList."""

    name: str
    value: float
    timestamp: float


@dataclass(frozen=True, kw_only=True)
class JobOutcome:
    """How a job ended. Times are epoch seconds."""

    status: Status
    started: float
    ended: float
    failure_reason: str | None = None
    exit_message: str | None = None
    secondary_status: str | None = None
    status_message: str | None = None
    exit_code: int | None = None
    model_artifact: str | None = None
    metrics: tuple[Metric, ...] = ()


def clip(text: str, *, longest: int = _LONGEST_REASON) -> str:
    """At most one KB, never in the middle of a character."""
    return text.encode()[:longest].decode(errors="ignore")


def guarded(work: Callable[[float], JobOutcome]) -> JobOutcome:
    """Run a job; a JobError or a stop on the way is an outcome, too. `work` is given the time it started."""
    started = time.time()
    try:
        return work(started)
    except JobStopped:
        message = "The job was stopped on request, before its container started"
        return JobOutcome(status="Stopped", started=started, ended=time.time(), status_message=message)
    except JobError as error:
        return JobOutcome(status="Failed", started=started, ended=time.time(), failure_reason=clip(str(error)))


def check_survived(ending: Ending) -> None:
    if ending.lost:
        raise JobError("InternalServerError: the process that runs the sandbox's jobs died; start the job again")


def job_arn(request: Request, *, kind: str, region: str) -> str:
    """The ARN that the job has, in the account of its role. `kind` is `training` or `processing`."""
    name = request[f"{kind.capitalize()}JobName"]
    _, partition, _, _, account, *_ = f"{request.get('RoleArn', '')}:::::".split(":")
    return f"arn:{partition or 'aws'}:sagemaker:{region}:{account or '000000000000'}:{kind}-job/{name}"


def exit_words(ending: Ending) -> str:
    """`exit code: 137 (SIGKILL)`."""
    name = f" ({signal.Signals(ending.signal).name})" if ending.signal is not None else ""
    return f"exit code: {ending.exit_code}{name}"


def algorithm_error(message: str, ending: Ending) -> str:
    """FailureReason when the container failed, as SageMaker words it: "AlgorithmError: <message>, exit code: 1"."""
    tail = f", {exit_words(ending)}"
    return clip(f"AlgorithmError: {message or SEE_THE_LOG}", longest=_LONGEST_REASON - len(tail)) + tail


def status_of(ending: Ending) -> Status:
    if ending.interrupted:
        return "Stopped"
    return "Completed" if ending.succeeded else "Failed"


def stop_message(ending: Ending, limit: int) -> tuple[str, str]:
    """Secondary status and status message of a job that was stopped: by its MaxRuntimeInSeconds, or on request."""
    if ending.interrupted == "timeout":
        return "MaxRuntimeExceeded", f"The job ran longer than its MaxRuntimeInSeconds of {limit}"
    return "Stopped", "The job was stopped on request"
