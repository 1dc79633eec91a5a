"""Third stage: one frozen Plan says everything that a stage's endpoint will be, before anything is written down."""

import hashlib
import json
from dataclasses import dataclass

from promoter.settings import Settings
from promoter.stage_config import StageConfig

_CONTENT_ID_LENGTH = 12


@dataclass(frozen=True)
class Plan:
    """One deployment: which model, to which stage, on what machines, under which names."""

    project_name: str
    stage: str
    model_package_arn: str
    model_sha256: str
    execution_role_arn: str
    instance_type: str
    instance_count: int
    data_capture_percentage: int
    data_capture_uri: str
    kms_key_arn: str
    latency_budget_ms: int
    subnet_ids: str
    security_group_ids: str
    content_id: str
    tags: tuple[tuple[str, str], ...]

    @property
    def endpoint_name(self) -> str:
        """Stable over a stage's deployments, so that each is an UpdateEndpoint; endpoint.yaml joins it the same way."""
        return f"{self.project_name}-{self.stage}"


@dataclass(frozen=True)
class VerifiedModel:
    """A model package that passed `verify`."""

    package_arn: str
    sha256: str


def plan_deployment(model: VerifiedModel, config: StageConfig, *, settings: Settings, template_sha256: str) -> Plan:
    data_capture_uri, vpc = f"s3://{settings.artifact_bucket}/data-capture", settings.vpc_of(config.stage)
    return Plan(
        project_name=settings.project_name,
        stage=config.stage,
        model_package_arn=model.package_arn,
        model_sha256=model.sha256,
        execution_role_arn=settings.execution_role_arn,
        instance_type=config.instance_type,
        instance_count=config.instance_count,
        data_capture_percentage=config.data_capture_percentage,
        data_capture_uri=data_capture_uri,
        kms_key_arn=settings.kms_key_arn,
        latency_budget_ms=config.latency_budget_ms,
        subnet_ids=vpc.subnet_ids,
        security_group_ids=vpc.security_group_ids,
        content_id=_content_id(
            model.package_arn,
            model.sha256,
            settings.execution_role_arn,
            config.instance_type,
            str(config.instance_count),
            str(config.data_capture_percentage),
            data_capture_uri,
            settings.kms_key_arn,
            vpc.subnet_ids,
            vpc.security_group_ids,
            template_sha256,
        ),
        tags=config.tags,
    )


def _content_id(*parts: str) -> str:
    """A short name for everything that a model or endpoint config is made of, the template's own text included.

    CloudFormation refuses to replace a resource under the name it has. As every change of their properties changes this
    id, model and endpoint config are always made anew beside the old ones, and a rollback finds the old ones untouched.
    The latency budget and the tags are left out: they change in place.
    """
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_CONTENT_ID_LENGTH]
