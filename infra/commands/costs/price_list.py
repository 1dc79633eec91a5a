"""Edge: prices.json, read once. It ships with the code, so what is wrong with it is an error of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PRICES = Path(__file__).with_name("prices.json")


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a unit of something costs, and where and when that was read."""

    item: str
    use: str
    unit: str
    usd: float
    source: str
    read: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """The minutes that pipelines and builds take for one run or one release."""

    build_minutes: int
    action_minutes: int


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What cannot be read from the settings."""

    hours_a_month: int
    minutes_a_job: int
    stored_gb: int
    alarms: int
    run: Work
    release: Work


@dataclass(frozen=True, kw_only=True)
class PriceList:
    """The prices of one region."""

    region: str
    prices: Sequence[Price]
    assumed: Assumptions

    @property
    def by_use(self) -> Mapping[tuple[str, str], float]:
        return {(price.use, price.item): price.usd for price in self.prices}

    @property
    def last_read(self) -> str:
        """The newest date in the list."""
        return max(price.read for price in self.prices if price.read[:1].isdigit())


def read_prices(path: Path = _PRICES) -> PriceList:
    document = json.loads(path.read_text(encoding="utf-8"))
    assumed = document["assumptions"]
    work = {name: Work(**assumed[name]) for name in ("run", "release")}
    return PriceList(
        region=document["region"],
        prices=[Price(**row) for row in document["prices"]],
        assumed=Assumptions(**{**assumed, **work}),
    )
