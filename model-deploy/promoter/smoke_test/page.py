"""Renders a smoke test's report as one self-contained HTML page: the verdict, each check, each row, the latencies."""

from collections.abc import Iterator
from html import escape
from itertools import chain

from promoter.smoke_test.report import Report, Row

_WIDTH, _HEIGHT = 720, 200
_LEFT, _RIGHT, _FLOOR = 64, 656, 176
_FAINT = ' fill-opacity="0.35"'

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --bar: #4a7db5; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } code { font-size: .85rem; overflow-wrap: anywhere; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
svg { width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
"""


def render_page(report: Report) -> str:
    verdict = _verdict(passed=report.passed)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Smoke test of {escape(report.endpoint)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Smoke test of {escape(report.endpoint)}: {verdict}</h1>
<p>Model package <code>{escape(report.model_package_arn)}</code></p>
<h2>Checks</h2>
<table>
<thead><tr><th>Check</th><th>Verdict</th><th>What was seen</th></tr></thead>
<tbody>
{_checks(report)}
</tbody>
</table>
<h2>Latency of warm calls, in milliseconds</h2>
<p>p95 <b>{report.latency_p95_ms:.1f} ms</b>, p50 {report.latency_p50_ms:.1f} ms in round {report.latency_best_round} of
{len(report.latency_rounds_ms)}, the best one; the budget for p95 is <b>{report.latency_budget_ms} ms</b>.</p>
{_latency_chart(report)}
<h2>Golden rows</h2>
<table>
<thead><tr><th>Row</th><th class="number">At training</th><th class="number">From the endpoint</th>
<th class="number">Difference</th></tr></thead>
<tbody>
{"".join(_row(row) for row in report.rows)}</tbody>
</table>
</body>
</html>
"""


def _verdict(*, passed: bool) -> str:
    return '<span class="good">passed</span>' if passed else '<span class="bad">failed</span>'


def _checks(report: Report) -> str:
    return "\n".join(
        f"<tr><td>{escape(check.name)}</td><td>{_verdict(passed=check.passed)}</td><td>{escape(check.sentence)}</td></tr>"
        for check in report.checks
    )


def _row(row: Row) -> str:
    got, difference = ("no number", "") if row.got is None else (f"{row.got:.6g}", f"{row.got - row.expected:.2g}")
    cells = "".join(f'<td class="number">{cell}</td>' for cell in (f"{row.expected:.6g}", got, difference))
    return f"<tr><td><code>{escape(row.row)}</code></td>{cells}</tr>\n"


def _latency_chart(report: Report) -> str:
    """A bar for each call in the order of calls, with lines at p50, p95 and, where it is not far above, the budget."""
    calls = [
        (milliseconds, number == report.latency_best_round)
        for number, calls in enumerate(report.latency_rounds_ms, start=1)
        for milliseconds in calls
    ]
    highest = max(milliseconds for milliseconds, _ in calls)
    budget = report.latency_budget_ms if report.latency_budget_ms <= highest * 4 else 0
    top = max(highest, budget, 0.001) * 1.15
    step = (_RIGHT - _LEFT) / len(calls)
    bars = (
        f'<rect x="{_LEFT + index * step + 1:.1f}" y="{_y(value, top):.1f}" width="{max(step - 2, 1):.1f}" '
        f'height="{_FLOOR - _y(value, top):.1f}" fill="var(--bar)"{"" if best else _FAINT}>'
        f"<title>{value:.2f} ms</title></rect>"
        for index, (value, best) in enumerate(calls)
    )
    rounds = len(report.latency_rounds_ms)
    note = f"{len(calls)} calls in {rounds} {'round' if rounds == 1 else 'rounds'}, the best one in full colour"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Latency by call: {note}">\n'
        + "\n".join(chain(bars, _lines(report, top)))
        + f'\n<text x="{_LEFT}" y="{_HEIGHT - 8}">{note}</text>\n</svg>'
    )


def _lines(report: Report, top: float) -> Iterator[str]:
    """Each label has a place of its own, for the lines may lie close together."""
    p50, p95, budget = report.latency_p50_ms, report.latency_p95_ms, report.latency_budget_ms
    yield _line(p50, top, place=f'x="{_LEFT - 6}" text-anchor="end"', label=f"p50 {p50:.1f}")
    yield _line(p95, top, place=f'x="{_RIGHT + 6}"', label=f"p95 {p95:.1f}")
    if budget < top:
        yield _line(budget, top, place=f'x="{_LEFT + 4}" dy="-8"', label=f"budget {budget}")


def _y(value: float, top: float) -> float:
    return _FLOOR * (1 - value / top)


def _line(value: float, top: float, *, place: str, label: str) -> str:
    y = _y(value, top)
    return (
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" stroke-dasharray="4 3"/>'
        f'<text y="{y + 4:.1f}" {place}>{label}</text>'
    )
