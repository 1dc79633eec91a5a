"""Edge: the environment names that the build project sets, read once, every missing or ill-formed one told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from promoter.errors import SettingsError

# The forms that AWS takes: SageMaker CreateProject and CreateModel, S3 CreateBucket, Lambda CreateFunction.
_FORMS = {
    "SAGEMAKER_PROJECT_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    "MODEL_EXECUTION_ROLE_ARN": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z_0-9+=,.@/-]+",
    "ARTIFACT_BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "DECISIONS_FUNCTION_NAME": r"[a-zA-Z0-9_-]{1,64}",
}
# Ids parted by commas; where they are not empty, the endpoints' containers run in these private subnets.
_OPTIONAL_FORMS = {
    "SUBNET_IDS": r"(subnet-[0-9a-f]+(,subnet-[0-9a-f]+)*)?",
    "SECURITY_GROUP_IDS": r"(sg-[0-9a-f]+(,sg-[0-9a-f]+)*)?",
}


@dataclass(frozen=True)
class Settings:
    """Which project this is: what `infra` hands over as environment variables."""

    project_name: str
    model_package_group: str
    execution_role_arn: str
    artifact_bucket: str
    decisions_function: str
    subnet_ids: str = ""
    security_group_ids: str = ""


def read_settings(environ: Mapping[str, str]) -> Settings:
    problems = [
        f"{name}: {environ[name]!r} does not match {form}."
        if environ.get(name)
        else f"{name}: not set in the environment."
        for name, form in _FORMS.items()
        if not re.fullmatch(form, environ.get(name, ""))
    ]
    problems += _optional_problems(environ)
    if problems:
        raise SettingsError(*problems, "The build project sets these names; by hand, export them first.")
    return Settings(
        project_name=environ["SAGEMAKER_PROJECT_NAME"],
        model_package_group=environ["SOURCE_MODEL_PACKAGE_GROUP_NAME"],
        execution_role_arn=environ["MODEL_EXECUTION_ROLE_ARN"],
        artifact_bucket=environ["ARTIFACT_BUCKET"],
        decisions_function=environ["DECISIONS_FUNCTION_NAME"],
        subnet_ids=environ.get("SUBNET_IDS", ""),
        security_group_ids=environ.get("SECURITY_GROUP_IDS", ""),
    )


def _optional_problems(environ: Mapping[str, str]) -> list[str]:
    found = {name: environ.get(name, "") for name in _OPTIONAL_FORMS}
    problems = [
        f"{name}: {found[name]!r} does not match {form}."
        for name, form in _OPTIONAL_FORMS.items()
        if not re.fullmatch(form, found[name])
    ]
    if len({bool(value) for value in found.values()}) > 1:
        problems.append("SUBNET_IDS and SECURITY_GROUP_IDS: set together or not at all.")
    return problems
