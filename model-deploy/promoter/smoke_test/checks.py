"""Judges the answers of a probe. Pure: same answers, same verdict, one sentence a check."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from promoter.smoke_test.golden import Golden
from promoter.smoke_test.probe import BUDGETED_PERCENT, Probe, latencies, percentile
from promoter.smoke_test.runtime import CSV, JSON, OK, Answer
from promoter.smoke_test.wire import NotPredictionsError, predictions_in, shorten

BAD_REQUEST = 400
# The range that answers must keep to: that of the golden predictions, wider by this part of its width at both ends.
RANGE_WIDENED_BY = 0.5


@dataclass(frozen=True)
class Check:
    """One verdict; the sentence says what was seen, and for a failure what was wrong."""

    name: str
    passed: bool
    sentence: str


class _FailedError(Exception):
    """Ends a check; the message becomes its sentence."""


def run_checks(golden: Golden, probe: Probe, *, latency_budget_ms: int) -> tuple[Check, ...]:
    return (
        _check("golden rows, one a request", lambda: _judge_singles(golden, probe)),
        _check("golden rows, one CSV request", lambda: _judge_batch(golden, probe.together, content_type=CSV)),
        _check("golden rows, one JSON request", lambda: _judge_batch(golden, probe.as_json, content_type=JSON)),
        _check("range", lambda: _judge_range(golden, [*probe.singles, probe.together])),
        _check("bad rows", lambda: _judge_bad_rows(probe)),
        _check("latency", lambda: _judge_latency(probe, latency_budget_ms)),
    )


def _check(name: str, judge: Callable[[], str]) -> Check:
    try:
        return Check(name=name, passed=True, sentence=judge())
    except _FailedError as error:
        return Check(name=name, passed=False, sentence=str(error))


def _judge_singles(golden: Golden, probe: Probe) -> str:
    got: list[float] = []
    for number, answer in enumerate(probe.singles, start=1):
        values = _predictions(answer, CSV, what=f"golden row {number}")
        if len(values) != 1:
            raise _FailedError(f"golden row {number} was answered with {len(values)} predictions instead of 1.")
        got.extend(values)
    return _compare(golden, got)


def _judge_batch(golden: Golden, answer: Answer, *, content_type: str) -> str:
    got = _predictions(answer, content_type, what=f"the request of {len(golden.rows)} rows as {content_type}")
    if len(got) != len(golden.rows):
        raise _FailedError(f"{len(golden.rows)} rows were answered with {len(got)} predictions.")
    return _compare(golden, got)


def _compare(golden: Golden, got: Sequence[float]) -> str:
    off = [abs(value - expected) for value, expected in zip(got, golden.predictions, strict=True)]
    for index, difference in enumerate(off):
        if not difference <= golden.tolerance:  # NaN is no more equal than it is less
            raise _FailedError(
                f"golden row {index + 1} ({shorten(golden.rows[index])}): expected {golden.predictions[index]}, "
                f"got {got[index]}; training ran on xgboost {golden.library}: does the container have that version?"
            )
    return f"{len(got)} predictions, off by at most {max(off):.2g} (allowed {golden.tolerance:g})."


def _judge_range(golden: Golden, answers: Sequence[Answer]) -> str:
    lowest, highest = min(golden.predictions), max(golden.predictions)
    margin = max((highest - lowest) * RANGE_WIDENED_BY, golden.tolerance)
    lowest, highest = lowest - margin, highest + margin
    got = [value for answer in answers for value in _predictions(answer, CSV, what="a request of golden rows")]
    outside = next((value for value in got if not lowest <= value <= highest), None)
    if outside is not None:
        raise _FailedError(f"{outside} is not a finite number from {lowest:.4g} to {highest:.4g}.")
    return f"{len(got)} predictions lie between {min(got):.4g} and {max(got):.4g} (allowed: {lowest:.4g} to {highest:.4g})."


def _judge_bad_rows(probe: Probe) -> str:
    for row, answer in probe.bad:
        if answer.status == OK:
            raise _FailedError(f"the bad row {shorten(row)} was answered with a prediction: {shorten(answer.body)}.")
        if answer.status != BAD_REQUEST:
            raise _FailedError(f"the bad row {shorten(row)} got status {answer.status} instead of {BAD_REQUEST}.")
    return f"{len(probe.bad)} bad rows were refused with {BAD_REQUEST}."


def _judge_latency(probe: Probe, budget_ms: int) -> str:
    failed = next(_failed_calls(probe), None)
    if failed is not None:
        raise _FailedError(failed)
    best = latencies(probe.best_round)
    middle, slow = percentile(best, 50), percentile(best, BUDGETED_PERCENT)
    rounds = f"in the best of {len(probe.rounds)} rounds" if len(probe.rounds) > 1 else "in the first round"
    seen = (
        f"p50 {middle:.1f} ms, p95 {slow:.1f} ms over {len(best)} warm calls {rounds}; "
        f"the budget for p95 is {budget_ms} ms."
    )
    if slow > budget_ms:
        raise _FailedError(f"too slow: {seen}")
    return seen


def _failed_calls(probe: Probe) -> Iterator[str]:
    calls = [answer for calls in (probe.warm_up, *probe.rounds) for answer in calls]
    for number, answer in enumerate(calls, start=1):
        if answer.status != OK:
            yield f"call {number} of {len(calls)} got status {answer.status}: {shorten(answer.body)}."


def _predictions(answer: Answer, content_type: str, *, what: str) -> tuple[float, ...]:
    try:
        return predictions_in(answer, content_type=content_type)
    except NotPredictionsError as error:
        raise _FailedError(f"{what} {error}.") from error
