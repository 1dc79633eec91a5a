"""The judgement of a smoke test, apart from any endpoint."""

import dataclasses
import itertools
import json
import math
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.smoke_test.checks import run_checks
from promoter.smoke_test.golden import Golden
from promoter.smoke_test.page import render_page
from promoter.smoke_test.probe import CALLS_A_ROUND, MOST_ROUNDS, WARM_UP_CALLS, Probe, percentile, probe_endpoint
from promoter.smoke_test.report import build_report, report_json
from promoter.smoke_test.runtime import Answer, Invoke

NUMBERS = st.floats(-1e6, 1e6)
BUDGET = 200
Milliseconds = Callable[[int], float]


def golden_of(predictions: list[float]) -> Golden:
    rows = tuple(f"M,{number}" for number in range(len(predictions)))
    return Golden(rows=rows, predictions=tuple(predictions), tolerance=1e-4, library="3.2.0")


def answering(golden: Golden, *, shift: float = 0.0, milliseconds: float = 1.0) -> Probe:
    return probe_endpoint(endpoint(golden, shift=shift, takes=lambda _: milliseconds), golden, latency_budget_ms=BUDGET)


def endpoint(golden: Golden, *, shift: float = 0.0, takes: Milliseconds = lambda _: 1.0) -> Invoke:
    """Answers as at training, `shift` beside it; `takes` says how long, by the number of the call from 0 on."""
    known = dict(zip(golden.rows, golden.predictions, strict=True))
    numbers = itertools.count()

    def invoke(body: str, *, content_type: str) -> Answer:
        milliseconds = takes(next(numbers))
        if content_type != "text/csv":
            values = ", ".join(repr(value + shift) for value in golden.predictions)
            return Answer(status=200, body=f'{{"predictions": [{values}]}}', milliseconds=milliseconds)
        rows = body.splitlines()
        if not set(rows) <= known.keys():
            return Answer(status=400, body="no", milliseconds=milliseconds)
        return Answer(status=200, body=",".join(repr(known[row] + shift) for row in rows), milliseconds=milliseconds)

    return invoke


def timed(golden: Golden, rounds: Iterable[Iterable[float]]) -> Probe:
    """A probe whose timed calls took these milliseconds."""
    answers = tuple(tuple(Answer(status=200, body="1.0", milliseconds=value) for value in calls) for calls in rounds)
    return dataclasses.replace(answering(golden), rounds=answers)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_the_answers_of_training_pass_whatever_they_are(predictions: list[float]) -> None:
    golden = golden_of(predictions)
    assert all(check.passed for check in run_checks(golden, answering(golden), latency_budget_ms=BUDGET))


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([-0.01, 0.01, 1.0, math.inf, math.nan]))
def test_answers_that_differ_by_more_than_the_tolerance_fail(predictions: list[float], shift: float) -> None:
    golden = golden_of(predictions)
    probe = answering(golden, shift=shift)
    checks = {check.name: check for check in run_checks(golden, probe, latency_budget_ms=BUDGET)}
    assert not checks["golden rows, one a request"].passed
    assert not checks["golden rows, one CSV request"].passed


@given(st.lists(st.floats(0, 1e5), min_size=1), st.integers(1, 100))
def test_a_percentile_is_a_measured_value_with_enough_values_below(values: list[float], percent: int) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)


def test_at_least_twenty_warm_calls_are_timed_in_each_of_several_rounds() -> None:
    assert CALLS_A_ROUND >= 20
    assert MOST_ROUNDS >= 3
    assert WARM_UP_CALLS >= 1


@pytest.mark.parametrize(("milliseconds", "passes"), [(200.0, True), (200.1, False)])
def test_the_budget_itself_is_still_within_it(milliseconds: float, passes: bool) -> None:
    golden = golden_of([1.0])
    probe = answering(golden, milliseconds=milliseconds)
    assert run_checks(golden, probe, latency_budget_ms=BUDGET)[-1].passed is passes


def test_a_quick_endpoint_is_timed_for_one_round_and_no_longer() -> None:
    assert len(answering(golden_of([1.0])).rounds) == 1


def test_a_slow_model_fails_after_every_round_with_its_figure_and_the_budget() -> None:
    golden = golden_of([1.0])
    probe = answering(golden, milliseconds=250.0)
    latency = run_checks(golden, probe, latency_budget_ms=BUDGET)[-1]
    assert len(probe.rounds) == MOST_ROUNDS
    assert not latency.passed
    assert latency.sentence == (
        f"too slow: p50 250.0 ms, p95 250.0 ms over {CALLS_A_ROUND} warm calls in the best of {MOST_ROUNDS} rounds; "
        "the budget for p95 is 200 ms."
    )


def test_a_model_that_is_slow_for_every_tenth_row_fails() -> None:
    golden = golden_of([1.0])
    invoke = endpoint(golden, takes=lambda number: 900.0 if number % 10 == 0 else 1.0)
    probe = probe_endpoint(invoke, golden, latency_budget_ms=BUDGET)
    assert not run_checks(golden, probe, latency_budget_ms=BUDGET)[-1].passed


def test_a_machine_that_is_busy_for_some_rounds_does_not_fail_a_quick_model() -> None:
    """The first calls wait for a busy machine, and every seventh of the next rounds; then it has time."""
    golden = golden_of([1.0])
    busy = 3 * CALLS_A_ROUND
    invoke = endpoint(golden, takes=lambda number: 1_000.0 if number < busy and number % 7 == 0 else 150.0)
    probe = probe_endpoint(invoke, golden, latency_budget_ms=BUDGET)
    latency = run_checks(golden, probe, latency_budget_ms=BUDGET)[-1]
    assert latency.passed
    assert 1 < len(probe.rounds) < MOST_ROUNDS
    assert f"p95 150.0 ms over {CALLS_A_ROUND} warm calls in the best of {len(probe.rounds)} rounds" in latency.sentence


def test_the_first_calls_do_not_count() -> None:
    golden = golden_of([1.0])
    cold = 1 + 1 + 1 + 3 + WARM_UP_CALLS  # single, together, JSON, bad rows, warm-up
    probe = probe_endpoint(
        endpoint(golden, takes=lambda number: 900.0 if number < cold else 1.0), golden, latency_budget_ms=BUDGET
    )
    assert probe.rounds == (probe.best_round,)
    assert run_checks(golden, probe, latency_budget_ms=BUDGET)[-1].passed


def test_a_single_slow_call_of_a_round_does_not_break_the_budget_and_two_do() -> None:
    golden = golden_of([1.0])
    for count, passes in ((1, True), (2, False)):
        probe = timed(golden, [[900.0] * count + [1.0] * (CALLS_A_ROUND - count)])
        assert run_checks(golden, probe, latency_budget_ms=BUDGET)[-1].passed is passes


@pytest.mark.parametrize("which", ["warm_up", "rounds"])
def test_a_refused_call_fails_in_whatever_round_it_was(which: str) -> None:
    golden = golden_of([1.0])
    probe = timed(golden, [[300.0] * CALLS_A_ROUND, [1.0] * CALLS_A_ROUND])
    refused = Answer(status=503, body="no", milliseconds=1.0)
    first = (refused, *probe.rounds[0][1:])
    spoilt = {"warm_up": (refused,)} if which == "warm_up" else {"rounds": (first, probe.rounds[1])}
    latency = run_checks(golden, dataclasses.replace(probe, **spoilt), latency_budget_ms=BUDGET)[-1]
    assert not latency.passed
    assert "got status 503: 'no'" in latency.sentence


def test_both_reports_tell_the_best_round_with_its_figure_and_the_budget() -> None:
    golden = golden_of([1.0])
    probe = timed(golden, [[400.0] * CALLS_A_ROUND, [123.4] * CALLS_A_ROUND, [300.0] * CALLS_A_ROUND])
    checks = run_checks(golden, probe, latency_budget_ms=BUDGET)
    report = build_report(golden, probe, checks=checks, endpoint="demo", arn="arn", latency_budget_ms=BUDGET)
    document = json.loads(report_json(report))
    assert (document["latency_p95_ms"], document["latency_best_round"]) == (123.4, 2)
    assert document["latency_budget_ms"] == BUDGET
    assert [len(calls) for calls in document["latency_rounds_ms"]] == [CALLS_A_ROUND] * 3
    page = render_page(report)
    assert "p95 <b>123.4 ms</b>, p50 123.4 ms in round 2 of\n3, the best one" in page
    assert "the budget for p95 is <b>200 ms</b>" in page


@given(st.lists(st.lists(st.floats(0, 1e5), min_size=1, max_size=20), min_size=1, max_size=5), st.integers(1, 60000))
def test_any_latencies_can_be_drawn(rounds: list[list[float]], budget: int) -> None:
    golden = golden_of([1.0])
    probe = timed(golden, rounds)
    checks = run_checks(golden, probe, latency_budget_ms=budget)
    report = build_report(golden, probe, checks=checks, endpoint="demo", arn="arn", latency_budget_ms=budget)
    page = render_page(report)
    assert page.count("<rect ") == sum(len(calls) for calls in rounds)
    assert "nan" not in page
    assert report_json(report).startswith("{")
