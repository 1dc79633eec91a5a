"""The project that was deployed: what its stacks put out, and the names that follow from the settings in cdk.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.settings import Settings, SettingsError, read_context
from infra.settings.names import Names
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True)
class Project:
    """Where everything is."""

    settings: Settings
    data_bucket: str
    approver_policy: str

    @property
    def names(self) -> Names:
        return self.settings.names

    @property
    def staging_endpoint(self) -> str:
        return self.names.endpoint(self.settings.staging.name)

    @property
    def prod_endpoint(self) -> str:
        return self.names.endpoint(self.settings.production.name)


def read_settings() -> Settings:
    """Raises DemoFailure where cdk.json is wrong, or asks for what the demo cannot show on one machine."""
    try:
        settings = Settings.from_context(read_context(REPOSITORY / "cdk.json"))
    except SettingsError as error:
        raise DemoFailure("the settings", str(error)) from error
    missing = [needed for needed, there in _needs(settings).items() if not there]
    if missing:
        raise DemoFailure("the settings", f"cdk.json: the demo needs {', '.join(missing)}")
    return settings


def _needs(settings: Settings) -> dict[str, bool]:
    return {
        'gitHost.provider "codecommit"': settings.git_host.provider == "codecommit",
        "retraining.enabled": settings.retraining.enabled,
        # The first data's run falls due in the same week, and would be in the way.
        'retraining.whileRunning "start"': settings.retraining.while_running == "start",
        # It plays the person who approves, twice.
        'approval.model and approval.production "person"': not settings.approval.by_gates
        and settings.approval.before_production,
        "data.startOnArrival": settings.data.start_on_arrival,
        "staging and production in one account": not settings.foreign_stages,
    }


def read_project(cloudformation: CloudFormationClient, settings: Settings) -> Project:
    described = cloudformation.describe_stacks(StackName=f"{settings.project}-foundation")["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}
    return Project(settings, outputs["DataBucketName"], outputs["ApproverPolicyArn"])
