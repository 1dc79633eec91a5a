"""Edge: the environment names that the build project sets, read once, every missing or ill-formed one told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from promoter.errors import SettingsError

# The forms that AWS takes: SageMaker CreateProject and CreateModel, S3 CreateBucket.
_FORMS = {
    "SAGEMAKER_PROJECT_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}",
    "SOURCE_MODEL_PACKAGE_GROUP_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
    "MODEL_EXECUTION_ROLE_ARN": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z_0-9+=,.@/-]+",
    "ARTIFACT_BUCKET": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
}


@dataclass(frozen=True)
class Settings:
    """Which project this is: what `infra` hands over as environment variables."""

    project_name: str
    model_package_group: str
    execution_role_arn: str
    artifact_bucket: str


def read_settings(environ: Mapping[str, str]) -> Settings:
    problems = [
        f"{name}: {environ[name]!r} does not match {form}."
        if environ.get(name)
        else f"{name}: not set in the environment."
        for name, form in _FORMS.items()
        if not re.fullmatch(form, environ.get(name, ""))
    ]
    if problems:
        raise SettingsError(*problems, "The build project sets these names; by hand, export them first.")
    return Settings(
        project_name=environ["SAGEMAKER_PROJECT_NAME"],
        model_package_group=environ["SOURCE_MODEL_PACKAGE_GROUP_NAME"],
        execution_role_arn=environ["MODEL_EXECUTION_ROLE_ARN"],
        artifact_bucket=environ["ARTIFACT_BUCKET"],
    )
