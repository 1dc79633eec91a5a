"""Edge: the environment of the model seal, read once; every missing or ill-formed name is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PREFIX = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/]+/)+"
REQUIRED = {
    "OUTPUTS_PREFIX_URI": _PREFIX,
    "MODELS_PREFIX_URI": _PREFIX,
    "KMS_KEY_ARN": r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[a-zA-Z0-9/_-]+",
}
OPTIONAL: dict[str, str] = {}


class SettingsError(ValueError):
    """The function's environment lacks names or holds ill-formed values; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """Where training jobs leave their archives, where sealed ones go, and the key that these are encrypted with."""

    outputs: str
    models: str
    kms_key: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    problems = [
        f"{name}: {environment[name]!r} does not match {form}" if environment.get(name) else f"{name}: not set"
        for name, form in REQUIRED.items()
        if not re.fullmatch(form, environment.get(name, ""))
    ]
    if problems:
        raise SettingsError(f"model_seal: {'; '.join(problems)}. infra sets them: deploy it again.")
    return Settings(
        outputs=environment["OUTPUTS_PREFIX_URI"],
        models=environment["MODELS_PREFIX_URI"],
        kms_key=environment["KMS_KEY_ARN"],
    )
