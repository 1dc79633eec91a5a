"""What the README and its pages promise exists: verbs, options, files, keys, and tests to select."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.outcome import Outcome, Prediction, Step

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "data/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text()
DEMO = (ROOT / "docs/demo.md").read_text()
TUTORIAL = (ROOT / "docs/tutorial.md").read_text()
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"decisions"}


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_to_files_resolve(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", prose(page))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_files_named_in_prose_exist(page: Path) -> None:
    """A path that begins with one of our folders, wherever it is quoted."""
    quoted = re.findall(r"`([\w.-]+/[\w./-]*)`", prose(page))
    paths = [path for path in quoted if path.partition("/")[0] in FOLDERS - {".sandbox"}]
    made = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert [path for path in paths if path not in made and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_make_verbs_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    verbs = set(re.findall(r"(?:`|\$ )make ([a-z-]+)", page.read_text()))
    assert verbs <= targets


def test_every_verb_of_the_makefile_explains_itself() -> None:
    told = subprocess.run(["make", "-C", ROOT, "help"], capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)[0].split()
    assert [target for target in targets if f"make {target}" not in told] == []


@pytest.mark.parametrize(
    ("module", "named"),
    [
        ("sandbox.demo", set(re.findall(r"(?:make demo ARGS=[\"']?|`)(--[a-z]+)", DEMO))),
        ("smoke_aws", set(re.findall(r"make smoke-aws ARGS=[\"']?(--[a-z]+)", README))),
        ("sandbox", set(re.findall(r"python -m sandbox ([a-z]+)", README + DEMO + TUTORIAL))),
    ],
)
def test_options_and_verbs_of_the_commands_exist(module: str, named: set[str]) -> None:
    helped = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert named
    assert [name for name in named if not re.search(rf"(?<![\w-]){name}\b", helped.stdout)] == []


def test_the_documents_keys_are_those_that_the_demo_writes() -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", DEMO, flags=re.DOTALL)[0])
    assert list(shown) == [field.name for field in fields(Outcome)]
    assert list(shown["predictions"][0]) == [field.name for field in fields(Prediction)]
    assert list(shown["steps"][0]) == [field.name for field in fields(Step)]


def test_the_words_that_select_tests_select_some() -> None:
    tests = [path for folder in ("tests", "model-build", "model-deploy") for path in (ROOT / folder).rglob("test_*.py")]
    names = [
        f"{path.stem}::{node.name}"
        for path in tests
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    words = re.findall(r'make test ARGS="-k (\w+)"', README + (ROOT / "CONTRIBUTING.md").read_text())
    assert words
    assert [word for word in words if not any(word in name for name in names)] == []


def shown_run(page: str) -> list[str]:
    return str(re.findall(r"```text\n(.*?)```", page, flags=re.DOTALL)[0]).splitlines()


def test_the_shown_run_is_one_of_this_demo() -> None:
    """Pasted from a real run; the moments must be those that the demo shows today."""
    shown = shown_run(DEMO)
    sources = "".join(path.read_text() for path in (ROOT / "sandbox/demo").glob("*.py"))
    moments = set(re.findall(r'moment\("([\w ]+)"\)', sources)) | {"Training", "Weekly run", "Data run"}
    assert moments - {"First build"} <= {line[:22].strip() for line in shown}
    assert any("From the push to production in" in line for line in shown)


def step_names(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        if step["Type"] != "Fail":
            yield step["Name"]
        for branch in ("IfSteps", "ElseSteps"):
            yield from step_names(step["Arguments"][branch] if step["Type"] == "Condition" else [])


def test_the_shown_run_and_the_picture_have_the_steps_of_the_pipeline() -> None:
    """A step that was added since the run was pasted asks for a new one, and for a box."""
    command = [sys.executable, "-m", "pipelines.get_pipeline_definition", "--without-aws"]
    printed = subprocess.run(command, cwd=ROOT / "model-build", capture_output=True, text=True, check=True).stdout
    steps = set(step_names(json.loads(printed)["Steps"]))
    assert steps - {line[:22].strip() for line in shown_run(DEMO)} == set()
    drawn = set(re.findall(r">(\w+)</text>", (ROOT / "docs/flow.svg").read_text()))
    assert steps - drawn == {"BatchGiven", "CreateModel"}  # the condition and the model of the batch have no box


def test_the_first_screen_shows_ten_lines_of_that_run_in_their_order() -> None:
    shown, whole = shown_run(README), iter(shown_run(DEMO))
    assert len(shown) == 10
    assert [line for line in shown if line not in whole] == []  # each is sought behind the one before
    assert README.index("```text") < 3000  # characters: nothing long stands before it
