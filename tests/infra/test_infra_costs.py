"""What the project costs: the sums, and a price list that owes each price a source and a date."""

from __future__ import annotations

import re

import pytest

from infra import ROOT
from infra.commands.costs.estimate import endpoint_hours, estimate, total
from infra.commands.costs.page import page, usd
from infra.commands.costs.price_list import Price, read_prices
from infra.commands.instances import Fleet, Job, fleets, jobs
from infra.commands.pipeline_definition import read_definition
from infra.settings import Settings, read_context
from tests.infra.synthesis import synthesised

PRICES = read_prices()
PROD = Fleet(stage="prod", account=None, type="ml.m5.large", count=2)
TRAIN = Job(step="Train", use="training", type="ml.m5.xlarge", count=3)
UNKNOWN = Fleet(stage="staging", account=None, type="ml.new.large", count=1)


def test_a_month_is_the_hours_of_every_instance_and_what_stands_beside_them() -> None:
    month = estimate(PRICES, fleets=[PROD], jobs=[]).month
    assert total(month[:1]) == pytest.approx(2 * 730 * 0.115)
    assert total(month) - total(month[:1]) == pytest.approx(total(estimate(PRICES, fleets=[], jobs=[]).month))


def test_a_run_is_the_minutes_of_every_instance_of_its_jobs() -> None:
    without, with_it = (estimate(PRICES, fleets=[], jobs=found).run for found in ([], [TRAIN]))
    assert total(with_it) - total(without) == pytest.approx(3 * 5 / 60 * 0.23)


def test_hours_of_an_endpoint_cost_what_they_last() -> None:
    assert total(endpoint_hours(PRICES, [PROD], hours=1.5)) == pytest.approx(2 * 1.5 * 0.115)


def test_what_has_no_price_is_left_out_of_the_sum_and_named_in_the_table() -> None:
    sums = estimate(PRICES, fleets=[PROD, UNKNOWN], jobs=[])
    assert sums.unpriced == ["endpoint staging: ml.new.large"]
    assert total(sums.month) == total(estimate(PRICES, fleets=[PROD], jobs=[]).month)
    assert "| endpoint staging: ml.new.large | 1 for 730 h | not priced |" in page(sums, PRICES)


@pytest.mark.parametrize(("amount", "told"), [(0, "0.00 USD"), (0.004, "under 0.01 USD"), (251.849, "251.85 USD")])
def test_an_amount_is_told_to_the_cent(amount: float, told: str) -> None:
    assert usd(amount) == told


@pytest.mark.parametrize("price", PRICES.prices, ids=lambda price: f"{price.use}-{price.item}")
def test_each_price_has_a_source_and_says_when_it_was_read(price: Price) -> None:
    assert len(price.source) > len("AWS")
    assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?|no date stated", price.read)


def test_the_types_that_the_repository_comes_with_all_have_a_price() -> None:
    settings = Settings.from_context(read_context(ROOT / "cdk.json"))
    assert estimate(PRICES, fleets=fleets(ROOT, settings), jobs=jobs(read_definition(ROOT))).unpriced == []


def test_the_templates_hold_no_more_alarms_than_are_paid_for() -> None:
    templates = synthesised("default").values()
    alarms = [
        one
        for template in templates
        for one in template["Resources"].values()
        if one["Type"] == "AWS::CloudWatch::Alarm"
    ]
    in_endpoint = (ROOT / "model-deploy" / "endpoint.yaml").read_text().count("AWS::CloudWatch::Alarm")
    assert len(alarms) + 2 * in_endpoint <= PRICES.assumed.alarms, "prices.json assumes too few"
