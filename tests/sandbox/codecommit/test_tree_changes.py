"""Whatever a request asks for, a tree stays a tree: either it is refused by name, or Git can hold the result."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.codecommit import trees
from sandbox.codecommit.changes import Changes, Put, changed
from sandbox.codecommit.git import Git
from sandbox.codecommit.paths import checked, folders
from sandbox.codecommit.trees import File, Signature
from sandbox.errors import DeclaredError

PATHS = st.lists(st.sampled_from(["a", "b", ".gitkeep"]), min_size=1, max_size=3).map("/".join)
BLOB = "1" * 40
EMPTY = "e" * 40


def is_a_tree(paths: set[str]) -> bool:
    return not any(folder in paths for path in paths for folder in folders(path))


@given(st.sets(PATHS).filter(is_a_tree), st.lists(PATHS, max_size=4), st.lists(PATHS, max_size=4), st.booleans())
def test_a_change_is_refused_or_done_and_never_breaks_the_tree(
    before: set[str], put: list[str], delete: list[str], keep: bool
) -> None:
    tree = {path: File(mode="100644", id="0" * 40) for path in before}
    changes = Changes(put=[Put(path=path, blob=BLOB) for path in put], delete=delete, keep_empty_folders=keep)
    try:
        after = changed(tree, changes, empty_blob=EMPTY)
    except DeclaredError as error:
        assert error.code.endswith("Exception")
        return
    assert is_a_tree(set(after))
    assert all(after[path].id == BLOB for path in put)
    placed = {path for path, file in after.items() if file.id == EMPTY}
    assert set(after) == ((before - {*delete}) | {*put} | placed)
    assert keep or not placed


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> Git:
    made = Git(tmp_path_factory.mktemp("codecommit") / "r.git")
    made.initialise("main")
    return made


SEGMENTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", ".", "..", ".git", ".GIT", "git~1", ".git ", ".git.", ".git::$I", "a\\b", '"']),
)


@settings(max_examples=40)
@given(path=st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join))
def test_a_path_that_is_taken_is_one_that_git_keeps(git: Git, path: str) -> None:
    try:
        relative = checked(path)
    except DeclaredError as error:
        assert error.code in ("PathRequiredException", "InvalidPathException")
        return
    after = {relative: File(mode="100644", id=trees.write_blob(git, b"x"))}
    by = Signature(name="A", email="", when=0)
    commit, _ = trees.commit(git, parent=None, before={}, after=after, signature=by, message="m")
    assert trees.read(git, commit) == after
