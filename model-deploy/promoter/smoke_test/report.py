"""What a smoke test saw, gathered into one value: report.json is that value, report.html the same for the approver."""

import dataclasses
import json
import math

from promoter.smoke_test.checks import Check
from promoter.smoke_test.golden import Golden
from promoter.smoke_test.probe import BUDGETED_PERCENT, Probe, latencies, percentile
from promoter.smoke_test.runtime import CSV
from promoter.smoke_test.wire import NotPredictionsError, predictions_in


@dataclasses.dataclass(frozen=True)
class Row:
    """A golden row, what training predicted, and what the endpoint said to it (None if no finite number)."""

    row: str
    expected: float
    got: float | None


@dataclasses.dataclass(frozen=True)
class Report:
    """All that the two files tell; the two percentiles are those of the best round, which is numbered from 1."""

    endpoint: str
    model_package_arn: str
    passed: bool
    checks: tuple[Check, ...]
    rows: tuple[Row, ...]
    latency_budget_ms: int
    latency_p50_ms: float
    latency_p95_ms: float
    latency_best_round: int
    latency_rounds_ms: tuple[tuple[float, ...], ...]


def build_report(
    golden: Golden, probe: Probe, *, checks: tuple[Check, ...], endpoint: str, arn: str, latency_budget_ms: int
) -> Report:
    best = latencies(probe.best_round)
    return Report(
        endpoint=endpoint,
        model_package_arn=arn,
        passed=all(check.passed for check in checks),
        checks=checks,
        rows=_rows(golden, probe),
        latency_budget_ms=latency_budget_ms,
        latency_p50_ms=percentile(best, 50),
        latency_p95_ms=percentile(best, BUDGETED_PERCENT),
        latency_best_round=probe.rounds.index(probe.best_round) + 1,
        latency_rounds_ms=tuple(latencies(calls) for calls in probe.rounds),
    )


def report_json(report: Report) -> str:
    return json.dumps(dataclasses.asdict(report), indent=2, allow_nan=False) + "\n"


def _rows(golden: Golden, probe: Probe) -> tuple[Row, ...]:
    rows = []
    for row, expected, answer in zip(golden.rows, golden.predictions, probe.singles, strict=True):
        try:
            got = next(iter(predictions_in(answer, content_type=CSV)), None)
        except NotPredictionsError:
            got = None
        rows.append(Row(row=row, expected=expected, got=got if got is not None and math.isfinite(got) else None))
    return tuple(rows)
