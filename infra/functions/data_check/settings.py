"""Edge: the environment of the data check, read once; every missing or ill-formed name is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PREFIX = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/]+/)*"
REQUIRED = {
    "DATA_PREFIX_URI": _PREFIX,
    "BATCH_PREFIX_URI": _PREFIX,
    "MODEL_PACKAGE_GROUP_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}",
}
# Where lists of objects may lie, if runs on such a list are wanted.
OPTIONAL = {"MANIFEST_PREFIX_URI": _PREFIX}


class SettingsError(ValueError):
    """The function's environment lacks names or holds ill-formed values; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """The folders that the jobs may read, and the group that knows the data of the last version."""

    data: str
    batch: str
    group: str
    manifests: str | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    given = {name: form for name, form in OPTIONAL.items() if environment.get(name)}
    problems = [
        f"{name}: {environment[name]!r} does not match {form}" if environment.get(name) else f"{name}: not set"
        for name, form in {**REQUIRED, **given}.items()
        if not re.fullmatch(form, environment.get(name, ""))
    ]
    if problems:
        raise SettingsError(f"data_check: {'; '.join(problems)}. infra sets them: deploy it again.")
    return Settings(
        data=environment["DATA_PREFIX_URI"],
        batch=environment["BATCH_PREFIX_URI"],
        group=environment["MODEL_PACKAGE_GROUP_NAME"],
        manifests=environment.get("MANIFEST_PREFIX_URI") or None,
    )
