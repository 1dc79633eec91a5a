"""`python -m smoke_aws [--yes] [--production] [--minutes 180] [--folder FOLDER] [--remove RUN]`: from the question to the report.

Progress goes to stderr, the report's place to stdout. Exit codes: 0 the loop came to its end and nothing is left; 1 it did not, or
something is left (the report says what); 2 wrong usage or settings; 3 not confirmed: nothing was touched; 130 it was interrupted,
and what it had made was removed.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra import ROOT
from infra.commands.clients import region_of
from infra.commands.costs.page import usd
from infra.commands.costs.price_list import read_prices
from infra.commands.instances import UnknownInstances, fleets, jobs
from infra.commands.pipeline_definition import NoDefinition, read_definition
from infra.settings import SettingsError
from smoke_aws.account import connect, identity, refuse_a_sandbox
from smoke_aws.commands import Commands
from smoke_aws.deadline import POLL, Deadline, SmokeFailure
from smoke_aws.doubts import believed, judged
from smoke_aws.evidence import Evidence
from smoke_aws.inspection import inspect
from smoke_aws.moments import Walk, tell
from smoke_aws.probes import probe
from smoke_aws.removal import command, removal_deadline, remove_all
from smoke_aws.report import write
from smoke_aws.settings import TAG, SmokeProject, price

DONE, STOPPED, MISUSED, NOT_CONFIRMED, INTERRUPTED = 0, 1, 2, 3, 130
_REFUSALS = (BotoCoreError, ClientError, WaiterError, SmokeFailure)


def main(argv: Sequence[str] | None = None) -> int:
    options = _parse(argv)
    try:
        if not options.in_sandbox:
            refuse_a_sandbox()
        project = SmokeProject.new() if options.remove is None else SmokeProject.of_run(options.remove)
        walk = _prepared(project, options)
        if options.remove is not None:
            return _remove(walk)
        if not _confirmed(walk, options):
            tell("Nothing was touched.")
            return NOT_CONFIRMED
    except (SettingsError, UnknownInstances, NoDefinition, ValueError) as error:
        tell(str(error))
        return MISUSED
    except _REFUSALS as error:
        tell(f"{error} (credentials and Region: make doctor)")
        return STOPPED
    return _check(walk, production=options.production, in_sandbox=options.in_sandbox)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m smoke_aws",
        description="Bring a model to staging on a real account, look at it, and remove it all.",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--production", action="store_true", help="go on to production; the default stops at staging")
    parser.add_argument(
        "--minutes", type=float, default=180.0, help="the loop ends after so many (default %(default)g)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(".smoke"), help="reports and checkouts (default %(default)s)"
    )
    parser.add_argument("--remove", metavar="RUN", help="remove what an earlier run left, and do nothing else")
    parser.add_argument("--in-sandbox", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(argv)


def _prepared(project: SmokeProject, options: argparse.Namespace) -> Walk:
    region = region_of(project.settings)
    if region is None:
        raise SmokeFailure("the check", 'no Region is set: set "region" in cdk.json, or export AWS_REGION=us-east-1')
    folder = (options.folder / project.run).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    project.write(folder)
    return Walk(
        project=project,
        client=connect(region),
        commands=Commands(folder, region),
        deadline=Deadline(options.minutes * 60, _poll(in_sandbox=options.in_sandbox)),
        evidence=Evidence(),
    )


def _poll(*, in_sandbox: bool) -> float:
    """What takes minutes there takes seconds here."""
    return 0.2 if in_sandbox else POLL


def _confirmed(walk: Walk, options: argparse.Namespace) -> bool:
    """Says who, where and for how much, before anything is made; asks, unless told not to."""
    settings = walk.project.settings
    stages = fleets(ROOT, settings) if options.production else fleets(ROOT, settings)[:1]
    prices = read_prices()
    amount, unpriced = price(prices, fleets=stages, jobs=jobs(read_definition(ROOT)))
    left_out = f", without {', '.join(unpriced)}, which have no price here" if unpriced else ""
    region, names = walk.commands.region, " and ".join(fleet.stage for fleet in stages)
    elsewhere = "" if region == prices.region else f"; {region} has prices of its own"
    tell(
        f"{identity(walk.client)} in {region}: this deploys the project {settings.project}, trains a model, brings it to {names}, "
        f"and removes it all. It ends within {options.minutes:g} minutes and the time that the removal takes.\n"
        f"It costs some {usd(amount)} at prices of {prices.region}{elsewhere}{left_out}.\n"
        f"All of it has {settings.project} in its name or carries the tag {TAG}={walk.project.run}."
    )
    if options.yes:
        return True
    if not sys.stdin.isatty():
        tell("Nobody is there to ask; to go on without: make smoke-aws YES=1")
        return False
    tell(f"Type {settings.project} to go on:")
    return input().strip() == settings.project


def _check(walk: Walk, *, production: bool, in_sandbox: bool) -> int:
    """The loop, then the removal in any case, then the report."""
    for name in (
        signal.SIGINT,
        signal.SIGTERM,
        signal.SIGHUP,
    ):  # a shell starts what runs in the background deaf to the first
        signal.signal(name, _interrupt)
    interrupted = False
    try:
        _loop(walk, production=production)
    except _REFUSALS as error:
        walk.evidence.failure = str(error)
        tell(f"It stopped at {error}")
    except KeyboardInterrupt:
        interrupted, walk.evidence.failure = True, "the wish of whoever started it"
        tell("Interrupted. What was made is removed now; a second interruption leaves the rest.")
    _removed(walk)
    page = _reported(walk, in_sandbox=in_sandbox)
    print(page)  # noqa: T201 (the result)
    if interrupted:
        return INTERRUPTED
    return STOPPED if walk.evidence.failure or walk.evidence.left else DONE


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _loop(walk: Walk, *, production: bool) -> None:
    probe(walk)
    walk.deploy()
    walk.first_builds()
    walk.put_data()
    walk.tag_endpoints()
    version = walk.train(walk.push())
    execution = walk.bring_to_staging(version)
    inspect(walk, version)
    if production:
        walk.bring_to_production(execution)


def _removed(walk: Walk) -> None:
    """Within a time of its own. Whatever goes wrong here is told with what removes the rest."""
    walk = _with_time_to_remove(walk)
    try:
        walk.evidence.left = remove_all(walk)
    except KeyboardInterrupt:
        walk.evidence.left = ["everything that was not removed yet: it was interrupted again"]
    except _REFUSALS as error:
        walk.evidence.left = [f"what could not be removed: {error}"]
    if walk.evidence.left:
        told = "\n".join(f"  {what}" for what in walk.evidence.left)
        tell(f"Left behind:\n{told}\nTo remove it: {command(walk.project.run)}")


def _with_time_to_remove(walk: Walk) -> Walk:
    deadline = removal_deadline(walk.deadline.poll)
    return Walk(
        project=walk.project, client=walk.client, commands=walk.commands, deadline=deadline, evidence=walk.evidence
    )


def _reported(walk: Walk, *, in_sandbox: bool) -> Path:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = "in a sandbox, which proves nothing about AWS" if in_sandbox else f"in {walk.commands.region}"
    head = f"Run {walk.project.run} {where}, ended {now}."
    doubts, beliefs = judged(ROOT / "README.md", walk.evidence), believed(walk.evidence)
    return write(walk.commands.folder, evidence=walk.evidence, doubts=doubts, beliefs=beliefs, head=head)


def _remove(walk: Walk) -> int:
    _removed(walk)
    return STOPPED if walk.evidence.left else DONE


if __name__ == "__main__":
    sys.exit(main())
