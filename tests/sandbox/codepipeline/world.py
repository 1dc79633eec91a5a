"""CodePipeline alone: a real store, and actions that do what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox.acting import Actor
from sandbox.clock import Clock
from sandbox.codepipeline.actions.approval import ask
from sandbox.codepipeline.actions.contract import ActionFailed, Awaited, Done, Neighbours, Work
from sandbox.codepipeline.operations import OPERATIONS
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.recovery import recover
from sandbox.codepipeline.service import CodePipeline
from sandbox.events import Event
from sandbox.identity import Context, Credentials
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from tests.sandbox.codepipeline.structures import Structure, action, artifacts

WAIT = 10.0
ENDED = ("Succeeded", "Failed", "Stopped", "Superseded")
Behaviour = Callable[[Work], Done | Awaited]


class Everybody:
    """An Identity that allows everything, unless a test says otherwise."""

    def assume(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Credentials:  # noqa: ARG002
        return Credentials(access_key_id="AK", secret_access_key="S", session_token="T", arn=f"{role_arn}/{session}")  # noqa: S106

    def unrestricted(self, access_key_id: str | None) -> bool:  # noqa: ARG002
        return True

    def require(self, access_key_id: str | None, action: str, resource: str, context: Context | None = None) -> None:
        """Allowed."""

    def arn_of(self, access_key_id: str | None) -> str:
        return f"arn:aws:iam::000000000000:user/{access_key_id or 'root'}"


class NoBuilds:
    def start_for_pipeline(self, request: Document, **_: Any) -> str:
        raise AssertionError(request)

    def wait_for_build(self, build_id: str) -> None:
        raise AssertionError(build_id)


class World:
    """The service on a folder. `does` says by an action's name what it does; any other succeeds at once."""

    def __init__(self, home: Path, clients: Mapping[str, Any] | None = None) -> None:
        self.home, self.does, self.clock = home, dict[str, Behaviour](), Clock()
        self.clients = clients or {}
        self.events: list[Event] = []
        self.runs: list[str] = []
        self.codepipeline = self._open()

    def _open(self) -> CodePipeline:
        identity = Everybody()

        def take_on(role_arn: str, *, service: str, session: str, source_arn: str = "") -> Actor:
            credentials = identity.assume(role_arn, service=service, session=session, source_arn=source_arn)
            return Actor(credentials, identity, lambda name, _: self.clients[name])

        providers = dict.fromkeys(("CodeCommit", "S3", "CodeBuild", "CloudFormation", "Lambda"), self._do)
        return CodePipeline(
            settings=SandboxSettings(home=self.home, port=0),
            operations=OPERATIONS,
            providers={**providers, "Manual": ask},
            neighbours=Neighbours(archive=lambda *_: b"", builds=NoBuilds()),
            around=ServiceContext(emit=self.events.append, take_on=take_on, arn_of=identity.arn_of, clock=self.clock),
        )

    def _do(self, work: Work) -> Done | Awaited:
        name = work.action["name"]
        self.runs.append(name)
        behaviour = self.does.get(name, succeed)
        return behaviour(work)

    def call(self, operation: str, **request: Any) -> Document:
        return self.codepipeline.call(operation, request)

    def create(self, pipeline: Structure) -> str:
        """The pipeline, and the id of its first execution."""
        self.call("CreatePipeline", pipeline=pipeline)
        return str(self.executions(pipeline["name"])[0]["pipelineExecutionId"])

    def start(self, name: str = "p", **more: Any) -> str:
        return str(self.call("StartPipelineExecution", name=name, **more)["pipelineExecutionId"])

    def executions(self, name: str = "p") -> list[Document]:
        return list(self.call("ListPipelineExecutions", pipelineName=name)["pipelineExecutionSummaries"])

    def ended(self, identity: str) -> str:
        """Wait for an execution's end; its status."""
        return str(self.until(identity, lambda execution: execution["status"] in ENDED)["status"])

    def until(self, identity: str, reached: Callable[[Document], bool]) -> Document:
        store = self.codepipeline.store
        found = store.wait(
            records.EXECUTION, identity, until=lambda each: each is not None and reached(each), timeout=WAIT
        )
        assert found is not None
        return found

    def in_action(self, identity: str, name: str) -> Document:
        """Wait until an action of the execution is in progress; its latest run."""

        def begun(_: Document) -> bool:
            return bool(self._under_way(identity, name))

        self.until(identity, begun)
        return self._under_way(identity, name)[-1]

    def _under_way(self, identity: str, name: str) -> list[Document]:
        runs = records.under_way(self.codepipeline.store, identity)
        return [run for run in runs if run["actionName"] == name]

    def stage(self, stage: str, name: str = "p") -> Document:
        states = self.call("GetPipelineState", name=name)["stageStates"]
        return dict(next(state for state in states if state["stageName"] == stage))

    def answer(self, stage: str, action_name: str, status: str = "Approved", summary: str = "fine") -> Document:
        states = self.stage(stage)["actionStates"]
        token = next(each for each in states if each["actionName"] == action_name)["latestExecution"]["token"]
        result = {"status": status, "summary": summary}
        return self.call(
            "PutApprovalResult", pipelineName="p", stageName=stage, actionName=action_name, result=result, token=token
        )

    def kill(self) -> None:
        """The process dies, and another one comes up on the same folder."""
        self.codepipeline.close()
        self.codepipeline = self._open()
        recover(self.codepipeline)

    def told(self, kind: str, count: int) -> list[Document]:
        """The details of the events of a kind (Pipeline, Stage, Action), once there are so many."""
        detail_type, waited = f"CodePipeline {kind} Execution State Change", threading.Event()
        for _ in range(1000):
            found = [event.detail for event in list(self.events) if event.detail_type == detail_type]
            if len(found) >= count:
                return found
            waited.wait(0.005)
        raise AssertionError((kind, count, self.events))

    def close(self) -> None:
        self.codepipeline.close()


def succeed(_: Work) -> Done:
    return Done()


class Held:
    """An action that runs until a test lets it go."""

    def __init__(self, outcome: Done | ActionFailed | None = None) -> None:
        self.begun, self.go, self.outcome = threading.Event(), threading.Event(), outcome or Done()

    def __call__(self, work: Work) -> Done:  # noqa: ARG002 (a behaviour)
        self.begun.set()
        assert self.go.wait(WAIT)
        if isinstance(self.outcome, ActionFailed):
            raise self.outcome
        return self.outcome


class Flaky:
    """An action that fails so often, and then succeeds."""

    def __init__(self, failures: int) -> None:
        self.left = failures

    def __call__(self, work: Work) -> Done:  # noqa: ARG002 (a behaviour)
        self.left -= 1
        if self.left >= 0:
            raise ActionFailed("not yet")
        return Done()


def broken(_: Work) -> Done:
    raise ActionFailed("it broke")


def pipeline(*stages: Structure, mode: str = "QUEUED", **more: Any) -> Structure:
    """A source stage `Source` with the action `Fetch`, then these."""
    repository = {"RepositoryName": "r", "BranchName": "main"}
    fetch = action(
        *("Fetch", "CodeCommit"),
        category="Source",
        namespace="S",
        outputArtifacts=artifacts("Code"),
        configuration=repository,
    )
    return {
        "name": "p",
        "roleArn": "arn:aws:iam::000000000000:role/pipeline",
        "artifactStore": {"type": "S3", "location": "bucket"},
        "pipelineType": "V2",
        "executionMode": mode,
        "stages": [{"name": "Source", "actions": [fetch]}, *stages],
        **more,
    }


def stage(name: str, *actions: Structure, **more: Any) -> Structure:
    return {"name": name, "actions": list(actions), **more}


def build(name: str, **more: Any) -> Structure:
    given = {"inputArtifacts": artifacts("Code"), "configuration": {"ProjectName": "b"}}
    return action(name, "CodeBuild", **{**given, **more})


def approve(name: str = "Approve", **more: Any) -> Structure:
    return action(name, "Manual", category="Approval", **more)
