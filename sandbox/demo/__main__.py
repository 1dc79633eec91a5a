"""`python -m sandbox.demo [--until production] [--home FOLDER] [--data CSV] [--json] [--keep]`.

Exit codes: 0 done; 1 something failed, told in one paragraph; 2 wrong usage, or another demo holds the home; 130 it was
interrupted; 141 whoever reads the output closed the pipe. With --json stdout holds the document of .sandbox/demo.json and
nothing else, and progress goes to stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sandbox.closed_pipe import until_reader_leaves
from sandbox.demo import interrupts
from sandbox.demo.clients import isolate, refusals
from sandbox.demo.closing_lines import closing_lines
from sandbox.demo.failure import DemoFailure, HomeIsHeld
from sandbox.demo.layout import DEFAULT_HOME, Layout, demo_command
from sandbox.demo.live_screen import LiveScreen
from sandbox.demo.moments.inputs import DATA
from sandbox.demo.outcome import write_document
from sandbox.demo.screen import PlainScreen, Screen
from sandbox.demo.walk import walk
from sandbox.process import down

FAILED, HELD, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    options = _parse(argv)
    layout, command = Layout(options.home), demo_command(options.home)
    screen = _screen(json=options.json)
    isolate()
    interrupts.listen()
    try:
        with layout.held():
            return _demonstrate(layout, screen, options)
    except HomeIsHeld as held:
        sys.stderr.write(f"{held}\n")
        return HELD
    except DemoFailure as failure:
        sys.stderr.write(f"\n{failure.paragraph(command)}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write(
            f"\nStopped, and all that it had started. {layout.home} keeps its state. To go on: {command}\n"
        )
        return INTERRUPTED
    except BrokenPipeError:  # an OSError too, but nothing to mend
        raise
    except OSError as error:
        sys.stderr.write(f"\nThe demo stopped: {error}. Mend that, then go on with: {command}\n")
        return FAILED


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.demo",
        description="From a push to a production endpoint, and through the week after, on this machine.",
    )
    parser.add_argument(
        "--until", choices=["production"], help="stop there: without the week, new data and the older version"
    )
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME, help="the demo's own folder (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=DATA, help="other rows of the same form (default: abalone.csv)")
    parser.add_argument("--json", action="store_true", help="print the resulting document, and nothing else, on stdout")
    parser.add_argument("--keep", action="store_true", help="leave the sandbox running, with both endpoints in service")
    return parser.parse_args(argv)


def _screen(*, json: bool) -> Screen:
    console = Console(stderr=json)
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveScreen(console)
    return PlainScreen(sys.stderr if json else sys.stdout)


def _demonstrate(layout: Layout, screen: Screen, options: argparse.Namespace) -> int:
    kept = False
    try:
        with refusals("the demo", layout):
            outcome = walk(layout, screen, options.data, whole=options.until is None)
        write_document(outcome, layout.document)
        closing_lines(outcome, layout, screen, keep=options.keep)
        kept = options.keep
    finally:
        if not kept:
            _stop(layout)
    if options.json:
        sys.stdout.write(outcome.document())
    return 0


def _stop(layout: Layout) -> None:
    interrupts.ignore()
    with contextlib.suppress(ProcessLookupError):
        down(layout.home)


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
