"""docs/costs.md, made of the price list and the repository's own settings, so that it says what the doctor says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infra.commands.costs.estimate import Estimate, Line, total
from infra.commands.costs.price_list import PriceList

_INTRODUCTION = """\
# What it costs

Written by `make docs` from `infra/commands/costs/prices.json`, the two stage configurations and the pipeline definition
as they are in this repository; the tests fail when it is not what these say. `make doctor` prints the sums for yours. The
prices are those of {region} in USD, on demand, without taxes, credits and the free tier; the newest was
read on {read}, and each has its
source below. AWS changes prices, and other Regions have others: the [AWS Pricing Calculator](https://calculator.aws) has the
last word.

After `make deploy` and one approval that went to production, **{month} a month** while nothing happens, nearly all of it the
endpoints' instances, which run day and night: staging's stays up after a version has passed through. Each training run is
**{run}**, each release of a version **{release}**. `make destroy` ends all of it; until an approval there is no endpoint, and
the month is {idle}.
"""
_ASSUMED = """
## What is assumed

- A month has {hours} hours. An update of an endpoint runs its new instances beside the old ones for some minutes, which is
  not counted.
- A job is paid for from the start of its container to its end: {job} minutes each, of which the container's start is the
  most.
- {gb} GB in S3, old versions of objects among them. What is captured of requests grows with traffic: staging keeps all of it.
- A run's build takes {run_builds} minutes, a release's builds {release_builds}; their pipelines' actions {run_actions} and
  {release_actions} minutes, approvals left out.
- The storage volumes behind endpoints and jobs are not counted. SageMaker bills them by the GB and month (0.154 USD in
  eu-west-1 in December 2023, by the bill in
  [aws-samples/sagemaker-ssh-helper](https://github.com/aws-samples/sagemaker-ssh-helper/blob/main/Sample_Costs.md)); at 30 GB
  an instance they would add some 14 USD a month.
- Functions, events, schedules, notices, queues, requests to S3 and KMS, and logs of this size come to some cents.
- Stages in other accounts cost the same there. Private subnets may need interface endpoints or a NAT gateway, which are
  yours.

## The prices

| what | for | a | USD | source | read |
| --- | --- | --- | ---: | --- | --- |
"""


def page(estimate: Estimate, prices: PriceList) -> str:
    assumed = prices.assumed
    endpoints = [line for line in estimate.month if line.what.startswith("endpoint ")]
    told = {
        "region": prices.region,
        "read": prices.last_read,
        "month": usd(total(estimate.month)),
        "run": usd(total(estimate.run)),
        "release": usd(total(estimate.release)),
        "idle": usd(total(estimate.month) - total(endpoints)),
        "hours": assumed.hours_a_month,
        "job": assumed.minutes_a_job,
        "gb": assumed.stored_gb,
        "run_builds": assumed.run.build_minutes,
        "release_builds": assumed.release.build_minutes,
        "run_actions": assumed.run.action_minutes,
        "release_actions": assumed.release.action_minutes,
    }
    sections = (
        ("A month", estimate.month),
        ("A training run", estimate.run),
        ("A release: staging, its test, production", estimate.release),
    )
    tables = "".join(_table(title, lines) for title, lines in sections)
    rows = "\n".join(
        f"| {one.item} | {one.use} | {one.unit} | {one.usd:g} | {one.source} | {one.read} |" for one in prices.prices
    )
    return f"{_INTRODUCTION.format(**told)}{tables}{_ASSUMED.format(**told)}{rows}\n"


def usd(amount: float) -> str:
    """To the cent; what is less than a cent and not nothing says so."""
    return "under 0.01 USD" if 0 < amount < 0.01 else f"{amount:.2f} USD"  # noqa: PLR2004 (a cent)


def _table(title: str, lines: Iterable[Line]) -> str:
    return "\n".join(
        ("", f"## {title}", "", "| what | how much | cost |", "| --- | --- | ---: |", *_rows(list(lines)), "")
    )


def _rows(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        yield f"| {line.what} | {line.quantity} | {'not priced' if line.usd is None else usd(line.usd)} |"
    yield f"| **together** | | **{usd(total(lines))}** |"
