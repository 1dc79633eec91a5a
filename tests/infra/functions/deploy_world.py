"""A registry, a deploy pipeline and a production endpoint that behave."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.functions.reconciler.aws import Clients
from infra.functions.reconciler.handler import approved_last, reconcile
from infra.functions.reconciler.settings import Settings
from tests.infra.functions.queued_pipeline import NO_VERSION, QueuedPipeline, Run
from tests.infra.functions.service_shapes import held_to_the_model, refused

SETTINGS = Settings("abalone", "abalone-model-deploy", "abalone-prod", None, None)
PACKAGES = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/abalone"


@dataclass
class Package:
    arn: str
    number: int
    created: datetime
    status: str = "PendingManualApproval"
    modified: datetime | None = None


@dataclass
class DeployWorld(QueuedPipeline):
    """What is registered and approved, and what serves."""

    packages: dict[int, Package] = field(default_factory=dict)
    live: str | None = None
    endpoint_status: str = "InService"

    @property
    def clients(self) -> Clients:
        return Clients(registry=self, stage=self, pipeline=self)

    # what people and services do

    def register(self) -> int:
        number = max(self.packages, default=0) + 1
        self.packages[number] = Package(f"{PACKAGES}/{number}", number, self.now())
        return number

    def decide(self, number: int, status: str) -> None:
        self.packages[number].status, self.packages[number].modified = status, self.now()

    def push(self, *, taking: int | None = None) -> None:
        """The promoter asks for the version approved last; `taking` stands for a build that has a mind of its own."""
        asked = approved_last(self, SETTINGS.group)["ModelPackageArn"] or None
        resolved = asked if taking is None else self.packages[taking].arn
        self.runs.append(Run(str(uuid.uuid4()), NO_VERSION, self.now(), resolved))

    def finish(self, outcome: str = "Succeeded") -> Run | None:
        """The oldest run ends. The promoter refuses a version that is no longer approved."""
        run = next((each for each in self.runs if each.status == "InProgress"), None)
        if run is None:
            return None
        allowed = run.resolved is None or any(
            each.arn == run.resolved and each.status == "Approved" for each in self.packages.values()
        )
        run.status = outcome if allowed else "Failed"
        if run.status == "Succeeded":
            self.live = run.resolved or self.live
        return run

    def roll_back_stage(self, target: Run) -> None:
        self.runs.append(Run(str(uuid.uuid4()), target.value, self.now(), target.resolved, "Succeeded", "ROLLBACK"))
        self.live = target.resolved

    # SageMaker

    def list_model_packages(self, **request: Any) -> dict[str, Any]:
        """A page is cut first and filtered afterwards, so it may be empty and have a successor."""
        held_to_the_model("sagemaker", "ListModelPackages", request)
        assert request["SortOrder"] == "Descending"
        rows = sorted(self.packages.values(), key=_number, reverse=True)
        first = int(request.get("NextToken", 0))
        after = first + self.page
        found = [each for each in rows[first:after] if each.status == request["ModelApprovalStatus"]]
        more = {"NextToken": str(after)} if after < len(rows) else {}
        return {"ModelPackageSummaryList": [{"ModelPackageArn": each.arn} for each in found]} | more

    def describe_model_package(self, *, ModelPackageName: str) -> dict[str, Any]:
        found = next(each for each in self.packages.values() if each.arn == ModelPackageName)
        modified = {"LastModifiedTime": found.modified} if found.modified else {}
        return modified | {
            "ModelPackageArn": found.arn,
            "ModelPackageVersion": found.number,
            "ModelApprovalStatus": found.status,
            "ModelPackageStatus": "Completed",
            "CreationTime": found.created,
        }

    def describe_endpoint(self, *, EndpointName: str) -> dict[str, Any]:
        assert EndpointName == SETTINGS.endpoint
        if self.live is None:
            message = f'Could not find endpoint "{EndpointName}".'
            raise refused("DescribeEndpoint", "ValidationException", message)
        return {"EndpointConfigName": "config", "EndpointStatus": self.endpoint_status}

    def describe_endpoint_config(self, *, EndpointConfigName: str) -> dict[str, Any]:
        return {"ProductionVariants": [{"ModelName": f"model-of-{EndpointConfigName}"}]}

    def describe_model(self, *, ModelName: str) -> dict[str, Any]:
        assert ModelName == "model-of-config"
        return {"PrimaryContainer": {"ModelPackageName": self.live}}


def _number(package: Package) -> int:
    return package.number


def world_with(versions: int = 3) -> DeployWorld:
    world = DeployWorld()
    for _ in range(versions):
        world.register()
    return world


def wake(world: DeployWorld) -> str:
    """The number of the version that was started, or why none was."""
    answer = reconcile(world.clients, SETTINGS)
    return world.runs[-1].value.rpartition("/")[2] if answer["started"] else answer["why"]


def deploy(world: DeployWorld, number: int) -> None:
    world.decide(number, "Approved")
    wake(world)
    world.finish()
    assert world.live == f"{PACKAGES}/{number}"
