"""An execution as it is when it begins."""

from __future__ import annotations

import uuid

from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document


def new(turn: Turn, version: int, *, trigger: Document, mode: str) -> Document:
    """Not yet saved, and in front of no stage."""
    return {
        "pipelineExecutionId": str(uuid.uuid4()),
        "pipelineName": turn.pipeline,
        "pipelineVersion": version,
        "status": "InProgress",
        "startTime": turn.now,
        "lastUpdateTime": turn.now,
        "trigger": trigger,
        "executionMode": mode,
        "executionType": "STANDARD",
        "variables": [],
        "artifactRevisions": [],
        "sourceRevisions": [],
        "_number": records.number(turn.store),
        "_attempt": 1,
        "_waiting": None,
        "_stage": None,
        "_stages": {},
        "_overrides": {},
        "_artifacts": {},
        "_outputs": {},
    }
