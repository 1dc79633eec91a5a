"""Step caching: a step whose inputs an earlier execution of the pipeline had already need not run again.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-caching.html: only successful runs of the same pipeline, the most recent
one first, no older than ExpireAfter. What is compared is listed a step type in
https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html. Not on AWS's list, and needed where buckets are emptied
by hand: a result whose outputs are gone is not taken.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from sandbox.containers.objects import BucketNotFound, ObjectStore, S3Location
from sandbox.sagemaker.pipelines.steps.contract import StepType
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_DURATION = re.compile(
    r"P?(?:(?P<y>\d+)Y)?(?:(?P<mo>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<mi>\d+)M)?(?:(?P<s>\d+)S)?)?",
    re.IGNORECASE,
)
_DAY = 86_400
_SECONDS = {"y": 365 * _DAY, "mo": 30 * _DAY, "w": 7 * _DAY, "d": _DAY, "h": 3600, "mi": 60, "s": 1}


def seconds(duration: str) -> int:
    """An ISO 8601 duration; AWS takes it without the P as well (`30d`, `T16m`). Raises ValueError."""
    match = _DURATION.fullmatch(duration)
    found = {unit: int(amount) for unit, amount in match.groupdict().items() if amount} if match else {}
    if not found or duration.upper().endswith("T"):
        raise ValueError(f"'{duration}' is not an ISO 8601 duration, such as P30D or PT1H")
    return sum(_SECONDS[unit] * amount for unit, amount in found.items())


def key(kind: StepType, arguments: Document) -> str:
    """Equal for equal inputs."""
    compared = {name: arguments[name] for name in kind.cache_key if name in arguments}
    return hashlib.sha256(json.dumps([kind.name, compared], sort_keys=True).encode()).hexdigest()


def find(sagemaker: SageMaker, *, pipeline: str, step: Document, kind: StepType, max_age: float) -> Document | None:
    """The document of the newest run of this step that can stand for it."""
    since = sagemaker.now() - max_age
    runs = [
        run
        for run in _runs(sagemaker, pipeline, step["StepName"])
        if run["StepStatus"] == "Succeeded"
        and run.get("_cache_key") == step["_cache_key"]
        and "CacheHitResult" not in run  # a hit is no run: its source is
        and run["EndTime"] >= since
    ]
    runs.sort(key=lambda run: float(run["EndTime"]), reverse=True)
    return next((run for run in runs if _outputs_exist(sagemaker.objects, kind, run["_properties"])), None)


def _runs(sagemaker: SageMaker, pipeline: str, step: str) -> Iterator[Document]:
    for execution in sagemaker.store.all("pipeline-execution", parent=pipeline):
        run = sagemaker.store.get("pipeline-execution-step", f"{execution['PipelineExecutionArn']}/{step}")
        if run is not None:
            yield run


def _outputs_exist(objects: ObjectStore, kind: StepType, properties: Document) -> bool:
    return all(_holds_something(objects, uri) for uri in kind.outputs(properties))


def _holds_something(objects: ObjectStore, uri: str) -> bool:
    try:
        place = S3Location.parse(uri)
        prefix = place.key.rstrip("/")
        keys = objects.list(bucket=place.bucket, prefix=prefix)
    except (ValueError, BucketNotFound):
        return False
    return any(not prefix or key == prefix or key.startswith(f"{prefix}/") for key in keys)
