"""One turn of a pipeline: all that changes in its executions in one transaction, and what is to follow once that is on disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.codepipeline.running import records
from sandbox.codepipeline.service import CodePipeline
from sandbox.store import Document, Store


@dataclass
class Turn:
    """`started` and `abandoned` are the ids of actions' executions."""

    codepipeline: CodePipeline
    pipeline: str
    started: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.codepipeline.store

    @property
    def now(self) -> float:
        return self.codepipeline.now()

    def save(self, execution: Document) -> None:
        execution["lastUpdateTime"] = self.now
        records.save(self.store, execution)

    def stage_state(self, stage: str) -> Document:
        return records.stage_state(self.store, self.pipeline, stage)

    def save_stage(self, stage: str, state: Document) -> None:
        records.save_stage(self.store, self.pipeline, stage, state)
