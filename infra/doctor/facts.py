"""Edge: what is the case on this machine and in this account. Every question may go unanswered; the checks say what that means."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from infra.clients import ClientOf
from infra.doctor import machine
from infra.doctor.machine import Version
from infra.presence import is_there
from infra.settings import Settings

_PARAMETER = "/cdk-bootstrap/hnb659fds/version"  # the CDK's default qualifier
_Fact = TypeVar("_Fact")


@dataclass(frozen=True)
class Unanswered:
    """Why a fact is not known."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was found, or why it could not be."""

    region: str | None
    identity: Mapping[str, str] | Unanswered
    """Arn and Account."""
    bootstrap: int | Unanswered | None
    node: str | Unanswered
    cdk: Version
    libraries: Mapping[str, Version]
    endpoint_types: Sequence[str]
    job_types: Sequence[str]
    quotas: Mapping[str, float] | Unanswered
    """By quota name, of SageMaker."""
    deployed: bool | Unanswered
    """Whether the foundation stack is there."""
    registry: int | Unanswered | None
    """Approved versions in the model package group; None without a group."""
    connection: str | Unanswered | None
    """Status of the Git host's connection; None where the settings name none."""


def gather(client: ClientOf, settings: Settings, *, root: Path, region: str | None) -> Facts:
    identity = _ask(lambda: _identity(client)) if region else Unanswered("no region is set")

    def ask(question: Callable[[], _Fact]) -> _Fact | Unanswered:
        """Without credentials, every other answer would be the same complaint."""
        return _ask(question) if isinstance(identity, dict) else Unanswered("there are no credentials that work")

    return Facts(
        region=region,
        identity=identity,
        bootstrap=ask(lambda: bootstrap_version(client("ssm"))),
        node=_ask(machine.node),
        cdk=machine.cdk(root),
        libraries=machine.libraries(root),
        endpoint_types=machine.endpoint_types(root, settings),
        job_types=machine.job_types(root),
        quotas=ask(lambda: _quotas(client("service-quotas"))),
        deployed=ask(lambda: _is_deployed(client("cloudformation"), f"{settings.project}-foundation")),
        registry=ask(lambda: _approved(client("sagemaker"), settings.names.model_package_group)),
        connection=ask(lambda: _connection(client, arn)) if (arn := settings.git_host.connection_arn) else None,
    )


def _ask(question: Callable[[], _Fact]) -> _Fact | Unanswered:
    try:
        return question()
    except (BotoCoreError, ClientError, ImportError, OSError, subprocess.SubprocessError) as error:
        return Unanswered(str(error))


def _identity(client: ClientOf) -> dict[str, str]:
    found = client("sts").get_caller_identity()
    return {"Arn": found["Arn"], "Account": found["Account"]}


def bootstrap_version(ssm: Any) -> int | None:
    """Of the CDK's bootstrap stack in this account and region."""
    try:
        return int(ssm.get_parameter(Name=_PARAMETER)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return None


def _quotas(service_quotas: Any) -> dict[str, float]:
    pages = service_quotas.get_paginator("list_service_quotas").paginate(ServiceCode="sagemaker")
    return {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}


def _is_deployed(cloudformation: Any, stack: str) -> bool:
    return is_there(cloudformation.describe_stacks, StackName=stack)


def _approved(sagemaker: Any, group: str) -> int | None:
    if not is_there(sagemaker.describe_model_package_group, ModelPackageGroupName=group):
        return None
    approved = {"ModelPackageGroupName": group, "ModelApprovalStatus": "Approved"}
    pages = sagemaker.get_paginator("list_model_packages").paginate(**approved)
    return sum(len(page["ModelPackageSummaryList"]) for page in pages)


def _connection(client: ClientOf, arn: str) -> str:
    return str(client("codeconnections").get_connection(ConnectionArn=arn)["Connection"]["ConnectionStatus"])
