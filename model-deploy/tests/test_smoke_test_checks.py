"""The judgement of a smoke test, apart from any endpoint."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.smoke_test.checks import percentile, run_checks
from promoter.smoke_test.golden import Golden
from promoter.smoke_test.page import render_page
from promoter.smoke_test.probe import TIMED_CALLS, Probe, probe_endpoint
from promoter.smoke_test.report import build_report, report_json
from promoter.smoke_test.runtime import Answer

NUMBERS = st.floats(-1e6, 1e6)


def golden_of(predictions: list[float]) -> Golden:
    rows = tuple(f"M,{number}" for number in range(len(predictions)))
    return Golden(rows=rows, predictions=tuple(predictions), tolerance=1e-4, library="3.2.0")


def answering(golden: Golden, *, shift: float = 0.0, milliseconds: float = 1.0) -> Probe:
    known = dict(zip(golden.rows, golden.predictions, strict=True))

    def invoke(body: str, *, content_type: str) -> Answer:
        if content_type != "text/csv":
            numbers = ", ".join(repr(value + shift) for value in golden.predictions)
            return Answer(status=200, body=f'{{"predictions": [{numbers}]}}', milliseconds=milliseconds)
        rows = body.splitlines()
        if not set(rows) <= known.keys():
            return Answer(status=400, body="no", milliseconds=milliseconds)
        return Answer(status=200, body=",".join(repr(known[row] + shift) for row in rows), milliseconds=milliseconds)

    return probe_endpoint(invoke, golden)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_the_answers_of_training_pass_whatever_they_are(predictions: list[float]) -> None:
    golden = golden_of(predictions)
    assert all(check.passed for check in run_checks(golden, answering(golden), latency_budget_ms=200))


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([-0.01, 0.01, 1.0, math.inf, math.nan]))
def test_answers_that_differ_by_more_than_the_tolerance_fail(predictions: list[float], shift: float) -> None:
    golden = golden_of(predictions)
    probe = answering(golden, shift=shift)
    checks = {check.name: check for check in run_checks(golden, probe, latency_budget_ms=200)}
    assert not checks["golden rows, one a request"].passed
    assert not checks["golden rows, one CSV request"].passed


@given(st.lists(st.floats(0, 1e5), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_measured_value_with_enough_values_below(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)


def test_at_least_twenty_warm_calls_are_timed() -> None:
    assert TIMED_CALLS >= 20


@pytest.mark.parametrize(("milliseconds", "passes"), [(200.0, True), (200.1, False)])
def test_the_budget_itself_is_still_within_it(milliseconds: float, passes: bool) -> None:
    golden = golden_of([1.0])
    probe = answering(golden, milliseconds=milliseconds)
    assert run_checks(golden, probe, latency_budget_ms=200)[-1].passed is passes


def test_a_single_slow_call_of_thirty_does_not_break_the_budget_and_two_do() -> None:
    golden = golden_of([1.0])
    probe = answering(golden)
    slow = Answer(status=200, body="1.0", milliseconds=900.0)
    for count, passes in ((1, True), (2, False)):
        timed = (*probe.timed[count:], *[slow] * count)
        checks = run_checks(golden, dataclasses.replace(probe, timed=timed), latency_budget_ms=200)
        assert checks[-1].passed is passes


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=40), st.integers(1, 60000))
def test_any_latencies_can_be_drawn(milliseconds: list[float], budget: int) -> None:
    golden = golden_of([1.0])
    timed = tuple(Answer(status=200, body="1.0", milliseconds=value) for value in milliseconds)
    probe = dataclasses.replace(answering(golden), timed=timed)
    checks = run_checks(golden, probe, latency_budget_ms=budget)
    report = build_report(golden, probe, checks=checks, endpoint="demo", arn="arn", latency_budget_ms=budget)
    page = render_page(report)
    assert page.count("<rect ") == len(milliseconds)
    assert "nan" not in page
    assert report_json(report).startswith("{")
