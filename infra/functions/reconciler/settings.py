"""Edge: the environment of the reconciler, read once; every missing name is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass

REQUIRED = ("MODEL_PACKAGE_GROUP_NAME", "DEPLOY_PIPELINE_NAME", "STAGE_ENDPOINT_NAME")
# For a production endpoint in another account or region: the role there that may look at it, and the region.
OPTIONAL = ("STAGE_ROLE_ARN", "STAGE_REGION")


class MissingSettings(ValueError):
    """The function's environment lacks names; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """What to look at, and what to start."""

    group: str
    pipeline: str
    endpoint: str
    stage_role: str | None
    stage_region: str | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        raise MissingSettings(
            f"reconciler: the environment lacks {', '.join(missing)}. infra sets them: deploy it again."
        )
    return Settings(
        group=environment["MODEL_PACKAGE_GROUP_NAME"],
        pipeline=environment["DEPLOY_PIPELINE_NAME"],
        endpoint=environment["STAGE_ENDPOINT_NAME"],
        stage_role=environment.get("STAGE_ROLE_ARN") or None,
        stage_region=environment.get("STAGE_REGION") or None,
    )
