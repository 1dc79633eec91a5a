"""No module, class or function is named by a metaphor: words that we no longer use, each with the plain one.

What still has such a name is listed, and the list only gets shorter: a name that is not on it fails, and so does a line of it
whose name has gone. A test function is a sentence, and free.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLAIN = {
    "afterlife": "failure destinations",
    "bury": "send to the dead-letter queue",
    "courier": "delivery queue",
    "farewell": "closing lines",
    "ground": "what it is: ARNs, prerequisites",
    "letters": "deliveries; dead letters are SQS's own",
    "moments": "due times; steps of a walk",
    "office": "deliveries",
    "scene": "context",
    "surroundings": "context",
    "unheard": "discard",
    "world": "what it is: an account, a registry, pipelines",
}
TERMS = ("dead_letters", "DeadLetters")  # AWS's
STILL_THERE = {
    "sandbox/demo/moments": "moments",
    "sandbox/demo/scene.py": "Scene scene",
    "smoke_aws/moments.py": "moments",
    "tests/e2e/moments": "moments",
    "tests/faults/world.py": "world",
    "tests/infra/functions/data_world.py": "DataWorld data_world",
    "tests/infra/functions/deploy_world.py": "DeployWorld deploy_world world_with",
    "tests/infra/functions/notice_world.py": "NoticeWorld notice_world",
    "tests/infra/functions/retraining_world.py": "RetrainingWorld retraining_world",
    "tests/infra/functions/test_notices.py": "world",
    "tests/infra/functions/test_notices_of_versions.py": "world",
    "tests/infra/functions/test_review.py": "World",
    "tests/infra/teardown/test_teardown.py": "world",
    "tests/infra/teardown/world.py": "World world",
    "tests/permissions/baseline.py": "moments_of",
    "tests/sandbox/codepipeline/conftest.py": "world",
    "tests/sandbox/codepipeline/world.py": "World world",
    "tests/sandbox/delivery/test_timetable.py": "World world",
    "tests/sandbox/pipelines/conftest.py": "world",
    "tests/sandbox/pipelines/world.py": "world",
    "tests/sandbox/sagemaker/test_sagemaker_events.py": "World world",
    "tests/verifiers/promises/ground.py": "ground",
}


def words(name: str) -> set[str]:
    """`DataWorld`, `data_world` and `_data_world` are data and world."""
    for term in TERMS:
        name = name.replace(term, "")
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def names(path: str) -> Iterator[tuple[str, str]]:
    """A folder or module and its name, then the classes and functions in it."""
    file = Path(path)
    yield from ((str(folder), folder.name) for folder in file.parents)
    yield path, file.stem
    defined = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, defined) and not node.name.startswith("test_"):
            yield path, node.name


def test_no_name_is_a_metaphor_but_those_that_are_still_there() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = {
        (path, name): PLAIN[word]
        for file in listed.splitlines()
        if (ROOT / file).is_file()
        for path, name in names(file)
        for word in words(name) & PLAIN.keys()
    }
    kept = {(path, name) for path, each in STILL_THERE.items() for name in each.split()}
    assert {
        f"{path}: {name} (better: {plain})" for (path, name), plain in found.items() if (path, name) not in kept
    } == set()
    assert kept - found.keys() == set(), "these have gone: take them off the list"


def test_a_name_is_read_word_by_word() -> None:
    assert words("_DataWorld") == words("data_world") == {"data", "world"}
    assert words("background") == {"background"}
    assert words("of_dead_letters") == {"of"}
