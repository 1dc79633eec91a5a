"""Edge: the environment of the notices function, read once; every missing name is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass

REQUIRED = ("TOPIC_ARN", "SAGEMAKER_PROJECT_NAME")
OPTIONAL: tuple[str, ...] = ()


class MissingSettings(ValueError):
    """The function's environment lacks names; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """Where notices go, and the project that they name."""

    topic: str
    project: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        raise MissingSettings(f"notices: the environment lacks {', '.join(missing)}. infra sets them: deploy it again.")
    return Settings(topic=environment["TOPIC_ARN"], project=environment["SAGEMAKER_PROJECT_NAME"])
