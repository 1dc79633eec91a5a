"""The roles in the account of a foreign stage as ARNs, made from their names: the two accounts share no object."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infra.iam.arns import Ground
from infra.settings import Stage


@dataclass(frozen=True)
class ForeignRoles:
    """What `stage_account.py` makes in the stage's own account."""

    cloudformation: str
    deployer: str
    endpoint: str
    observer: str
    reviewer: str
    tester: str

    @classmethod
    def of(cls, stage: Stage, *, ground: Ground) -> ForeignRoles:
        place = replace(ground.place, account=stage.account or ground.place.account)
        return cls(
            **{actor: place.role(ground.names.stage_role(stage.name, actor)) for actor in cls.__dataclass_fields__}
        )
