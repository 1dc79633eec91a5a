"""`python -m sandbox.demo [--home FOLDER] [--json] [--keep]`.

Exit codes: 0 done; 1 something failed, told in one paragraph; 2 wrong usage, or another demo holds the home; 130 it was
interrupted. With --json stdout holds the document of .sandbox/demo.json and nothing else, and progress goes to stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from rich.console import Console

from sandbox.demo.failure import GO_ON, DemoFailure
from sandbox.demo.farewell import farewell
from sandbox.demo.layout import DEFAULT_HOME, Layout
from sandbox.demo.live_screen import LiveScreen
from sandbox.demo.outcome import write_document
from sandbox.demo.screen import PlainScreen, Screen
from sandbox.demo.walk import walk
from sandbox.process import down

INTERRUPTED = 130
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(argv: Sequence[str] | None = None) -> int:
    options = _parse(argv)
    layout = Layout(options.home)
    screen = _screen(json=options.json)
    for name in _ENDING:
        signal.signal(name, _interrupt)
    try:
        with layout.held():
            return _demonstrate(layout, screen, options)
    except DemoFailure as failure:
        sys.stderr.write(f"\n{failure}\n")
        return failure.exit_code
    except KeyboardInterrupt:
        sys.stderr.write(f"\nStopped, and all that it had started. {layout.home} keeps its state. To go on: {GO_ON}\n")
        return INTERRUPTED
    except OSError as error:
        sys.stderr.write(f"\nThe demo stopped: {error}. Mend that, then go on with: {GO_ON}\n")
        return 1


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.demo",
        description="From the abalone data to a production endpoint, on this machine.",
    )
    parser.add_argument("--home", type=Path, default=DEFAULT_HOME, help="the demo's own folder (default: %(default)s)")
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
        outcome = walk(layout, screen)
        write_document(outcome, layout.document)
        farewell(outcome, layout, screen, keep=options.keep)
        kept = options.keep
    finally:
        if not kept:
            _stop(layout)
    if options.json:
        sys.stdout.write(outcome.document())
    return 0


def _stop(layout: Layout) -> None:
    """Stopping is short; a second Ctrl-C must not cut it shorter and leave a sandbox behind."""
    for name in _ENDING:
        signal.signal(name, signal.SIG_IGN)
    with contextlib.suppress(ProcessLookupError):
        down(layout.home)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
