"""What a pipeline gets of a commit: its files, whole, with their modes, and the same bytes each time."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from sandbox.codecommit import repositories, trees
from sandbox.codecommit.archive import archive
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import File, Signature
from sandbox.errors import DeclaredError
from sandbox.events import Event


def commit(codecommit: CodeCommit, files: dict[str, tuple[bytes, str]]) -> str:
    git = codecommit.git("r")
    after = {path: File(mode=mode, id=trees.write_blob(git, content)) for path, (content, mode) in files.items()}
    by = Signature(name="A", email="", when=1_700_000_000)
    return trees.commit(git, parent=None, before={}, after=after, signature=by, message="m")[0]


def test_an_archive_has_the_files_with_their_modes_and_nothing_else(codecommit: CodeCommit) -> None:
    files = {
        "README.md": (b"\x00\r\n binary \n", "100644"),
        ".gitattributes": (b"README.md export-ignore\n", "100644"),
        "empty": (b"", "100644"),
        "src/same": (b"", "100644"),
        "src/gr\u00fc\u00df e.sh": (b"#!/bin/sh\n", "100755"),
        "link": (b"README.md", "120000"),
    }
    made = archive(codecommit, repository="r", commit=commit(codecommit, files))
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        members = {each.filename: (opened.read(each), f"{each.external_attr >> 16:o}") for each in opened.infolist()}
    assert members == {**files, "link": (b"README.md", "100644")}  # a text file with the link's target


def test_one_commit_is_packed_to_the_same_bytes_each_time(codecommit: CodeCommit) -> None:
    made = commit(codecommit, {"b": (b"b", "100644"), "a": (b"a", "100755")})
    packed = archive(codecommit, repository="r", commit=made)
    assert packed == archive(codecommit, repository="r", commit=made)


@pytest.mark.parametrize("specifier", ["main", "0" * 40, "--all", ""])
def test_only_a_whole_commit_id_names_a_commit(codecommit: CodeCommit, specifier: str) -> None:
    content = base64.b64encode(b"a").decode()
    codecommit.call("PutFile", {"repositoryName": "r", "branchName": "main", "filePath": "a", "fileContent": content})
    with pytest.raises(DeclaredError, match="Could not find commit") as refused:
        archive(codecommit, repository="r", commit=specifier)
    assert refused.value.code == "CommitIdDoesNotExistException"


@pytest.mark.parametrize("name", ["..", ".git"])
def test_a_path_that_leads_elsewhere_is_refused(codecommit: CodeCommit, name: str) -> None:
    git = codecommit.git("r")
    tree = git.run("mktree", stdin=f"100644 blob {trees.write_blob(git, b'x')}\t{name}\n".encode()).decode().strip()
    people = {f"GIT_{role}_{what}": "a" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    made = git.run("commit-tree", tree, environment=people).decode().strip()
    with pytest.raises(DeclaredError, match="No file of a repository can have the path"):
        archive(codecommit, repository="r", commit=made)


def test_a_repository_that_a_stack_fills_says_that_its_branch_was_created(
    codecommit: CodeCommit, emitted: list[Event]
) -> None:
    repositories.create(codecommit, {"repositoryName": "seeded"}, files={"a": b"a"}, branch="trunk")
    tip = codecommit.git("seeded").branches()["trunk"]
    details = [{name: event.detail.get(name) for name in ("event", "commitId", "referenceName")} for event in emitted]
    assert details == [{"event": "referenceCreated", "commitId": tip, "referenceName": "trunk"}]
    with pytest.raises(DeclaredError, match="already exists"):
        repositories.create(codecommit, {"repositoryName": "seeded"}, files={"a": b"b"}, branch="trunk")
    assert len(emitted) == 1
