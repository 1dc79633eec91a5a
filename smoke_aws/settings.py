"""The check's own project: a name that no other has, its tags, the cdk.json that it is deployed from, and what it will cost."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.commands.costs.estimate import endpoint_hours, estimate, total
from infra.commands.costs.price_list import PriceList
from infra.commands.instances import Fleet, Job
from infra.settings import Settings, read_context

TAG = "SmokeRun"
_PREFIX = "smoke-"
_RUN = re.compile(r"[0-9a-f]{6}")
_HOURS = 2.0  # that an endpoint is there at the most, a first deployment and its removal included


@dataclass(frozen=True, kw_only=True)
class SmokeProject:
    """One run's: what is made carries its id, in its name or in a tag."""

    run: str
    context: Mapping[str, Any]

    @classmethod
    def new(cls) -> SmokeProject:
        return cls.of_run(secrets.token_hex(3))

    @classmethod
    def of_run(cls, run: str) -> SmokeProject:
        """Raises ValueError where this is no id of a run: so nobody removes another project by a slip."""
        if not _RUN.fullmatch(run):
            raise ValueError(f"a run's id is six digits or letters from a to f, such as 0a1b2c, not {run!r}")
        found = read_context(ROOT / "cdk.json")
        alone = {
            "project": f"{_PREFIX}{run}",
            "noticesEmail": "",
            "account": "",
            "gitHost": {"provider": "codecommit", **dict.fromkeys(_OF_ANOTHER_HOST, "")},
            # The check is the person, so that it can stop before production.
            "approval": {"model": "person", "production": "person"},
            # One run is paid for, the one that the push starts.
            "retraining": {**found["retraining"], "enabled": False},
            "data": {**found["data"], "startOnArrival": False},
            "staging": {**found["staging"], "account": ""},
            "production": {**found["production"], "account": ""},
        }
        return cls(run=run, context={**found, **alone})

    @property
    def settings(self) -> Settings:
        return Settings.from_context(self.context)

    @property
    def tags(self) -> dict[str, str]:
        """As the stacks have them, and the run's."""
        return {"Project": self.settings.project, "UseCase": self.settings.use_case, TAG: self.run}

    def write(self, folder: Path) -> Path:
        """cdk.json as the CDK CLI and the teardown take it."""
        path = folder / "cdk.json"
        document = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
        path.write_text(json.dumps({**document, "context": self.context}, indent=2), encoding="utf-8")
        return path


_OF_ANOTHER_HOST = ("connectionArn", "modelBuildRepository", "modelDeployRepository")


def price(prices: PriceList, *, fleets: list[Fleet], jobs: list[Job]) -> tuple[float, list[str]]:
    """What the check costs at the most, and what of it has no price: one run, one release, these fleets for two hours."""
    sums = estimate(prices, fleets=[], jobs=jobs)
    hosting = endpoint_hours(prices, fleets, hours=_HOURS)
    lines = (*sums.run, *sums.release, *hosting)
    return total(lines), [line.what for line in lines if line.usd is None]
