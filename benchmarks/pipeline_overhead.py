"""What the sandbox costs and saves: `python -m benchmarks.pipeline_overhead [--rounds N]`.

Two comparisons, each interleaved and after a warm-up. The abalone pipeline in the sandbox (definition published, cache off,
from StartPipelineExecution until it is Succeeded) against the same scripts in a shell; and five trivial steps against
five times `python step.py`. The result replaces the tables of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import bare, piped
from benchmarks.machine import machine, write_down
from benchmarks.prerequisites import make_prerequisites
from benchmarks.timing import Series, interleaved, table
from sandbox.demo.clients import connect, isolate
from sandbox.process import down, up

COMMAND = "python -m benchmarks.pipeline_overhead"


def main() -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds after the warm-up (default 7)")
    rounds = parser.parse_args().rounds
    if rounds < 1:
        parser.error("--rounds must be at least 1")
    isolate()
    with tempfile.TemporaryDirectory() as folder:
        abalone, trivial = measure(Path(folder), rounds)
    report = "\n".join(written(abalone, trivial, rounds))
    write_down("measured", report)
    sys.stdout.write(f"{report}\n")
    return 0


def measure(folder: Path, rounds: int) -> tuple[dict[str, Series], dict[str, Series]]:
    home = folder / "sandbox"
    settings = up(home)
    try:
        clients = connect(settings)
        prerequisites = make_prerequisites(clients)
        built = piped.built_definition(settings, prerequisites)
        image = built["Steps"][0]["Arguments"]["AppSpecification"]["ImageUri"]
        small = piped.trivial_definition(clients, prerequisites, image)
        role = prerequisites.role
        abalone = {
            "sandbox": piped.published(clients, "abalone-five", piped.five_steps(built), role),
            "bare": bare.abalone(folder / "bare", piped.hyper_parameters(built)),
        }
        trivial = {"sandbox": piped.published(clients, "trivial", small, role), "bare": bare.trivial()}
        return interleaved(abalone, rounds), interleaved(trivial, rounds)
    finally:
        down(home)


def written(abalone: dict[str, Series], trivial: dict[str, Series], rounds: int) -> list[str]:
    ratio = abalone["sandbox"].median / abalone["bare"].median
    overhead = (trivial["sandbox"].median - trivial["bare"].median) / 5 * 1000
    return [
        f"`{COMMAND} --rounds {rounds}`, {datetime.now(UTC):%d %B %Y}, {machine()}. {rounds} rounds each.",
        "",
        "Abalone: Preprocess, Train, Evaluate, QualityGate, RegisterModel, nothing cached.",
        "",
        *table(
            {
                "pipeline in the sandbox": abalone["sandbox"],
                "the same scripts, one after another in a shell": abalone["bare"],
            }
        ),
        "",
        f"**Ratio of the medians: {ratio:.2f}** (the aim: at most 0.5).",
        f"Round by round, where a neighbour's load cancels out: {abalone['sandbox'].paired(abalone['bare'])}.",
        "",
        "Five trivial processing steps in a row.",
        "",
        *table({"pipeline in the sandbox": trivial["sandbox"], "five times `python step.py`": trivial["bare"]}),
        "",
        f"**Overhead: {overhead:.0f} ms a step** (the aim: at most 50).",
    ]


if __name__ == "__main__":
    sys.exit(main())
