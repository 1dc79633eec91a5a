"""What the demo knows at its end, and the document (`.sandbox/demo.json`) that hands it to programs."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

Metrics = dict[str, float]


@dataclass(frozen=True)
class Step:
    """A step of a SageMaker pipeline or an action of a CodePipeline, in AWS's own status words."""

    name: str
    status: str
    seconds: float
    cached: bool = False


@dataclass(frozen=True)
class Prediction:
    """One row as production answered it, beside what was counted on the shell."""

    features: tuple[str | float, ...]
    predicted: float
    actual: float


@dataclass(frozen=True)
class Elapsed:
    """A moment and how long it took."""

    title: str
    seconds: float


@dataclass(frozen=True)
class Promotion:
    """A version's way to production: the execution of the deploy pipeline, and what was live before it and after."""

    execution: str
    live_before: str | None
    live_after: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The fields are the document's keys. The version, its metrics and the predictions are of what is live at the end."""

    model_package_arn: str
    metrics: Metrics
    staging_endpoint: str
    prod_endpoint: str
    predictions: tuple[Prediction, ...]
    steps: tuple[Step, ...]
    seconds: float
    commit: str
    build_execution: str
    promotions: tuple[Promotion, ...]
    registered: tuple[str, ...]
    moments: tuple[Elapsed, ...]

    def document(self) -> str:
        return json.dumps(asdict(self), indent=2) + "\n"


def write_document(outcome: Outcome, path: Path) -> None:
    """Whole or not at all: a reader never sees half a document."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(outcome.document())
    beside.replace(path)
