"""Edge: what is the case on this machine and in this account. Every question may go unanswered; the checks say what that means."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from infra.commands.clients import ClientOf
from infra.commands.doctor import machine
from infra.commands.doctor.machine import Version
from infra.commands.doctor.quotas import Quota
from infra.commands.instances import Fleet, Job, UnknownInstances, fleets, jobs
from infra.commands.pipeline_definition import NoDefinition, read_definition
from infra.commands.presence import is_there
from infra.settings import Settings

_PARAMETER = "/cdk-bootstrap/hnb659fds/version"  # the CDK's default qualifier
_QUOTAS_OF = ("sagemaker", "codebuild")
_NO_ANSWER = (
    BotoCoreError,
    ClientError,
    ImportError,
    NoDefinition,
    OSError,
    UnknownInstances,
    subprocess.SubprocessError,
)
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
    fleets: Sequence[Fleet] | Unanswered
    jobs: Sequence[Job] | Unanswered
    quotas: Mapping[str, Quota] | Unanswered
    """By name, of SageMaker and CodeBuild."""
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
        fleets=_ask(lambda: fleets(root, settings)),
        jobs=_ask(lambda: jobs(read_definition(root))),
        quotas=ask(lambda: _quotas(client("service-quotas"))),
        deployed=ask(lambda: _is_deployed(client("cloudformation"), f"{settings.project}-foundation")),
        registry=ask(lambda: _approved(client("sagemaker"), settings.names.model_package_group)),
        connection=ask(lambda: _connection(client, arn)) if (arn := settings.git_host.connection_arn) else None,
    )


def _ask(question: Callable[[], _Fact]) -> _Fact | Unanswered:
    try:
        return question()
    except _NO_ANSWER as error:
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


def _quotas(service_quotas: Any) -> dict[str, Quota]:
    """ListServiceQuotas leaves out what has no value of the account's own: there, AWS's default holds.

    https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html
    """
    found: dict[str, Quota] = {}
    for operation in ("list_aws_default_service_quotas", "list_service_quotas"):
        for service in _QUOTAS_OF:
            for page in service_quotas.get_paginator(operation).paginate(ServiceCode=service):
                for row in page["Quotas"]:
                    found[row["QuotaName"]] = Quota(service=service, code=row["QuotaCode"], value=row["Value"])
    return found


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
