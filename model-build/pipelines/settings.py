"""The settings of a build: what SageMaker Projects hands over in the environment, read once and all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Field of Settings -> the names under which the environment may carry it, first match wins.
NAMES: dict[str, tuple[str, ...]] = {
    "project": ("SAGEMAKER_PROJECT_NAME",),
    "pipeline_name": ("SAGEMAKER_PIPELINE_NAME",),
    "pipeline_role": ("SAGEMAKER_PIPELINE_ROLE_ARN",),
    "model_role": ("MODEL_EXECUTION_ROLE_ARN",),
    "bucket": ("ARTIFACT_BUCKET",),
    "kms_key": ("KMS_KEY_ARN",),
    "model_package_group": ("SOURCE_MODEL_PACKAGE_GROUP_NAME",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "commit": ("CODEBUILD_RESOLVED_SOURCE_VERSION",),
    "input_data": ("INPUT_DATA_URI",),
    "batch_data": ("BATCH_DATA_URI",),
    "data_check": ("DATA_CHECK_FUNCTION_ARN",),
    "model_seal": ("MODEL_SEAL_FUNCTION_ARN",),
}
# What may be absent: ids parted by commas; where both are there, jobs and models run in these private subnets.
OPTIONAL_NAMES = {"subnets": "SUBNET_IDS", "security_groups": "SECURITY_GROUP_IDS"}
# Who approves a version: a person, in the registry, which is meant where nothing is stated; or the gates, so that a run
# which passed them registers its version as approved.
APPROVAL_NAME = "MODEL_APPROVAL"
PERSON, GATES = "person", "gates"


class MissingSettings(ValueError):
    """The environment lacks settings, or one of them is not right; the message names every one."""


@dataclass(frozen=True)
class Settings:
    """Everything a pipeline definition depends on, apart from the code."""

    project: str
    pipeline_name: str
    pipeline_role: str
    model_role: str
    bucket: str
    kms_key: str
    model_package_group: str
    region: str
    commit: str
    input_data: str
    batch_data: str
    data_check: str
    model_seal: str
    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    approval: str = PERSON

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        found = {field: _first(environment, names) for field, names in NAMES.items()}
        missing = [" or ".join(NAMES[field]) for field, value in found.items() if not value]
        if missing:
            raise MissingSettings(
                f"the environment lacks {', '.join(missing)}. CodeBuild sets them in the build pipeline; "
                "on your own machine export them first: README.md says what each is."
            )
        approval = environment.get(APPROVAL_NAME) or PERSON
        if approval not in (PERSON, GATES):
            raise MissingSettings(
                f"{APPROVAL_NAME}: must be {PERSON} or {GATES}, not {approval!r}. It is approval.model in cdk.json of the project."
            )
        given = {field: _ids(environment.get(name, "")) for field, name in OPTIONAL_NAMES.items()}
        return cls(subnets=given["subnets"], security_groups=given["security_groups"], approval=approval, **found)

    @classmethod
    def of_placeholders(cls, environment: Mapping[str, str]) -> Settings:
        """For a look at the definition: what the environment lacks is its own name, and a region that has every image.

        A role is an ARN: the SDK would ask IAM for the role of a mere name.
        """
        placeholders = {names[0]: names[0].lower() for names in NAMES.values()} | {NAMES["region"][0]: "us-east-1"}
        for role in ("pipeline_role", "model_role"):
            [name] = NAMES[role]
            placeholders[name] = f"arn:aws:iam::000000000000:role/{name.lower()}"
        lacking = {names[0]: placeholders[names[0]] for names in NAMES.values() if not any(map(environment.get, names))}
        return cls.from_environment({**environment, **lacking})

    @property
    def network(self) -> dict[str, list[str]]:
        """The arguments by which the SDK's classes put a job or a model into the subnets; nothing where none are set."""
        if not self.subnets:
            return {}
        return {"subnets": [*self.subnets], "security_group_ids": [*self.security_groups]}


def _first(environment: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _ids(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(",") if one)
