import re
import subprocess
from pathlib import Path

import pytest

from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY, Layout
from sandbox.demo.moments.checkout import CHANGED, Checkout, change, git_environment

HYPERPARAMETERS = REPOSITORY / "model-build" / CHANGED


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare repository with the file that the demo changes, on branch main."""
    seed, bare = tmp_path / "seed", tmp_path / "remote.git"
    (seed / CHANGED).parent.mkdir(parents=True)
    (seed / CHANGED).write_bytes(HYPERPARAMETERS.read_bytes())
    git(tmp_path, "init", "--quiet", "--initial-branch", "main", str(seed))
    git(seed, "add", ".")
    git(seed, "commit", "--quiet", "--message", "Seed")
    git(tmp_path, "clone", "--quiet", "--bare", str(seed), str(bare))
    return bare


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", **git_environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def eta(text: str) -> str:
    found = re.search(r"eta: float = ([0-9.]+)", text)
    assert found
    return found[1]


def test_a_push_changes_the_learning_rate_and_nothing_else(remote: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    commit = Checkout(str(remote), "main", Layout(home)).push_change()
    assert git(remote, "rev-parse", "main").strip() == commit.id
    assert git(remote, "diff", "--stat", "main~1", "main").count("|") == 1
    pushed = git(remote, "show", f"main:{CHANGED}")
    assert eta(pushed) != eta(HYPERPARAMETERS.read_text())
    assert git(remote, "log", "-1", "--format=%s").strip() == commit.subject


def test_a_second_push_begins_from_what_is_there_and_changes_it_again(remote: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    checkout = Checkout(str(remote), "main", Layout(home))
    first, second = checkout.push_change(), checkout.push_change()
    assert git(remote, "rev-parse", "main~1", "main").split() == [first.id, second.id]
    assert git(remote, "show", f"main:{CHANGED}") == HYPERPARAMETERS.read_text()


def test_a_failed_push_is_told_in_gits_own_words(tmp_path: Path) -> None:
    with pytest.raises(DemoFailure, match=r"nowhere\.git") as failed:
        Checkout(str(tmp_path / "nowhere.git"), "main", Layout(tmp_path)).push_change()
    assert failed.value.where == "git clone"


def test_a_repository_without_the_line_is_told_where_it_was_looked_for() -> None:
    with pytest.raises(DemoFailure, match=re.escape(f"model-build/{CHANGED} has no line")):
        change("seed: int = 1\n")
