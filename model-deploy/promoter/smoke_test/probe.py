"""Asks the endpoint everything that the checks will judge, and keeps the answers as they came."""

from dataclasses import dataclass
from itertools import cycle, islice

from promoter.smoke_test.golden import Golden
from promoter.smoke_test.runtime import CSV, JSON, Answer, Invoke
from promoter.smoke_test.wire import csv_body, json_body

TIMED_CALLS = 30


@dataclass(frozen=True)
class Probe:
    """All answers of one smoke test; `timed` come last, when the endpoint is warm."""

    singles: tuple[Answer, ...]
    together: Answer
    as_json: Answer
    bad: tuple[tuple[str, Answer], ...]
    timed: tuple[Answer, ...]


def probe_endpoint(invoke: Invoke, golden: Golden) -> Probe:
    return Probe(
        singles=tuple(invoke(row, content_type=CSV) for row in golden.rows),
        together=invoke(csv_body(golden.rows), content_type=CSV),
        as_json=invoke(json_body(golden.rows), content_type=JSON),
        bad=tuple((row, invoke(row, content_type=CSV)) for row in bad_rows(golden)),
        timed=tuple(invoke(row, content_type=CSV) for row in islice(cycle(golden.rows), TIMED_CALLS)),
    )


def bad_rows(golden: Golden) -> tuple[str, ...]:
    """A good row spoilt in ways that no model should swallow: a strange first cell, a cell less, no number at all."""
    cells = golden.rows[0].split(",")
    return (",".join(["?", *cells[1:]]), ",".join(cells[:-1]), "not a row")
