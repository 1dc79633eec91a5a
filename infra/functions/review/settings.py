"""Edge: the environment of the review, read once; every missing name is told at once."""

from collections.abc import Mapping
from dataclasses import dataclass

REQUIRED = ("DECISIONS_FUNCTION_NAME", "STAGE_NAME", "STACK_NAME")
# For a production stage in another account: the role there that may look at it.
OPTIONAL = ("STAGE_ROLE_ARN",)


class MissingSettings(ValueError):
    """The function's environment lacks names; the message tells every one."""


@dataclass(frozen=True)
class Settings:
    """Whom to ask for the last decision, and the stage whose change is reviewed; its endpoint is called as its stack."""

    decisions: str
    stage: str
    stack: str
    stage_role: str | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        raise MissingSettings(f"review: the environment lacks {', '.join(missing)}. infra sets them: deploy it again.")
    return Settings(
        decisions=environment["DECISIONS_FUNCTION_NAME"],
        stage=environment["STAGE_NAME"],
        stack=environment["STACK_NAME"],
        stage_role=environment.get("STAGE_ROLE_ARN") or None,
    )
