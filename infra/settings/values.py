"""The settings that a user edits in cdk.json, read once into one frozen object; `form.py` says what is right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.settings.form import complaints, disagreements
from infra.settings.names import Names


class SettingsError(ValueError):
    """The settings in cdk.json are not right; the message has one sentence for each fault."""


@dataclass(frozen=True)
class GitHostSettings:
    """Where the two repositories live; the connection and their names only where AWS does not host them."""

    provider: str
    connection_arn: str
    model_build_repository: str
    model_deploy_repository: str

    @property
    def is_codecommit(self) -> bool:
        """Whether the stacks create the repositories, with what they begin with."""
        return self.provider == "codecommit"


@dataclass(frozen=True)
class ApprovalSettings:
    """Who lets a version go on: a person, or else its gates (in the registry) or its test in staging (to production)."""

    model: str
    production: str

    @property
    def by_gates(self) -> bool:
        """Whether a run that passed its gates registers its version as approved."""
        return self.model == "gates"

    @property
    def before_production(self) -> bool:
        """Whether a tested version waits for a person before production."""
        return self.production == "person"


@dataclass(frozen=True)
class RetrainingSettings:
    """When a run starts by the clock, and what becomes of it while another one is under way."""

    enabled: bool
    cron: str
    time_zone: str
    flexible_minutes: int
    while_running: str
    on_unchanged_data: str

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> RetrainingSettings:
        return cls(
            section["enabled"],
            section["cron"],
            section["timeZone"],
            section["flexibleMinutes"],
            section["whileRunning"],
            section["onUnchangedData"],
        )

    @property
    def queues(self) -> bool:
        """Whether a due time waits while a run is under way."""
        return self.enabled and self.while_running == "queue"


@dataclass(frozen=True)
class DataSettings:
    """Which objects are data, and how long no further one must arrive before a run starts."""

    prefix: str
    batch_prefix: str
    start_on_arrival: bool
    quiet_minutes: int
    train_on: str

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> DataSettings:
        return cls(
            section["prefix"],
            section["batchPrefix"],
            section["startOnArrival"],
            section["quietMinutes"],
            section["trainOn"],
        )

    @property
    def lists_arrivals(self) -> bool:
        """Whether a run by new data trains on that data alone, which is listed for it."""
        return self.start_on_arrival and self.train_on == "arrived"


@dataclass(frozen=True)
class VpcSettings:
    """Private subnets, by id: synth looks nothing up."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]

    @property
    def variables(self) -> dict[str, str]:
        """As model-build reads them."""
        return {"SUBNET_IDS": ",".join(self.subnet_ids), "SECURITY_GROUP_IDS": ",".join(self.security_group_ids)}

    def variables_of(self, stage: str) -> dict[str, str]:
        """As model-deploy reads those of a stage."""
        return {f"{name}_{stage.upper()}": value for name, value in self.variables.items()}


@dataclass(frozen=True)
class Stage:
    """One stage of a deployment; an account is stated only where it is not the project's own."""

    name: str
    account: str | None
    vpc: VpcSettings | None
    """of its endpoint: the stage's own, or the project's where the stage is in the project's account"""


@dataclass(frozen=True)
class Settings:
    """Everything that the templates depend on, apart from the code."""

    project: str
    use_case: str
    branch: str
    account: str | None
    region: str | None
    notices_email: str | None
    git_host: GitHostSettings
    approval: ApprovalSettings
    retraining: RetrainingSettings
    data: DataSettings
    staging: Stage
    production: Stage
    vpc: VpcSettings | None
    """of the jobs"""

    @property
    def names(self) -> Names:
        return Names(self.project)

    @property
    def stages(self) -> tuple[Stage, Stage]:
        return (self.staging, self.production)

    @property
    def home_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.account is None)

    @property
    def foreign_stages(self) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.account is not None)

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Settings:
        """Read cdk.json's context, of which the CDK's own keys (with a colon or a slash) are none of ours."""
        own = {key: value for key, value in context.items() if not {":", "/"} & set(key)}
        faults = list(complaints(own)) or list(disagreements(own))
        if faults:
            raise SettingsError("\n".join(f"cdk.json: {fault}." for fault in faults))
        return _read(own)


def read_context(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["context"]
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f'{path}: holds no settings under "context" ({error!r}). Bring the file back.') from error
    if not isinstance(found, dict):
        raise SettingsError(f'{path}: "context" must be an object, not {found!r}.')
    return found


def _read(context: Mapping[str, Any]) -> Settings:
    host = context["gitHost"]
    return Settings(
        project=context["project"],
        use_case=context["useCase"],
        branch=context["branch"],
        account=context["account"] or None,
        region=context["region"] or None,
        notices_email=context["noticesEmail"] or None,
        git_host=GitHostSettings(
            host["provider"], host["connectionArn"], host["modelBuildRepository"], host["modelDeployRepository"]
        ),
        approval=ApprovalSettings(context["approval"]["model"], context["approval"]["production"]),
        retraining=RetrainingSettings.of(context["retraining"]),
        data=DataSettings.of(context["data"]),
        staging=_stage(context, "staging"),
        production=_stage(context, "production"),
        vpc=_vpc(context["vpc"]),
    )


def _stage(context: Mapping[str, Any], which: str) -> Stage:
    section = context[which]
    account = None if section["account"] in ("", context["account"]) else section["account"]
    return Stage(section["name"], account, _vpc(section) or (_vpc(context["vpc"]) if account is None else None))


def _vpc(section: Mapping[str, Any]) -> VpcSettings | None:
    subnets, groups = tuple(section["subnetIds"]), tuple(section["securityGroupIds"])
    return VpcSettings(subnets, groups) if subnets else None
