"""Runs of the SageMaker pipeline, whoever starts them: a person, a push, the schedule, new data."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from tests.e2e.loop import Loop
from tests.e2e.project import BUILD, CONTEXT, NAMES, ROOT
from tests.e2e.traces import logged, noticed

WEEK = 7 * 86400
QUIET = 2 * 60 * CONTEXT["data"]["quietMinutes"]
JOBS = ("ProcessingJob", "TrainingJob", "TransformJob")


def run(loop: Loop) -> None:
    """By a key of its own, so that no step comes from the cache: every step is carried out.

    People are told of the version, and that its data are those of the one before.
    """
    jobs = _jobs(loop.follow_run(start(loop, CacheKey=uuid.uuid4())))
    for function in (NAMES.data_check, NAMES.model_seal):
        logged(loop, f"/aws/lambda/{function}")
    for kind, job in jobs:
        _streamed(loop, f"/aws/sagemaker/{kind}s", job)
    noticed(loop, "until a person approves", "the gate MseThreshold", "unchanged since version")


def push(loop: Loop) -> None:
    """A change to a step's code is built, and the SageMaker pipeline started with it."""
    step = "pipelines/abalone/containers/preprocess.py"
    code = (loop.project.checkout(BUILD) / step).read_text()
    commit = loop.project.push(BUILD, {step: f"{code}\n# changed\n"})
    loop.follow(BUILD, loop.of_commit(BUILD, commit))
    logged(loop, f"/aws/codebuild/{BUILD}")
    described = f"commit {commit}"
    loop.until(lambda: _described(loop, described), NAMES.sagemaker_pipeline, f"a run of {described}")


def week(loop: Loop) -> None:
    """The schedule starts a run."""
    known = _runs(loop)
    told = loop.project.advance(WEEK)
    loop.until(
        lambda: _described(loop, "retraining of", besides=known),
        NAMES.retraining,
        f"the weekly run; the clock told {told}",
    )
    logged(loop, f"/aws/lambda/{NAMES.retraining}")


def data(loop: Loop) -> None:
    """New data starts a run, once it has been quiet for a while."""
    s3, prefix = loop.project.client("s3"), CONTEXT["data"]["prefix"]
    rows = (ROOT / "data" / "abalone.csv").read_bytes().splitlines(keepends=True)
    known = _runs(loop)
    s3.put_object(Bucket=loop.project.bucket("data"), Key=f"{prefix}more.csv", Body=b"".join(rows[::2]))
    loop.until(lambda: _windows(loop), NAMES.data_arrival, "the schedule of a window of quiet")
    told = loop.project.advance(QUIET)
    loop.until(
        lambda: _described(loop, "New data:", besides=known), NAMES.data_arrival, f"the run; the clock told {told}"
    )
    logged(loop, f"/aws/lambda/{NAMES.data_arrival}")


def poor_run(loop: Loop) -> None:
    """A model that misses the gate fails its run, and people are told why."""
    start(loop, MseThreshold=0.001)
    loop.settle()
    noticed(loop, NAMES.sagemaker_pipeline, "0.001")


def start(loop: Loop, **parameters: object) -> str:
    """A run that a person starts; its ARN."""
    given = [{"Name": name, "Value": str(value)} for name, value in parameters.items()]
    started = loop.project.client("sagemaker").start_pipeline_execution(
        PipelineName=NAMES.sagemaker_pipeline, PipelineParameters=given
    )
    return str(started["PipelineExecutionArn"])


def _described(loop: Loop, words: str, *, besides: Collection[str] = ()) -> str | None:
    """The newest run whose description begins so."""
    for each in loop.project.runs():
        arn = str(each["PipelineExecutionArn"])
        if arn not in besides and each.get("PipelineExecutionDescription", "").startswith(words):
            return arn
    return None


def _runs(loop: Loop) -> list[str]:
    return [str(each["PipelineExecutionArn"]) for each in loop.project.runs()]


def _jobs(steps: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each job's kind and name."""
    found = [(kind, told["Arn"]) for step in steps for kind, told in step.get("Metadata", {}).items() if kind in JOBS]
    return [(kind, arn.rpartition("/")[2]) for kind, arn in found]


def _streamed(loop: Loop, group: str, job: str) -> None:
    """A job's log."""

    def look() -> bool:
        logs = loop.project.client("logs")
        try:
            found = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{job}/")
        except logs.exceptions.ResourceNotFoundException:
            return False
        return bool(found["logStreams"])

    loop.until(look, f"the log {group}", f"the stream of {job}")


def _windows(loop: Loop) -> list[dict[str, Any]]:
    """The schedules that wait for uploads to go quiet."""
    found = loop.project.client("scheduler").list_schedules(
        GroupName=NAMES.schedule_group, NamePrefix=f"{NAMES.data_arrival}-"
    )
    return list(found["Schedules"])
