"""Edge: the environment of the data-arrival function, read once; every missing or ill-formed name is told at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..runs.forms import SCHEDULE_GROUP, SCHEDULE_NAME, SCHEDULER_ROLE, UNDELIVERED

# The forms that AWS takes: SageMaker CreatePipeline, S3 CreateBucket.
REQUIRED = {
    "PIPELINE_NAME": r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}",
    "DATA_PREFIX_URI": r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?",
    "QUIET_SECONDS": r"[1-9][0-9]{0,4}",
    **SCHEDULE_NAME,
    **SCHEDULER_ROLE,
}
OPTIONAL = {**SCHEDULE_GROUP, **UNDELIVERED, "MANIFEST_PREFIX_URI": r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([^/]+/)*"}
_LONGEST_WINDOW = 43_200


class SettingsError(ValueError):
    """The function's environment lacks names or holds ill-formed values; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """Which objects to watch, which pipeline to start, and where the schedules go. `prefix` is "" or ends in a slash.

    `manifests` is where runs on what has arrived alone find their list; None: every run is on everything under the prefix.
    """

    pipeline: str
    bucket: str
    prefix: str
    quiet: int
    schedule: str
    group: str
    role: str
    undelivered: str | None
    manifests: str | None

    @property
    def prefix_uri(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def read_settings(environment: Mapping[str, str]) -> Settings:
    problems = [
        f"{name}: {environment[name]!r} does not match {form}" if environment.get(name) else f"{name}: not set"
        for name, form in {
            **REQUIRED,
            **{name: form for name, form in OPTIONAL.items() if environment.get(name)},
        }.items()
        if not re.fullmatch(form, environment.get(name, ""))
    ]
    if not problems and int(environment["QUIET_SECONDS"]) > _LONGEST_WINDOW:
        problems = [f"QUIET_SECONDS: {environment['QUIET_SECONDS']} is more than {_LONGEST_WINDOW}"]
    if problems:
        raise SettingsError(f"data_arrival: {'; '.join(problems)}. infra sets them: deploy it again.")
    bucket, _, prefix = environment["DATA_PREFIX_URI"].removeprefix("s3://").partition("/")
    return Settings(
        pipeline=environment["PIPELINE_NAME"],
        bucket=bucket,
        prefix=prefix if not prefix or prefix.endswith("/") else prefix + "/",
        quiet=int(environment["QUIET_SECONDS"]),
        schedule=environment["SCHEDULE_NAME"],
        group=environment.get("SCHEDULE_GROUP_NAME") or "default",
        role=environment["SCHEDULER_ROLE_ARN"],
        undelivered=environment.get("UNDELIVERED_QUEUE_ARN") or None,
        manifests=environment.get("MANIFEST_PREFIX_URI") or None,
    )
