"""`python -m infra.commands.teardown`: prints what goes, asks, and removes what must go before `cdk destroy`.

With `--retained` it removes what must go after it. The plan goes to stdout, what was done to stderr. Exit codes: 0 done,
1 something could not be removed (run it again), 2 wrong usage or settings, 3 not confirmed: nothing was touched.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.commands.clients import ClientOf, clients
from infra.commands.closed_pipe import until_reader_leaves
from infra.commands.teardown.inventory import existing, look
from infra.commands.teardown.plan import PIPELINES, Half, Removal, plan, told
from infra.commands.teardown.removal import remove
from infra.settings import Settings, SettingsError, read_context

_NOT_CONFIRMED = 3


def main() -> int:
    arguments = _parser().parse_args()
    try:
        settings = Settings.from_context(read_context(arguments.settings))
        client = clients(settings)
        removals = plan(look(client, settings))
        half = Half.AFTER if arguments.retained else Half.BEFORE
        if not arguments.retained:
            stacks = existing(client, settings)
            _tell(removals, stacks=stacks, settings=settings)
            if (removals or stacks) and not arguments.yes and not _confirmed(settings.project):
                _say("Nothing was touched.")
                return _NOT_CONFIRMED
        return _carry_out(client, [removal for removal in removals if removal.half is half])
    except SettingsError as error:
        _say(str(error))
        return 2
    except (BotoCoreError, ClientError) as error:
        _say(f"teardown: {error} (credentials and region: `make doctor`)")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.commands.teardown", description="What `make destroy` removes."
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--retained", action="store_true", help="what the stacks left: repositories, data, models, registry, key"
    )
    parser.add_argument(
        "--settings", type=Path, default=ROOT / "cdk.json", help="of another project (default: cdk.json)"
    )
    return parser


def _tell(removals: list[Removal], *, stacks: list[str], settings: Settings) -> None:
    lines = told(removals, stacks=stacks) or [f"Nothing of {settings.project} is there."]
    print("\n".join(lines), flush=True)  # noqa: T201 (the result; whoever does not read it has nothing removed)
    for stage in settings.foreign_stages:
        stack = settings.names.endpoint(stage.name)
        _say(
            f"Not here: the stack {stack} of account {stage.account}. Delete it first, with that account's credentials."
        )


def _confirmed(project: str) -> bool:
    if not sys.stdin.isatty():
        _say("Nobody is there to ask; to go on without: make destroy YES=1")
        return False
    _say(f"Models and data cannot be brought back. Type {project} to go on:")
    return input().strip() == project


def _carry_out(client: ClientOf, removals: list[Removal]) -> int:
    failed = 0
    for removal in removals:
        if failed and removal.kind == PIPELINES:
            continue  # its executions are how the next run finds what this one could not remove
        try:
            remove(client, removal)
        except (BotoCoreError, ClientError, RuntimeError) as error:
            _say(f"Could not {removal.sentence}: {error}")
            failed = 1
        else:
            _say(f"Done: {removal.sentence}")
    if failed:
        _say("Run `make destroy` again: it goes on with what is left.")
    return failed


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 (a command line speaks)


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
