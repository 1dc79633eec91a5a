"""A deployed project in a sandbox of its own, and a person who works with it through git and boto3."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from infra.settings import read_context
from infra.settings.names import Names
from sandbox.process import down, holder, up
from tests.conftest import ClientOf, client_of

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = read_context(ROOT / "cdk.json")
NAMES = Names(CONTEXT["project"])
BUILD, DEPLOY = NAMES.model_build, NAMES.model_deploy
PATIENCE = 300.0  # seconds that anything may take on a busy machine
ENDED = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")
# Seconds between two looks: a tenth of what was waited so far, since looks keep the machine busy too.
_GLANCE, _SELDOM = 0.1, 1.0
_T = TypeVar("_T")


class Project:
    """Every method is what a person, or a program of theirs, would do."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.client: ClientOf
        self.up()

    def up(self) -> None:
        self.settings = up(self.home)
        self.client = client_of(self.settings)

    def down(self) -> None:
        down(self.home)

    def kill(self) -> None:
        """Without any warning; the next `up` finds whatever was on disk."""
        pid = holder(self.home)
        assert pid, "it is not up"
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
        eventually(lambda: holder(self.home) is None, "the process is gone")

    def advance(self, seconds: int) -> str:
        """Let time pass for schedules and timeouts; returns what the command told."""
        command = [sys.executable, "-m", "sandbox", "clock", "--home", str(self.home), "--advance", f"{seconds}s"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return f"{done.stdout}{done.stderr}"

    # Code

    def push(self, repository: str, edits: Mapping[str, str | None], message: str = "Change") -> str:
        """Write these files (None removes), commit, push; returns the commit."""
        folder = self.checkout(repository)
        for name, text in edits.items():
            path = folder / name
            if text is None:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git("add", "--all", cwd=folder)
        git("commit", "--quiet", "--allow-empty", "--message", message, cwd=folder)
        git("push", "--quiet", "origin", "HEAD", cwd=folder)
        return git("rev-parse", "HEAD", cwd=folder)

    def checkout(self, repository: str) -> Path:
        folder = self.home / "checkouts" / repository
        url = self.client("codecommit").get_repository(repositoryName=repository)["repositoryMetadata"]["cloneUrlHttp"]
        if folder.exists():
            git("remote", "set-url", "origin", url, cwd=folder)  # another port after each `up`
            git("pull", "--quiet", "--ff-only", "origin", CONTEXT["branch"], cwd=folder)
        else:
            git("clone", "--quiet", url, str(folder), cwd=self.home)
        return folder

    # CodePipeline

    def executions(self, pipeline: str) -> list[dict[str, Any]]:
        """Newest first."""
        return list(
            self.client("codepipeline").list_pipeline_executions(pipelineName=pipeline)["pipelineExecutionSummaries"]
        )

    def execution_of(self, pipeline: str, is_it: Callable[[dict[str, Any]], bool], what: str) -> str:
        """The id of the newest execution that is it, once there is one."""
        found = eventually(lambda: next(filter(is_it, self.executions(pipeline)), None), f"{pipeline}: {what}")
        return str(found["pipelineExecutionId"])

    def abandon(self, pipeline: str) -> None:
        """Stop whatever it executes, builds included."""
        for execution in self.executions(pipeline):
            if execution["status"] not in ENDED:
                self.client("codepipeline").stop_pipeline_execution(
                    pipelineName=pipeline, pipelineExecutionId=execution["pipelineExecutionId"], abandon=True
                )
                self.ended(pipeline, execution["pipelineExecutionId"])

    def of_commit(self, pipeline: str, commit: str) -> str:
        return self.execution_of(pipeline, lambda each: is_of(each, commit), f"an execution of {commit}")

    def of_version(self, arn: str, *, besides: Sequence[str] = ()) -> str:
        """The deploy pipeline's execution for a version."""

        def is_it(execution: dict[str, Any]) -> bool:
            return execution["pipelineExecutionId"] not in besides and self.version_of(execution) == arn

        return self.execution_of(DEPLOY, is_it, f"an execution for {arn}")

    def version_of(self, execution: dict[str, Any]) -> str:
        found = self.client("codepipeline").get_pipeline_execution(
            pipelineName=DEPLOY, pipelineExecutionId=execution["pipelineExecutionId"]
        )["pipelineExecution"]
        variables = {each["name"]: each["resolvedValue"] for each in found.get("variables", [])}
        return str(variables.get("ModelPackageArn", ""))

    def status(self, pipeline: str, execution: str) -> str:
        found = self.client("codepipeline").get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])

    def ended(self, pipeline: str, execution: str) -> str:
        return eventually(
            lambda: status if (status := self.status(pipeline, execution)) in ENDED else None,
            lambda: f"{pipeline} {execution} has ended; {self.told(pipeline, execution)}",
        )

    def actions(self, pipeline: str, execution: str) -> list[dict[str, Any]]:
        """Newest first."""
        found = self.client("codepipeline").list_action_executions(
            pipelineName=pipeline, filter={"pipelineExecutionId": execution}
        )
        return list(found["actionExecutionDetails"])

    def told(self, pipeline: str, execution: str) -> str:
        """Each action with its status, and what a failed one says."""
        return "; ".join(
            f"{each['stageName']}.{each['actionName']} {each['status']} {_reason(each)}".strip()
            for each in reversed(self.actions(pipeline, execution))
        )

    def failure(self, pipeline: str, execution: str) -> tuple[str, str]:
        """(stage.action, its reason and the last lines of its build's log) of the action that failed."""
        failed = next(each for each in self.actions(pipeline, execution) if each["status"] == "Failed")
        reason = _reason(failed)
        build = failed.get("output", {}).get("executionResult", {}).get("externalExecutionId", "")
        if failed["input"]["actionTypeId"]["provider"] == "CodeBuild" and build:
            reason = f"{reason}\n{self.build_log(build)}"
        return f"{failed['stageName']}.{failed['actionName']}", reason

    def build_log(self, build: str) -> str:
        found = self.client("codebuild").batch_get_builds(ids=[build])["builds"][0]
        contexts = [
            context.get("message", "") for phase in found.get("phases", []) for context in phase.get("contexts", [])
        ]
        logs = found.get("logs", {})
        lines: list[str] = []
        cloudwatch = self.client("logs")
        # A build that was killed before its first line has no stream, or does not know it yet.
        with suppress(cloudwatch.exceptions.ResourceNotFoundException, KeyError):
            events = cloudwatch.get_log_events(
                logGroupName=logs["groupName"], logStreamName=logs["streamName"], startFromHead=True
            )["events"]
            lines = [event["message"].rstrip() for event in events]
        return "\n".join([*filter(None, contexts), *lines])

    def state(self, pipeline: str, stage: str, action: str) -> dict[str, Any]:
        stages = self.client("codepipeline").get_pipeline_state(name=pipeline)["stageStates"]
        actions = next(each for each in stages if each["stageName"] == stage)["actionStates"]
        return dict(next(each for each in actions if each["actionName"] == action))

    def waits_for_a_person(self, execution: str) -> str:
        """The token of the approval that this execution waits for."""

        def token() -> str | None:
            for action in self.actions(DEPLOY, execution):
                if (action["actionName"], action["status"]) == ("Approve", "InProgress"):
                    latest = self.state(DEPLOY, "DeployProd", "Approve").get("latestExecution", {})
                    return str(latest["token"]) if latest.get("token") else None
            assert self.status(DEPLOY, execution) not in ENDED, self.told(DEPLOY, execution)
            return None

        return eventually(token, lambda: f"the approval waits; {self.told(DEPLOY, execution)}")

    def answer(self, execution: str, decision: str = "Approved") -> None:
        self.client("codepipeline").put_approval_result(
            pipelineName=DEPLOY,
            stageName="DeployProd",
            actionName="Approve",
            token=self.waits_for_a_person(execution),
            result={"summary": "looked at the report", "status": decision},
        )

    # The registry and what is live

    def versions(self) -> list[dict[str, Any]]:
        """Oldest first."""
        found = self.client("sagemaker").list_model_packages(
            ModelPackageGroupName=NAMES.model_package_group, SortBy="CreationTime", SortOrder="Ascending"
        )
        return list(found["ModelPackageSummaryList"])

    def waiting_versions(self, count: int) -> list[str]:
        """The oldest ones that nobody has decided over yet."""
        pending = [each for each in self.versions() if each["ModelApprovalStatus"] == "PendingManualApproval"]
        assert len(pending) >= count
        return [each["ModelPackageArn"] for each in pending[:count]]

    def approve(self, arn: str, status: str = "Approved") -> None:
        self.client("sagemaker").update_model_package(ModelPackageArn=arn, ModelApprovalStatus=status)

    def live(self, stage: str = "prod") -> str | None:
        """The version that a stage's endpoint serves."""
        sagemaker = self.client("sagemaker")
        with suppress(sagemaker.exceptions.ClientError):
            endpoint = sagemaker.describe_endpoint(EndpointName=NAMES.endpoint(stage))
            config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
            model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
            containers = model.get("Containers") or [model["PrimaryContainer"]]
            return str(containers[0]["ModelPackageName"])
        return None

    def predict(self, stage: str = "prod") -> float:
        answer = self.client("sagemaker-runtime").invoke_endpoint(
            EndpointName=NAMES.endpoint(stage),
            ContentType="text/csv",
            Body="M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15",
        )
        body = answer["Body"].read().decode()
        return float(body.strip().strip("[]").split(",")[0].split("\n")[0])

    def release(self, arn: str) -> str:
        """Approve it, and let it go on from staging; returns the execution that brought it to production."""
        self.approve(arn)
        execution = self.of_version(arn)
        self.answer(execution)
        assert self.ended(DEPLOY, execution) == "Succeeded", self.failure(DEPLOY, execution)
        assert self.live() == arn
        return execution

    def mailbox(self) -> Callable[[], list[str]]:
        """Subscribe to the notices; returns what reads those that came since the last look."""
        sqs, sns = self.client("sqs"), self.client("sns")
        topic = next(each["TopicArn"] for each in sns.list_topics()["Topics"] if NAMES.notices in each["TopicArn"])
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        url = sqs.create_queue(QueueName=f"mailbox-{time.monotonic_ns()}", Attributes={"Policy": policy})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})

        def read() -> list[str]:
            messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
            for each in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
            return [each["Body"] for each in messages]

        return read

    # SageMaker pipeline

    def runs(self) -> list[dict[str, Any]]:
        """Newest first."""
        sagemaker = self.client("sagemaker")
        with suppress(sagemaker.exceptions.ClientError):
            return list(
                sagemaker.list_pipeline_executions(PipelineName=NAMES.sagemaker_pipeline)["PipelineExecutionSummaries"]
            )
        return []

    def run_of(self, version: str) -> str:
        """The run that registered a version."""
        described = self.client("sagemaker").describe_model_package(ModelPackageName=version)
        return str(described["CustomerMetadataProperties"]["ExecutionArn"])

    def no_run_is_under_way(self) -> bool:
        return not any(run["PipelineExecutionStatus"] in ("Executing", "Stopping") for run in self.runs())

    def bucket(self, word: str) -> str:
        """As the foundation's outputs name it: `data` or `artifacts`."""
        stack = self.client("cloudformation").describe_stacks(StackName=f"{NAMES.project}-foundation")["Stacks"][0]
        output = f"{word.removesuffix('s').capitalize()}BucketName"
        return next(str(each["OutputValue"]) for each in stack["Outputs"] if each["OutputKey"] == output)


def is_of(execution: dict[str, Any], commit: str) -> bool:
    """`execution` is one of ListPipelineExecutions."""
    return any(each.get("revisionId") == commit for each in execution.get("sourceRevisions", []))


def _reason(action: dict[str, Any]) -> str:
    result = action.get("output", {}).get("executionResult", {})
    return str(result.get("errorDetails", {}).get("message") or result.get("externalExecutionSummary") or "")


def eventually(look: Callable[[], _T | None], what: str | Callable[[], str], patience: float = PATIENCE) -> _T:
    """What `look` finds once it finds something true; fails with `what` should have come about."""
    began = time.monotonic()
    while not (found := look()):
        waited = time.monotonic() - began
        assert waited < patience, f"not within {patience:g} s: {what if isinstance(what, str) else what()}"
        time.sleep(min(max(_GLANCE, waited / 10), _SELDOM))
    return found


def git(*arguments: str, cwd: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(cwd),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **{f"GIT_{who}_{part}": f"person{at}" for who in ("AUTHOR", "COMMITTER") for part, at in _WHO},
    }
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


_WHO = (("NAME", ""), ("EMAIL", "@example.com"))
