"""Jobs, models and a registry that do as they are told."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any, cast

from sandbox.errors import ServiceError, ValidationError
from sandbox.sagemaker.service import Operation, SageMaker
from sandbox.store import Document
from tests.sandbox.pipelines.memory_objects import MemoryObjects

SECONDS = 10.0  # no test waits that long


class FakeJobs:
    """Jobs by step name: what each does next, what was asked of it, and how many ran at a time.

    A script entry is "Completed", "Hold" (until released or stopped), a FailureReason, or a ServiceError that Create raises.
    """

    def __init__(self, objects: MemoryObjects) -> None:
        self.objects = objects
        self.scripts: dict[str, list[str | ServiceError]] = {}
        self.requests: list[tuple[str, Document]] = []
        self.order: list[str] = []
        self.most_at_once = 0
        self.evaluation: object = {"metrics": {"mse": {"value": 4.5}}, "model": {"sha256": "ab"}}
        self.packages: dict[str, Document] = {}
        self._running: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def release(self, step: str) -> None:
        for name, event in list(self._running.items()):
            if f"-{step}-" in name:
                event.set()

    def finish(self) -> None:
        """Let every job end."""
        for event in self._running.values():
            event.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def name_of(self, step: str) -> str:
        return next(name for name in self._running if f"-{step}-" in name)

    def create(self, noun: str, sagemaker: SageMaker, request: Document) -> Document:
        name = request[f"{noun}JobName"]
        step = name.split("-")[2]
        self.requests.append((step, request))
        script = self.scripts.get(step, [])
        outcome = script.pop(0) if script else "Completed"
        if isinstance(outcome, ServiceError):
            raise outcome
        arn = sagemaker.arn(f"{noun.lower()}-job/{name}")
        job = {**request, f"{noun}JobArn": arn, f"{noun}JobStatus": "InProgress", "CreationTime": sagemaker.now()}
        if noun == "Training":
            uri = f"{request['OutputDataConfig']['S3OutputPath']}/{name}/output/model.tar.gz"
            job |= {"ModelArtifacts": {"S3ModelArtifacts": uri}, "SecondaryStatus": "Training"}
        event = self._running[name] = threading.Event()
        with self._lock:
            self.order.append(step)
            self.most_at_once = max(self.most_at_once, self._in_progress(sagemaker) + 1)
            sagemaker.store.put(f"{noun.lower()}-job", name, job)
        thread = threading.Thread(target=self._work, args=(noun, sagemaker, job, outcome, event), daemon=True)
        self._threads.append(thread)
        thread.start()
        return {f"{noun}JobArn": arn}

    @staticmethod
    def _in_progress(sagemaker: SageMaker) -> int:
        return sum(
            job[f"{noun}JobStatus"] == "InProgress"
            for noun in ("Processing", "Training", "Transform")
            for job in sagemaker.store.all(f"{noun.lower()}-job")
        )

    def _work(self, noun: str, sagemaker: SageMaker, job: Document, outcome: str, event: threading.Event) -> None:
        changes: Document = {f"{noun}JobStatus": "Completed"}
        if outcome == "Hold":
            event.wait(SECONDS)
            current = sagemaker.store.get(f"{noun.lower()}-job", job[f"{noun}JobName"]) or {}
            if current[f"{noun}JobStatus"] == "Stopping":
                changes = {f"{noun}JobStatus": "Stopped"}
        elif outcome != "Completed":
            changes = {f"{noun}JobStatus": "Failed", "FailureReason": outcome}
        self._write_outputs(job)
        sagemaker.store.update(f"{noun.lower()}-job", job[f"{noun}JobName"], changes)

    def _write_outputs(self, job: Document) -> None:
        for output in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
            key = output["S3Output"]["S3Uri"].removeprefix("s3://bucket/")
            self.objects.content[f"{key}/evaluation.json"] = json.dumps(self.evaluation).encode()
        if "ModelArtifacts" in job:
            key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix("s3://bucket/")
            self.objects.content[key] = b"model"

    def stop(self, noun: str, sagemaker: SageMaker, request: Document) -> Document:
        name = request[f"{noun}JobName"]
        with sagemaker.store.transaction():
            if self.describe(noun, sagemaker, request)[f"{noun}JobStatus"] != "InProgress":
                raise ValidationError("The job has ended.")
            sagemaker.store.update(f"{noun.lower()}-job", name, {f"{noun}JobStatus": "Stopping"})
        self._running[name].set()
        return {}

    def describe(self, noun: str, sagemaker: SageMaker, request: Document) -> Document:
        return sagemaker.store.get(f"{noun.lower()}-job", request[f"{noun}JobName"]) or {}

    def create_model(self, sagemaker: SageMaker, request: Document) -> Document:
        arn = sagemaker.arn(f"model/{request['ModelName']}")
        sagemaker.store.put("model", request["ModelName"], {**request, "ModelArn": arn, "CreationTime": 0.0})
        return {"ModelArn": arn}

    def describe_model(self, sagemaker: SageMaker, request: Document) -> Document:
        return sagemaker.store.get("model", request["ModelName"]) or {}

    def create_group(self, sagemaker: SageMaker, request: Document) -> Document:
        name = request["ModelPackageGroupName"]
        arn = sagemaker.arn(f"model-package-group/{name}")
        if sagemaker.store.get("model-package-group", name):
            raise ValidationError(f"Model Package Group already exists: {arn}")
        sagemaker.store.put("model-package-group", name, request)
        return {"ModelPackageGroupArn": arn}

    def create_package(self, sagemaker: SageMaker, request: Document) -> Document:
        with sagemaker.store.transaction():
            known = sagemaker.store.get("token", request["ClientToken"])
            if known is None:
                number = len(sagemaker.store.all("model-package")) + 1
                group = request.get("ModelPackageGroupName")
                arn = sagemaker.arn(f"model-package/{f'{group}/{number}' if group else request['ModelPackageName']}")
                sagemaker.store.put("model-package", arn, {**request, "ModelPackageArn": arn})
                sagemaker.store.put("token", request["ClientToken"], known := {"ModelPackageArn": arn})
        return known

    def describe_package(self, sagemaker: SageMaker, request: Document) -> Document:
        return sagemaker.store.get("model-package", request["ModelPackageName"]) or {}

    def operations(self) -> Mapping[str, Operation]:
        table: dict[str, Operation] = {
            "CreateModel": self.create_model,
            "DescribeModel": self.describe_model,
            "CreateModelPackage": self.create_package,
            "CreateModelPackageGroup": self.create_group,
            "DescribeModelPackage": self.describe_package,
        }
        for noun in ("Processing", "Training", "Transform"):
            for verb, method in (("Create", self.create), ("Describe", self.describe), ("Stop", self.stop)):
                table[f"{verb}{noun}Job"] = _bound(method, noun)
        return table


def _bound(method: Any, noun: str) -> Operation:
    return lambda sagemaker, request: cast(Document, method(noun, sagemaker, request))
