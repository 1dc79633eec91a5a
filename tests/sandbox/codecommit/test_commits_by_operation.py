"""PutFile, DeleteFile and CreateCommit make real commits, tell EventBridge, and lose nobody's."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.codecommit.gits import Repository

FILES = [
    {"filePath": "README.md", "fileContent": b"# One\n"},
    {"filePath": "src/a.py", "fileContent": b"print(1)\n"},
    {"filePath": "run.sh", "fileContent": b"#!/bin/sh\n", "fileMode": "EXECUTABLE"},
]


@pytest.fixture
def empty(client: ClientOf) -> Repository:
    return Repository(client)


@pytest.fixture
def repository(empty: Repository) -> Repository:
    """With one commit on main, whose event was heard."""
    empty.call("create_commit", branchName="main", putFiles=FILES)
    empty.heard(1)
    return empty


def refused(repository: Repository, operation: str, **request: Any) -> str:
    """The code of the refusal, which must have changed nothing."""
    before = repository.tip()
    with pytest.raises(ClientError) as error:
        repository.call(operation, branchName="main", **{"parentCommitId": before, **request})
    assert repository.tip() == before
    return str(error.value.response["Error"]["Code"])


def put(path: str, content: bytes = b"x", **more: Any) -> dict[str, Any]:
    return {"filePath": path, "fileContent": content, **more}


def test_the_first_commit_of_an_empty_repository_makes_its_branch_the_default(empty: Repository) -> None:
    made = empty.call("put_file", branchName="trunk", filePath="a/b.txt", fileContent=b"b", name="Bo", email="bo@x.org")
    (event,) = empty.heard(1)
    assert (event["detail"]["event"], event["detail"]["referenceName"]) == ("referenceCreated", "trunk")
    assert event["detail"]["commitId"] == made["commitId"] == empty.tip("trunk")
    assert empty.call("get_repository")["repositoryMetadata"]["defaultBranch"] == "trunk"
    commit = empty.call("get_commit", commitId=made["commitId"])["commit"]
    assert (commit["parents"], commit["treeId"]) == ([], made["treeId"])
    assert (commit["author"]["name"], commit["author"]["email"]) == ("Bo", "bo@x.org")
    assert abs(int(commit["author"]["date"].split(" ")[0]) - time.time()) < 60
    assert empty.call("get_blob", blobId=made["blobId"])["content"] == b"b"


def test_an_edit_of_one_file_is_a_commit_that_a_clone_sees(repository: Repository, tmp_path: Path) -> None:
    clone, before = repository.clone(tmp_path / "clone"), repository.tip()
    made = repository.call(
        "put_file", branchName="main", filePath="/README.md", fileContent=b"# Two\n", parentCommitId=before
    )
    clone.git("pull", "--quiet", "--ff-only")
    assert (clone.folder / "README.md").read_bytes() == b"# Two\n"
    assert (clone.folder / "run.sh").stat().st_mode & 0o100
    assert clone.git("log", "-1", "--format=%H %P %s").stdout.strip() == f"{made['commitId']} {before} Edit README.md"
    (event,) = repository.heard(1)
    assert event["detail"]["event"] == "referenceUpdated"
    assert (event["detail"]["oldCommitId"], event["detail"]["commitId"]) == (before, made["commitId"])


def test_the_author_is_the_caller_unless_one_is_named(repository: Repository, client: ClientOf) -> None:
    commit = repository.call("get_commit", commitId=repository.tip())["commit"]
    assert commit["author"]["name"] == client("sts").get_caller_identity()["Arn"]
    assert commit["committer"]["email"] == ""


def test_one_commit_puts_moves_copies_deletes_and_sets_modes(repository: Repository, tmp_path: Path) -> None:
    made = repository.call(
        "create_commit",
        branchName="main",
        parentCommitId=repository.tip(),
        authorName="Bo",
        commitMessage="Do much\n",
        putFiles=[
            put("new.txt", b"new"),
            {"filePath": "lib/a.py", "sourceFile": {"filePath": "src/a.py", "isMove": True}},
            {"filePath": "copy.sh", "sourceFile": {"filePath": "run.sh"}},
        ],
        deleteFiles=[{"filePath": "README.md"}],
        setFileModes=[{"filePath": "run.sh", "fileMode": "NORMAL"}],
        keepEmptyFolders=True,
    )
    listed = {kind: [row["absolutePath"] for row in made[kind]] for kind in made if kind.startswith("files")}
    assert listed == {
        "filesAdded": ["copy.sh", "lib/a.py", "new.txt", "src/.gitkeep"],
        "filesUpdated": ["run.sh"],
        "filesDeleted": ["README.md", "src/a.py"],
    }
    clone = repository.clone(tmp_path / "clone")
    lines = clone.git("ls-files", "--format=%(objectmode) %(path)").stdout.splitlines()
    modes = {path: mode for mode, _, path in (line.partition(" ") for line in lines)}
    assert modes == {
        "copy.sh": "100755", "lib/a.py": "100644", "new.txt": "100644", "run.sh": "100644", "src/.gitkeep": "100644"
    }  # fmt: skip
    assert (clone.folder / "lib/a.py").read_bytes() == b"print(1)\n"
    assert (clone.folder / "src/.gitkeep").read_bytes() == b""


def test_a_deleted_file_takes_its_empty_folders_along_or_keeps_them(repository: Repository) -> None:
    made = repository.call("delete_file", branchName="main", filePath="src/a.py", parentCommitId=repository.tip())
    assert made["filePath"] == "src/a.py"
    with pytest.raises(ClientError, match="Could not find folder src"):
        repository.call("get_folder", folderPath="src")
    repository.call("put_file", branchName="main", **put("d/e.txt"), parentCommitId=repository.tip())
    repository.call(
        "delete_file", branchName="main", filePath="d/e.txt", parentCommitId=repository.tip(), keepEmptyFolders=True
    )
    assert [row["relativePath"] for row in repository.call("get_folder", folderPath="d")["files"]] == [".gitkeep"]


def test_of_two_writers_with_the_same_parent_one_is_told_that_it_is_late(repository: Repository) -> None:
    before = repository.tip()

    def write(number: int) -> str:
        try:
            repository.call("put_file", branchName="main", **put(f"{number}.txt"), parentCommitId=before)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "done"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == [*["ParentCommitIdOutdatedException"] * 3, "done"]
    repository.heard(1)


OLD = "0" * 40
MANY = [put(f"{number}.txt") for number in range(101)]


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("put_file", put("README.md", b"# One\n"), "SameFileContentException"),
        ("put_file", put("README.md", b""), "FileContentRequiredException"),
        ("put_file", put(""), "PathRequiredException"),
        ("put_file", put("a/../b"), "InvalidPathException"),
        ("put_file", put(".git/hooks/update"), "InvalidPathException"),
        ("put_file", put("src"), "FileNameConflictsWithDirectoryNameException"),
        ("put_file", put("README.md/x"), "DirectoryNameConflictsWithFileNameException"),
        ("put_file", put("a", parentCommitId=OLD), "ParentCommitDoesNotExistException"),
        ("put_file", put("a", parentCommitId="main"), "InvalidParentCommitIdException"),
        ("put_file", put("a", parentCommitId=""), "ParentCommitIdRequiredException"),
        ("put_file", put("a", branchName="no-such"), "BranchDoesNotExistException"),
        ("put_file", put("a", email="a>b"), "InvalidEmailException"),
        ("put_file", put("a", commitMessage="x" * 262_145), "CommitMessageLengthExceededException"),
        ("put_file", put("a", b"x" * (6 * 1024 * 1024 + 1)), "FileContentSizeLimitExceededException"),
        ("delete_file", {"filePath": "no.txt"}, "FileDoesNotExistException"),
        ("delete_file", {"filePath": "src"}, "FileDoesNotExistException"),
        ("create_commit", {}, "FileEntryRequiredException"),
        ("create_commit", {"putFiles": MANY}, "MaximumFileEntriesExceededException"),
        ("create_commit", {"putFiles": [put("README.md", b"# One\n")]}, "NoChangeException"),
        ("create_commit", {"putFiles": [{"filePath": "a"}]}, "SourceFileOrContentRequiredException"),
        (
            "create_commit",
            {"putFiles": [put("a", sourceFile={"filePath": "run.sh"})]},
            "FileContentAndSourceFileSpecifiedException",
        ),
        ("create_commit", {"putFiles": [put("a"), put("a/b")]}, "PutFileEntryConflictException"),
        ("create_commit", {"putFiles": [put("a")], "deleteFiles": [{"filePath": "a"}]}, "SamePathRequestException"),
        ("create_commit", {"setFileModes": [{"filePath": "no", "fileMode": "NORMAL"}]}, "FileDoesNotExistException"),
    ],
)
def test_what_aws_refuses_is_refused_by_its_name(
    repository: Repository, operation: str, request_: dict[str, Any], code: str
) -> None:
    if request_.get("branchName"):
        with pytest.raises(ClientError, match=code):
            repository.call(operation, **{"parentCommitId": OLD, **request_})
    else:
        assert refused(repository, operation, **request_) == code


def test_a_tag_takes_no_commits(repository: Repository, tmp_path: Path) -> None:
    clone = repository.clone(tmp_path / "clone")
    clone.git("push", "--quiet", "origin", "main:refs/tags/v1")
    with pytest.raises(ClientError, match="BranchNameIsTagNameException"):
        repository.call("put_file", branchName="v1", **put("a"), parentCommitId=repository.tip())


def test_branches_are_made_and_deleted_by_operations_that_tell(repository: Repository) -> None:
    tip = repository.tip()
    repository.call("create_branch", branchName="feature/x", commitId=tip)
    for request, code in (
        ({"branchName": "feature/x", "commitId": tip}, "BranchNameExistsException"),
        ({"branchName": "y", "commitId": OLD}, "CommitDoesNotExistException"),
        ({"branchName": "y", "commitId": "main"}, "InvalidCommitIdException"),
        ({"branchName": "a..b", "commitId": tip}, "InvalidBranchNameException"),
        ({"branchName": "-f", "commitId": tip}, "InvalidBranchNameException"),
        ({"branchName": tip, "commitId": tip}, "InvalidBranchNameException"),
    ):
        with pytest.raises(ClientError, match=code):
            repository.call("create_branch", **request)
    assert repository.call("list_branches")["branches"] == ["feature/x", "main"]
    deleted = repository.call("delete_branch", branchName="feature/x")["deletedBranch"]
    assert deleted == {"branchName": "feature/x", "commitId": tip}
    assert "deletedBranch" not in repository.call("delete_branch", branchName="feature/x")
    with pytest.raises(ClientError, match="DefaultBranchCannotBeDeletedException"):
        repository.call("delete_branch", branchName="main")
    events = [
        (e["detail"]["event"], e["detail"].get("commitId"), e["detail"].get("oldCommitId")) for e in repository.heard(2)
    ]
    assert sorted(events, key=str) == [("referenceCreated", tip, None), ("referenceDeleted", None, tip)]


def test_differences_between_two_commits_come_in_pages(repository: Repository) -> None:
    before = repository.tip()
    repository.call(
        "create_commit",
        branchName="main",
        parentCommitId=before,
        putFiles=[put("README.md", b"# Two\n"), put("src/b.py")],
        deleteFiles=[{"filePath": "src/a.py"}],
    )
    rows: list[Any] = []
    token: dict[str, str] = {}
    while True:
        given = repository.call(
            "get_differences", beforeCommitSpecifier=before, afterCommitSpecifier="main", MaxResults=2, **token
        )
        rows += given["differences"]
        if "NextToken" not in given:
            break
        token = {"NextToken": given["NextToken"]}
    kinds = [
        (row["changeType"], row.get("beforeBlob", {}).get("path"), row.get("afterBlob", {}).get("path")) for row in rows
    ]
    assert kinds == [("M", "README.md", "README.md"), ("D", "src/a.py", None), ("A", None, "src/b.py")]
    inside = repository.call(
        "get_differences", beforeCommitSpecifier=before, afterCommitSpecifier="main", afterPath="src"
    )
    assert [row["changeType"] for row in inside["differences"]] == ["D", "A"]
    everything = repository.call("get_differences", afterCommitSpecifier="main")["differences"]
    assert {row["changeType"] for row in everything} == {"A"}
    for request, code in (
        ({"afterCommitSpecifier": "no"}, "CommitDoesNotExistException"),
        ({"afterCommitSpecifier": "main", "afterPath": "no"}, "PathDoesNotExistException"),
        ({"afterCommitSpecifier": "main", "NextToken": "%%"}, "InvalidContinuationTokenException"),
        ({"afterCommitSpecifier": "main", "beforePath": "src", "afterPath": "run.sh"}, "NotImplemented"),
    ):
        with pytest.raises(ClientError, match=code):
            repository.call("get_differences", **request)


@pytest.mark.parametrize(("blob", "code"), [(OLD, "BlobIdDoesNotExistException"), ("main", "InvalidBlobIdException")])
def test_a_blob_that_is_not_there_is_named(repository: Repository, blob: str, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        repository.call("get_blob", blobId=blob)
