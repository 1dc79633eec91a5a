"""The instances that a project asks SageMaker for: those behind each stage's endpoint, and those of each job of its pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.settings import Settings

Json = Mapping[str, Any]
_UNDER_A_CONDITION = ("IfSteps", "ElseSteps")


class UnknownInstances(ValueError):
    """A file does not say what the project asks for; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """The instances behind one stage's endpoint; an account is stated only where it is not the project's own."""

    stage: str
    account: str | None
    type: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """The instances of one step. The use is a word of SageMaker's quotas: processing, training, transform."""

    step: str
    use: str
    type: str
    count: int


def fleets(root: Path, settings: Settings) -> list[Fleet]:
    """As staging-config.json and prod-config.json (by the stages' names) have them; the promoter holds these to their schema."""
    return [
        _fleet(root / f"{stage.name}-config.json", stage=stage.name, account=stage.account) for stage in settings.stages
    ]


def _fleet(path: Path, *, stage: str, account: str | None) -> Fleet:
    try:
        parameters = json.loads(path.read_text(encoding="utf-8"))["Parameters"]
        kind, count = str(parameters["EndpointInstanceType"]), int(parameters["EndpointInstanceCount"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnknownInstances(f"{path.name} names no endpoint instances ({error!r})") from error
    return Fleet(stage=stage, account=account, type=kind, count=count)


def jobs(definition: Json) -> list[Job]:
    """Of a SageMaker pipeline definition, with its parameters at their defaults, whatever branch a run takes."""
    defaults = {f"Parameters.{one['Name']}": one.get("DefaultValue") for one in definition.get("Parameters", [])}
    return [job for step in _steps(definition.get("Steps", [])) for job in _jobs_of(step, defaults)]


def _steps(steps: list[Json]) -> Iterator[Json]:
    for step in steps:
        yield step
        for branch in _UNDER_A_CONDITION:
            yield from _steps(step.get("Arguments", {}).get(branch, []))


def _jobs_of(step: Json, defaults: Json) -> Iterator[Job]:
    """By the members in which CreateProcessingJob, CreateTrainingJob and CreateTransformJob name their instances.

    A tuning step holds a training job's, and runs as many of it at once as its ResourceLimits allow.
    """
    arguments = step.get("Arguments", {})
    training = arguments.get("TrainingJobDefinition", arguments)
    limits = arguments.get("HyperParameterTuningJobConfig", {}).get("ResourceLimits", {})
    clusters = {
        "processing": arguments.get("ProcessingResources", {}).get("ClusterConfig"),
        "training": training.get("ResourceConfig"),
        "transform": arguments.get("TransformResources"),
    }
    for use, cluster in clusters.items():
        if cluster is None:
            continue
        kind, each = _value(cluster.get("InstanceType"), defaults), _value(cluster.get("InstanceCount", 1), defaults)
        at_once = _value(limits.get("MaxParallelTrainingJobs", 1), defaults)
        if not (isinstance(kind, str) and isinstance(each, int) and isinstance(at_once, int)):
            raise UnknownInstances(f"step {step['Name']} decides on its instances when it runs")
        yield Job(step=step["Name"], use=use, type=kind, count=each * at_once)


def _value(value: object, defaults: Json) -> object:
    return defaults.get(value["Get"]) if isinstance(value, dict) and "Get" in value else value
