"""The bare contenders: the same scripts with the same arguments, one after another in a shell, and nothing around them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.demo.children import clean_environment
from sandbox.demo.layout import REPOSITORY
from sandbox.demo.moments.inputs import DATA

BUILD = REPOSITORY / "model-build"
ABALONE = BUILD / "pipelines" / "abalone" / "containers"
STEPS = Path(__file__).with_name("steps")
THRESHOLD = "6.0"


def trivial() -> Callable[[], None]:
    return _shell([[sys.executable, str(STEPS / "trivial.py")]] * 5, {})


def abalone(work: Path, hyper_parameters: Mapping[str, str]) -> Callable[[], None]:
    """Preprocess, train, pack, evaluate, gate, register; each script its own process, as in the pipeline."""
    splits = {name: work / name for name in ("train", "validation", "test")}
    model, output, source = work / "model", work / "evaluation", work / "data"
    for folder in (*splits.values(), model, output, source, work / "output"):
        folder.mkdir(parents=True, exist_ok=True)
    (source / DATA.name).write_bytes(DATA.read_bytes())
    python, report = sys.executable, str(output / "evaluation.json")
    into = [part for name, folder in splits.items() for part in (f"--{name}", str(folder))]
    chosen = [part for name, value in hyper_parameters.items() for part in (f"--{name}", value)]
    commands = [
        [python, str(ABALONE / "preprocess.py"), "--input", str(source), *into],
        [python, str(ABALONE / "train.py"), *chosen],
        ["tar", "-C", str(model), "-czf", str(work / "model.tar.gz"), "model.json", "golden.json", "code"],
        [python, str(ABALONE / "evaluate.py"), *_arguments(work, splits["test"], output)],
        [python, str(STEPS / "gate.py"), report, THRESHOLD],
        [python, str(STEPS / "register.py"), str(model / "model.json"), report, str(work / "registry.jsonl")],
    ]
    return _shell(commands, _training_variables(work, splits, model))


def _arguments(work: Path, test: Path, output: Path) -> list[str]:
    return ["--model", str(work), "--test", str(test), "--output", str(output)]


def _training_variables(work: Path, splits: Mapping[str, Path], model: Path) -> dict[str, str]:
    """What the container's toolkit would set for the training script."""
    channels = {f"SM_CHANNEL_{name.upper()}": str(splits[name]) for name in ("train", "validation")}
    return {
        "SM_MODEL_DIR": str(model),
        "SM_OUTPUT_DATA_DIR": str(work / "output"),
        "SM_OUTPUT_DIR": str(work),
        **channels,
    }


def _shell(commands: Sequence[Sequence[str]], variables: Mapping[str, str]) -> Callable[[], None]:
    script = " && ".join(shlex.join(command) for command in commands)
    environment = clean_environment() | {"PYTHONPATH": os.fspath(BUILD), **variables}

    def run() -> None:
        subprocess.run(["sh", "-c", script], env=environment, check=True, stdout=subprocess.DEVNULL)

    return run
