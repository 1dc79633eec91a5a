"""Edge: alone in importing boto3. Connects, and reads the registry and the production endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .decide import State, Version
from .history import CodePipeline, executions
from .settings import Settings

_APPROVED = "Approved"
# In the other states (Creating, Deleting, Failed, OutOfService, UpdateRollbackFailed) no version is known to serve.
_SERVING = frozenset({"InService", "Updating", "SystemUpdating", "RollingBack"})
_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"mode": "adaptive", "total_max_attempts": 6})
_AT_ONCE = 4
Answer = Mapping[str, Any]


class SageMaker(Protocol):
    """The operations of SageMaker that are called here."""

    def list_model_packages(self, **request: object) -> Answer: ...
    def describe_model_package(self, *, ModelPackageName: str) -> Answer: ...
    def describe_endpoint(self, *, EndpointName: str) -> Answer: ...
    def describe_endpoint_config(self, *, EndpointConfigName: str) -> Answer: ...
    def describe_model(self, *, ModelName: str) -> Answer: ...


@dataclass(frozen=True)
class Clients:
    """The registry's and the pipeline's account, and SageMaker where the production endpoint is."""

    registry: SageMaker
    stage: SageMaker
    pipeline: CodePipeline


def connect_registry() -> SageMaker:
    return cast("SageMaker", boto3.session.Session().client("sagemaker", config=_CONFIG))


def connect(settings: Settings) -> Clients:
    session = boto3.session.Session()
    registry = connect_registry()
    pipeline = cast("CodePipeline", session.client("codepipeline", config=_CONFIG))
    if settings.stage_role:
        granted: Answer = session.client("sts", config=_CONFIG).assume_role(
            RoleArn=settings.stage_role, RoleSessionName="reconciler"
        )
        keys = granted["Credentials"]
        session = boto3.session.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    stage = cast("SageMaker", session.client("sagemaker", region_name=settings.stage_region, config=_CONFIG))
    return Clients(registry=registry, stage=stage, pipeline=pipeline)


def look(clients: Clients, settings: Settings) -> State:
    """The executions are read last: one that is started meanwhile is seen, so an approval never looks unanswered."""
    approved = approved_versions(clients.registry, settings.group)
    live = live_package(clients.stage, settings.endpoint)
    return State(approved, live, tuple(executions(clients.pipeline, settings.pipeline)))


def approved_versions(sagemaker: SageMaker, group: str) -> tuple[Version, ...]:
    """Every approved version with its decision time, which only DescribeModelPackage tells."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        described = pool.map(
            lambda arn: sagemaker.describe_model_package(ModelPackageName=arn), _listed(sagemaker, group)
        )
        return tuple(
            Version(
                arn=package["ModelPackageArn"],
                number=package.get("ModelPackageVersion", 0),
                # A package registered as Approved and never touched since has no LastModifiedTime.
                decided=package.get("LastModifiedTime") or package["CreationTime"],
            )
            for package in described
            if package.get("ModelApprovalStatus") == _APPROVED and package["ModelPackageStatus"] == "Completed"
        )


def _listed(sagemaker: SageMaker, group: str) -> Iterator[str]:
    """Newest first, all pages: ListModelPackages may cut a page short, or leave it empty, and still have more."""
    request = {"ModelPackageGroupName": group, "ModelApprovalStatus": _APPROVED, "MaxResults": 100}
    request |= {"SortBy": "CreationTime", "SortOrder": "Descending"}
    while True:
        page = sagemaker.list_model_packages(**request)
        yield from (summary["ModelPackageArn"] for summary in page["ModelPackageSummaryList"])
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def live_package(sagemaker: SageMaker, endpoint: str) -> str | None:
    """The package behind the endpoint; None where there is no endpoint or none that serves."""
    try:
        described = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as error:
        if "could not find" in error.response.get("Error", {}).get("Message", "").lower():
            return None
        raise
    if described["EndpointStatus"] not in _SERVING:
        return None
    config = sagemaker.describe_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    containers = [model["PrimaryContainer"]] if "PrimaryContainer" in model else model.get("Containers", [])
    return next((each["ModelPackageName"] for each in containers if "ModelPackageName" in each), None)
