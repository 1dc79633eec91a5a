"""What the loop adds: `python -m benchmarks.push_to_production [--rounds N]`.

A deployed project in a sandbox of its own; each round is a `git push` to model-build up to the first prediction from production,
with approvals given at once, and then the same commands bare. One round of each goes before, which fills the caches of packages and
bytecode. The result replaces its tables in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bare_loop import BareLoop, cloned
from benchmarks.loop import Lap, Loop, deployed, let_data_settle
from benchmarks.machine import machine, write_down
from benchmarks.timing import Series, table
from sandbox.demo.clients import isolate
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import Layout
from sandbox.demo.screen import PlainScreen
from sandbox.process import down, up

COMMAND = "python -m benchmarks.push_to_production"
AIM = 30  # seconds more than the bare scripts


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds after the warm-up (default 5)")
    rounds = parser.parse_args().rounds
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    isolate()
    with tempfile.TemporaryDirectory() as folder:
        try:
            laps, parts = measure(Path(folder), rounds)
        except DemoFailure as failure:
            sys.stderr.write(f"{failure.where}: {failure.reason}\n")
            return 1
    report = "\n".join(written(laps, parts))
    write_down("loop", report)
    sys.stdout.write(f"{report}\n")
    return 0


def measure(folder: Path, rounds: int) -> tuple[list[Lap], list[dict[str, float]]]:
    layout = Layout(folder / "sandbox")
    settings = up(layout.home)
    try:
        loop = deployed(layout, settings, PlainScreen(sys.stderr))
        loop.lap()
        let_data_settle(loop.scene)
        bare = cloned(loop.scene, folder / "bare")
        bare.lap()
        return _interleaved(loop, bare, rounds)
    finally:
        down(layout.home)


def _interleaved(loop: Loop, bare: BareLoop, rounds: int) -> tuple[list[Lap], list[dict[str, float]]]:
    laps, parts = [], []
    for number in range(1, rounds + 1):
        laps.append(loop.lap())
        parts.append(bare.lap())
        seconds = f"loop {laps[-1].seconds:.1f} s, bare {sum(parts[-1].values()):.1f} s"
        sys.stderr.write(f"round {number}: {seconds}\n")
    return laps, parts


def written(laps: Sequence[Lap], parts: Sequence[Mapping[str, float]]) -> list[str]:
    whole = Series(tuple(lap.seconds for lap in laps))
    bare = Series(tuple(sum(part.values()) for part in parts))
    more = Series(tuple(one - other for one, other in zip(whole.seconds, bare.seconds, strict=True)))
    return [
        f"`{COMMAND} --rounds {len(laps)}`, {datetime.now(UTC):%d %B %Y}, {machine()}. {len(laps)} rounds each.",
        "",
        *table(
            {
                "from `git push` to the first prediction from production": whole,
                "the same commands, one after another in a shell": bare,
                "the difference, round by round": more,
            }
        ),
        "",
        f"**The loop takes {more.median:.0f} s more than the bare scripts** (the aim: at most {AIM}).",
        "",
        "Where the loop's time goes:",
        "",
        *table(_by_name([lap.moments for lap in laps])),
        "",
        "Its five builds, phase by phase, added up:",
        "",
        *table(_by_name([lap.phases for lap in laps])),
        "",
        "The bare scripts:",
        "",
        *table(_by_name(parts)),
    ]


def _by_name(rounds: Sequence[Mapping[str, float]]) -> dict[str, Series]:
    return {name: Series(tuple(each[name] for each in rounds)) for name in rounds[0]}


if __name__ == "__main__":
    sys.exit(main())
