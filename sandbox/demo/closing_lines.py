"""The demo's last lines: what is live, what took how long, where the reports are, and how to go on."""

from __future__ import annotations

import sys
from pathlib import Path

from sandbox.demo.layout import Layout
from sandbox.demo.moments.approver import SMOKE_TEST_PAGE
from sandbox.demo.moments.registered import EVALUATION_PAGE
from sandbox.demo.outcome import Outcome
from sandbox.demo.screen import Screen, told


def closing_lines(outcome: Outcome, layout: Layout, screen: Screen, *, keep: bool) -> None:
    screen.line("")
    screen.line(f"live        {_history(outcome)}")
    screen.line(f"mse         {outcome.metrics['mse']:.3f} on the test rows (the gate is at 6.0)")
    reports = layout.reports_of(outcome.model_package_arn)
    screen.line(f"evaluation  {_shown(reports / EVALUATION_PAGE)}")
    screen.line(f"smoke test  {_shown(reports / SMOKE_TEST_PAGE)}")
    screen.line(f"document    {_shown(layout.document)}")
    cached = [step.name for step in outcome.steps if step.cached]
    reused = f"; the training took {', '.join(cached)} from the cache of an earlier run" if cached else ""
    screen.line(
        f"\nFrom the push to production in {_until_production(outcome):.1f} s; all in {outcome.seconds:.1f} s{reused}."
    )
    for line in running(outcome, layout) if keep else stopped(layout):
        screen.line(line)


def stopped(layout: Layout) -> list[str]:
    return [f"The sandbox is stopped and remembers everything; both endpoints come back with: {up_command(layout)}"]


def running(outcome: Outcome, layout: Layout) -> list[str]:
    """Commands that work as they stand: `aws` is the one beside our Python, which takes a body as it is written."""
    row = told(outcome.predictions[0])[0]
    aws = _shown(Path(sys.executable).with_name("aws"))
    return [
        "The sandbox goes on. To talk to it from a shell, with the AWS command line:",
        f'  eval "$({python()} -m sandbox env --home {layout.home})"',
        f"  {aws} sagemaker-runtime invoke-endpoint --endpoint-name {outcome.prod_endpoint} \\",
        f"    --content-type text/csv --body '{row}' /dev/stdout",
        f"What each role was allowed, and used: {python()} -m sandbox permissions --home {layout.home}",
        f"Stop it with: {python()} -m sandbox down --home {layout.home}",
    ]


def up_command(layout: Layout) -> str:
    return f"{python()} -m sandbox up --home {layout.home}"


def python() -> str:
    """The interpreter that has everything installed, as one would type it here."""
    return _shown(Path(sys.executable))


def _history(outcome: Outcome) -> str:
    """The versions that were in production, one after another; the last one is."""
    first = outcome.promotions[0].live_before
    versions = [*([first] if first else []), *(each.live_after for each in outcome.promotions)]
    numbers = ", then ".join(f"version {arn.rpartition('/')[2]}" for arn in versions)
    return f"{outcome.model_package_arn} ({numbers})" if len(versions) > 1 else outcome.model_package_arn


def _until_production(outcome: Outcome) -> float:
    """From the push until the first prediction: the titles come again for the older version."""
    titles = [each.title for each in outcome.moments]
    push, prediction = titles.index("Push"), titles.index("Prediction")
    return sum(each.seconds for each in outcome.moments[push : prediction + 1])


def _shown(path: Path) -> str:
    """Relative where that is shorter: it can be clicked on in most terminals either way."""
    return str(path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path)
