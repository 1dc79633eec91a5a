"""What the project's instances and the rest of it cost, at the prices of one list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from infra.commands.costs.price_list import PriceList, Work
from infra.commands.instances import Fleet, Job

_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is paid for: what it is, how much of it, and its price; None where the list has none."""

    what: str
    quantity: str
    usd: float | None


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A month in which nothing happens, one training run, and one version's way to production."""

    month: Sequence[Line]
    run: Sequence[Line]
    release: Sequence[Line]

    @property
    def unpriced(self) -> list[str]:
        lines = (*self.month, *self.run, *self.release)
        return sorted({line.what for line in lines if line.usd is None})


def total(lines: Iterable[Line]) -> float:
    """Of what has a price."""
    return sum(line.usd or 0.0 for line in lines)


def estimate(prices: PriceList, *, fleets: Iterable[Fleet], jobs: Iterable[Job]) -> Estimate:
    fleets = list(fleets)
    return Estimate(
        month=[*_endpoints(prices, fleets), *_standing(prices)],
        run=[*_jobs(prices, jobs), *_work(prices, prices.assumed.run)],
        release=[*_work(prices, prices.assumed.release)],
    )


def endpoint_hours(prices: PriceList, fleets: Iterable[Fleet], *, hours: float) -> list[Line]:
    """Of these fleets for so long; they are paid for by the second, whether anybody asks or not."""
    lines = []
    for fleet in fleets:
        price = prices.by_use.get(("endpoint", fleet.type))
        lines.append(
            Line(
                what=f"endpoint {fleet.stage}: {fleet.type}",
                quantity=f"{fleet.count} for {hours:g} h",
                usd=None if price is None else fleet.count * hours * price,
            )
        )
    return lines


def _endpoints(prices: PriceList, fleets: Sequence[Fleet]) -> list[Line]:
    return endpoint_hours(prices, fleets, hours=prices.assumed.hours_a_month)


def _standing(prices: PriceList) -> Iterator[Line]:
    """What is there whether or not anything runs; functions, events, queues and logs of this size stay within cents."""
    assumed = prices.assumed
    for what, use, item, count, unit in (
        ("KMS key", "kms", "key", 1, "key"),
        ("CloudWatch alarms", "cloudwatch", "alarm", assumed.alarms, "alarms"),
        ("S3, data and models and captured requests", "s3", "standard", assumed.stored_gb, "GB"),
    ):
        yield Line(what=what, quantity=f"{count} {unit}", usd=count * prices.by_use[use, item])


def _jobs(prices: PriceList, jobs: Iterable[Job]) -> Iterator[Line]:
    minutes = prices.assumed.minutes_a_job
    for job in jobs:
        price = prices.by_use.get((job.use, job.type))
        yield Line(
            what=f"{job.step}: {job.type} for {job.use}",
            quantity=f"{job.count} for {minutes} min",
            usd=None if price is None else job.count * minutes / _MINUTES * price,
        )


def _work(prices: PriceList, work: Work) -> Iterator[Line]:
    for what, use, item, minutes in (
        ("CodeBuild", "codebuild", "general1.small", work.build_minutes),
        ("CodePipeline", "codepipeline", "action", work.action_minutes),
    ):
        yield Line(what=what, quantity=f"{minutes} min", usd=minutes * prices.by_use[use, item])
