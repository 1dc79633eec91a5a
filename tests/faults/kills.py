"""`kill -9` at random instants of a loop that runs all the time: of the server, the job launcher, jobs, builds and functions."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from sandbox.process import holder, up
from tests.faults import ledger
from tests.faults.figures import Figures, tell
from tests.faults.ledger import ONCE, Ledger, connected
from tests.faults.processes import below
from tests.faults.world import NAME, push

# How often each dies, of ten kills.
VICTIMS = ("server",) * 4 + ("launcher", "launcher", "job", "build", "build", "function")
_LONGEST = 2.5  # seconds between two kills
_SETTLING = 300  # seconds that all may take to come to an end, once nobody kills any more
_AT_ONCE = 2  # executions, runs and builds of a kind that are under way


_ENDED = ("Succeeded", "Superseded", "Cancelled", "Stopped")


class Loop:
    """Keeps runs, builds and executions under way, and retries what a kill has cut off, as a person would."""

    def __init__(self, book: Ledger) -> None:
        self._book, self._count = book, 0
        self.runs: list[str] = []
        self.builds: list[str] = []
        self.retried: Counter[str] = Counter()
        self._succeeded: set[str] = set()
        self.overtaken: set[str] = set()
        """executions that a later one has passed, so that their stage cannot be retried any more"""
        self.last_error = ""
        self.keeps_on = True
        """whether new ones are begun"""

    def tend(self) -> bool:
        """One look at all of it; whether everything has come to its end."""
        ends = [self._tried(tend) for tend in (self._tend_runs, self._tend_builds, self._tend_executions)]
        return all(ends)

    def _tried(self, tend: Callable[[], bool]) -> bool:
        try:
            return tend()
        except (BotoCoreError, ClientError) as error:  # of a server that is just being killed; the next look tells
            self.last_error = repr(error)
            return False

    def _tend_runs(self) -> bool:
        sagemaker = self._book.client("sagemaker", ONCE)
        open_runs = [arn for arn in self.runs if arn not in self._succeeded]
        found = {arn: sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn) for arn in open_runs}
        statuses = {arn: each["PipelineExecutionStatus"] for arn, each in found.items()}
        self._succeeded.update(arn for arn, status in statuses.items() if status == "Succeeded")
        for arn in (arn for arn, status in statuses.items() if status == "Failed"):
            sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn)
            self.retried["runs"] += 1
        under_way = [arn for arn, status in statuses.items() if status != "Succeeded"]
        if self.keeps_on and len(under_way) < _AT_ONCE:
            self._count += 1
            token = f"soak-{self._count:028d}"
            made = sagemaker.start_pipeline_execution(PipelineName=NAME, ClientRequestToken=token)
            self.runs.append(made["PipelineExecutionArn"])
        return not under_way

    def _tend_builds(self) -> bool:
        codebuild = self._book.client("codebuild", ONCE)
        last = self.builds[-_AT_ONCE * 2 :]
        found = codebuild.batch_get_builds(ids=last)["builds"] if last else []
        under_way = [each for each in found if not each["buildComplete"]]
        for each in found:
            if each["buildComplete"] and each["buildStatus"] != "SUCCEEDED" and not _reason(each):
                self._book.figures.fail("builds", f"{each['id']} is {each['buildStatus']}, and nothing says why")
        if self.keeps_on and len(under_way) < _AT_ONCE:
            self._count += 1
            made = codebuild.start_build(projectName=NAME, idempotencyToken=f"soak-{self._count}")
            self.builds.append(made["build"]["id"])
        return not under_way

    def _tend_executions(self) -> bool:
        client = self._book.client
        pipeline = client("codepipeline", ONCE)
        found = self.executions()
        for each in found:
            if each["status"] == "Failed" and each["pipelineExecutionId"] not in self.overtaken:
                self._retry(pipeline, each["pipelineExecutionId"])
        for stage in pipeline.get_pipeline_state(name=NAME)["stageStates"]:
            for action in stage["actionStates"]:
                latest = action.get("latestExecution", {})
                if latest.get("status") == "InProgress" and latest.get("token"):
                    with suppress(pipeline.exceptions.ApprovalAlreadyCompletedException):
                        pipeline.put_approval_result(
                            pipelineName=NAME,
                            stageName=stage["stageName"],
                            actionName=action["actionName"],
                            token=latest["token"],
                            result={"summary": "soak", "status": "Approved"},
                        )
        ended = self.overtaken | {each["pipelineExecutionId"] for each in found if each["status"] in _ENDED}
        under_way = [each for each in found if each["pipelineExecutionId"] not in ended]
        if self.keeps_on and len(under_way) < _AT_ONCE:
            self._count += 1
            push(client, {"turn.txt": str(self._count)})
            pipeline.start_pipeline_execution(name=NAME, clientRequestToken=f"soak-{self._count}")
        return not under_way

    def executions(self) -> list[dict[str, Any]]:
        """Newest first."""
        pages = self._book.client("codepipeline").get_paginator("list_pipeline_executions").paginate(pipelineName=NAME)
        return [each for page in pages for each in page["pipelineExecutionSummaries"]]

    def _retry(self, pipeline: Any, execution: str) -> None:
        actions = pipeline.list_action_executions(pipelineName=NAME, filter={"pipelineExecutionId": execution})
        failed = [each for each in actions["actionExecutionDetails"] if each["status"] == "Failed"]
        if not failed:
            return
        given = {"pipelineName": NAME, "stageName": failed[0]["stageName"], "pipelineExecutionId": execution}
        try:
            pipeline.retry_stage_execution(**given, retryMode="FAILED_ACTIONS")
            self.retried["executions"] += 1
        except (
            pipeline.exceptions.StageNotRetryableException,
            pipeline.exceptions.NotLatestPipelineExecutionException,
        ):
            self.overtaken.add(execution)


def _reason(build: dict[str, Any]) -> str:
    return " ".join(context.get("message", "") for phase in build["phases"] for context in phase.get("contexts", []))


def soak(home: Path, *, seed: int, number: int) -> Figures:
    figures, random = Figures("kills"), Random(f"kills {seed}")
    settings = up(home)
    book = Ledger(client=connected(settings), figures=figures)
    ledger.prepare(book.client)
    loop = Loop(book)
    since: dict[str, int] = {}
    book.start()
    tending = threading.Thread(target=_tend, args=(loop, book), daemon=True)
    tending.start()
    try:
        for count in range(number):
            time.sleep(random.uniform(0.05, _LONGEST))
            if _kill(home, random.choice(VICTIMS), random, book) == "server":
                up(home, port=settings.port)
                since = book.check(since)
            book.up.set()
            if (count + 1) % 5 == 0:
                tell(f"kills: {count + 1} of {number}, {_told(book, loop)}")
    finally:
        book.up.set()
        loop.keeps_on = False
        book.stop()
        tending.join()
    _settle(loop, book)
    return figures


def _told(book: Ledger, loop: Loop) -> str:
    acknowledged = sum(len(words) for words in book.acknowledged.values())
    done = f"{acknowledged} acknowledgements, {len(loop.runs)} runs, {len(loop.builds)} builds"
    return f"{done}, {len(book.figures.failures)} failures; {loop.last_error[:100]}"


def _tend(loop: Loop, book: Ledger) -> None:
    while not book.done.wait(0.3):
        book.up.wait()
        loop.tend()


def _kill(home: Path, victim: str, random: Random, book: Ledger) -> str:
    """Kill one of these, or the server where there is none just now; what died."""
    server = holder(home)
    assert server, "the sandbox is not up"
    pids = below(server).get(victim, [])
    if victim != "server" and pids:
        with suppress(ProcessLookupError):
            os.kill(random.choice(pids), signal.SIGKILL)
        book.figures.count(f"kill -9 of a {victim}")
        return victim
    book.figures.count("kill -9 of the server")
    os.kill(server, signal.SIGKILL)
    book.up.clear()  # who writes or tends waits for the next one
    with suppress(ChildProcessError):
        os.waitpid(server, 0)
    while holder(home) is not None:
        time.sleep(0.01)
    return "server"


def _settle(loop: Loop, book: Ledger) -> None:
    """Nobody kills any more: everything comes to its end, and is there once."""
    figures, deadline = book.figures, time.monotonic() + _SETTLING
    while not loop.tend():
        if time.monotonic() > deadline:
            figures.fail(
                "comes to its end when nobody kills any more", f"something is still under way; {loop.last_error}"
            )
            break
        time.sleep(0.3)
    book.check_all()
    book.check_deliveries()
    sagemaker = book.client("sagemaker")
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=f"{NAME}-runs")
    registered: Counter[str] = Counter()
    for each in (one for page in pages for one in page["ModelPackageSummaryList"]):
        described = sagemaker.describe_model_package(ModelPackageName=each["ModelPackageArn"])
        registered[described["CustomerMetadataProperties"]["Execution"]] += 1
    figures.count("runs of the SageMaker pipeline", len(loop.runs))
    for arn in loop.runs:
        status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]
        if status != "Succeeded" or registered[arn] != 1:
            figures.fail(
                "runs of the SageMaker pipeline", f"{arn} is {status} and has registered {registered[arn]} versions"
            )
    executions = loop.executions()
    figures.count("executions of the delivery pipeline", len(executions))
    figures.count("of these overtaken by a later one while they had failed", len(loop.overtaken))
    for each in executions:
        if each["status"] not in ("Succeeded", "Superseded") and each["pipelineExecutionId"] not in loop.overtaken:
            figures.fail("executions of the delivery pipeline", f"{each['pipelineExecutionId']} is {each['status']}")
    figures.count("builds beside it", len(loop.builds))
    figures.count("retries after a kill had cut something off", sum(loop.retried.values()))
