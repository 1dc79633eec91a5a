"""Edge: the environment names that the build project sets, read once, every missing or ill-formed one told at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from promoter.errors import SettingsError

# The forms that AWS takes: SageMaker CreateProject and CreateModel, S3 CreateBucket, Lambda CreateFunction, KMS's ARN of a key.
_FORMS = {
    "SAGEMAKER_PROJECT_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    "MODEL_EXECUTION_ROLE_ARN": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z_0-9+=,.@/-]+",
    "ARTIFACT_BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "DECISIONS_FUNCTION_NAME": r"[a-zA-Z0-9_-]{1,64}",
    "KMS_KEY_ARN": r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+",
}
# Each followed by a stage's name in capitals: ids parted by commas; where both are there, the containers of that stage's
# endpoint run in these private subnets. Of the stage, since subnets belong to one account.
_SUBNETS, _GROUPS = "SUBNET_IDS_", "SECURITY_GROUP_IDS_"
_VPC_FORMS = {
    _SUBNETS: r"subnet-[0-9a-f]+(,subnet-[0-9a-f]+)*",
    _GROUPS: r"sg-[0-9a-f]+(,sg-[0-9a-f]+)*",
}


@dataclass(frozen=True)
class Vpc:
    """Private subnets and security groups, ids parted by commas; empty for none."""

    subnet_ids: str = ""
    security_group_ids: str = ""


@dataclass(frozen=True)
class Settings:
    """Which project this is: what `infra` hands over as environment variables."""

    project_name: str
    model_package_group: str
    execution_role_arn: str
    artifact_bucket: str
    decisions_function: str
    kms_key_arn: str
    vpcs: Mapping[str, Vpc] = field(default_factory=dict)

    def vpc_of(self, stage: str) -> Vpc:
        return self.vpcs.get(stage, Vpc())


def read_settings(environ: Mapping[str, str]) -> Settings:
    problems = [
        f"{name}: {environ[name]!r} does not match {form}."
        if environ.get(name)
        else f"{name}: not set in the environment."
        for name, form in _FORMS.items()
        if not re.fullmatch(form, environ.get(name, ""))
    ]
    problems += _vpc_problems(environ)
    if problems:
        raise SettingsError(*problems, "The build project sets these names; by hand, export them first.")
    return Settings(
        project_name=environ["SAGEMAKER_PROJECT_NAME"],
        model_package_group=environ["SOURCE_MODEL_PACKAGE_GROUP_NAME"],
        execution_role_arn=environ["MODEL_EXECUTION_ROLE_ARN"],
        artifact_bucket=environ["ARTIFACT_BUCKET"],
        decisions_function=environ["DECISIONS_FUNCTION_NAME"],
        kms_key_arn=environ["KMS_KEY_ARN"],
        vpcs={
            stage.lower(): Vpc(environ[_SUBNETS + stage], environ[_GROUPS + stage])
            for stage in _stages(environ, _SUBNETS)
        },
    )


def _stages(environ: Mapping[str, str], prefix: str) -> list[str]:
    """In capitals; an empty value counts as none."""
    return sorted(name.removeprefix(prefix) for name, value in environ.items() if name.startswith(prefix) and value)


def _vpc_problems(environ: Mapping[str, str]) -> Iterator[str]:
    for prefix, form in _VPC_FORMS.items():
        for name in (prefix + stage for stage in _stages(environ, prefix)):
            if not re.fullmatch(form, environ[name]):
                yield f"{name}: {environ[name]!r} does not match {form}."
    for stage in sorted({*_stages(environ, _SUBNETS)} ^ {*_stages(environ, _GROUPS)}):
        yield f"{_SUBNETS}{stage} and {_GROUPS}{stage}: set together or not at all."
