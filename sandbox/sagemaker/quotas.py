"""Instances in use against the account's quotas, where one is set; the refusal is SageMaker's.

Its words are those of CreateTrainingJob, CreateProcessingJob, CreateTransformJob and CreateEndpoint alike, for instance in
https://github.com/aws/amazon-sagemaker-examples/issues/307 (the last two sentences are of a later date). The operations declare
ResourceLimitExceeded in botocore's model, UpdateEndpoint too: a blue/green update has both fleets for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox import quotas
from sandbox.errors import ResourceLimitExceeded
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

Machines = tuple[str, int]  # instance type, count
_RUNNING = ("InProgress", "Stopping")
_CLUSTER: Mapping[str, Callable[[Document], Document]] = {
    "Processing": lambda job: dict(job["ProcessingResources"]["ClusterConfig"]),
    "Training": lambda job: dict(job["ResourceConfig"]),
    "Transform": lambda job: dict(job["TransformResources"]),
}


def check_job(sagemaker: SageMaker, word: str, request: Document) -> None:
    """Raises ResourceLimitExceeded. `word` is Processing, Training or Transform."""
    if not quotas.of(sagemaker.settings.home):
        return
    running = (job for job in sagemaker.store.all(f"{word.lower()}-job") if job[f"{word}JobStatus"] in _RUNNING)
    used = (machines for job in running for machines in _of_job(word, job))
    _check(sagemaker, f"{word.lower()} job", _of_job(word, request), used)


def check_endpoint(sagemaker: SageMaker, variants: Iterable[Document]) -> None:
    """Raises ResourceLimitExceeded."""
    if not quotas.of(sagemaker.settings.home):
        return
    fleets = (
        endpoint[fleet]
        for endpoint in sagemaker.store.all("endpoint")
        for fleet in ("_serving", "_target")
        if endpoint.get(fleet) and endpoint["EndpointStatus"] != "Failed"
    )
    used = (machines for fleet in fleets for machines in _of_variants(fleet["Variants"]))
    _check(sagemaker, "endpoint", _of_variants(variants), used)


def _of_job(word: str, job: Document) -> Iterator[Machines]:
    cluster = _CLUSTER[word](job)
    if "InstanceType" in cluster:  # a training job of instance groups has none
        yield cluster["InstanceType"], cluster.get("InstanceCount", 1)


def _of_variants(variants: Iterable[Document]) -> Iterator[Machines]:
    for variant in variants:
        if "InstanceType" in variant:  # a serverless one has none
            yield variant["InstanceType"], variant.get("InitialInstanceCount", 1)


def _check(sagemaker: SageMaker, use: str, wanted: Iterable[Machines], used: Iterable[Machines]) -> None:
    limits, in_use = quotas.of(sagemaker.settings.home), list(used)
    asked: dict[str, int] = {}
    for instance_type, count in wanted:
        asked[instance_type] = asked.get(instance_type, 0) + count
    for instance_type, delta in asked.items():
        name = quotas.name_of(instance_type, use)
        current = sum(count for kind, count in in_use if kind == instance_type)
        if name in limits and current + delta > limits[name]:
            raise ResourceLimitExceeded(
                f"The account-level service limit '{name}' is {limits[name]} Instances, with current utilization of {current}"
                f" Instances and a request delta of {delta} Instances. Please use AWS Service Quotas to request an increase for"
                " this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota."
            )
