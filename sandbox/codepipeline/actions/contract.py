"""What an action is given, and what it comes to: the contract between running executions and the providers of actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.acting import Actor
from sandbox.clock import Clock
from sandbox.codepipeline.actions.abandonment import Abandonment
from sandbox.containers.objects import S3Location
from sandbox.settings import SandboxSettings
from sandbox.store import Document


class Builds(Protocol):
    """CodeBuild, as an action needs it: a build on the artifacts of a pipeline, and the end of that build."""

    def start_for_pipeline(  # noqa: PLR0913 (what one action hands over)
        self,
        request: Document,
        *,
        sources: Mapping[str, S3Location],
        primary: str,
        outputs: Mapping[str, S3Location],
        initiator: str,
        execution_id: str,
        encryption_key: str | None,
        revision: str,
    ) -> str:
        """StartBuild in the caller's name (`sandbox.caller`), of the primary source at this revision; returns the build's id."""

    def wait_for_build(self, build_id: str) -> None:
        """Block until it has ended."""


Archive = Callable[[str, str], bytes]  # (repository, commit) -> a zip of its files


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The services beside CodePipeline that actions reach by other ways than an API."""

    archive: Archive
    builds: Builds


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a source action fetched (API_ArtifactRevision, API_SourceRevision)."""

    id: str
    summary: str = ""
    url: str = ""
    created: float | None = None


@dataclass(frozen=True, kw_only=True)
class External:
    """The resource of another service that an action works with."""

    id: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Done:
    """An action that has succeeded."""

    variables: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    external: External = field(default_factory=External)
    revision: Revision | None = None


@dataclass(frozen=True)
class Awaited:
    """An action that goes on by itself, until a person or a function says how it ended."""


class ActionFailed(Exception):
    """An action that has failed. The code is a FailureType of the API, or what AWS shows in its place."""

    def __init__(self, message: str, *, code: str = "JobFailed", external: External | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.external = message, code, external


@dataclass(frozen=True, kw_only=True)
class Work:
    """One run of one action."""

    id: str
    """its actionExecutionId"""
    pipeline: Document
    """the structure that the execution began with"""
    execution: Document
    stage: str
    action: Document
    configuration: Mapping[str, str]
    """its variables are resolved"""
    inputs: Mapping[str, S3Location]
    outputs: Mapping[str, S3Location]
    encryption_key: str | None
    """the artifact store's"""
    record: Document
    """as its document was when it started (token, expiry)"""
    actor: Actor
    """the action's role, or else the pipeline's"""
    settings: SandboxSettings
    clock: Clock
    neighbours: Neighbours
    note: Callable[[Document], None]
    """keeps members of the record"""
    abandonment: Abandonment

    @property
    def output(self) -> S3Location | None:
        """Of an action that has one at most."""
        return next(iter(self.outputs.values()), None)

    def say(self, *, external: External, summary: str = "") -> None:
        """Let GetPipelineState show what is going on."""
        self.note({"_external": {"id": external.id, "url": external.url}, **({"_summary": summary} if summary else {})})


Provider = Callable[[Work], Done | Awaited]
Providers = Mapping[str, Provider]  # by the name of the action type's provider
