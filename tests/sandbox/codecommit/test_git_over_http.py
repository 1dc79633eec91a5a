"""The stock Git client against the sandbox: clone, fetch and push on the URL that GetRepository gives."""

from __future__ import annotations

import asyncio
import gzip
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sandbox import routes
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.codecommit.gits import Clone, Repository, run


@pytest.fixture
def repository(client: ClientOf) -> Repository:
    return Repository(client)


@pytest.fixture
def pushed(repository: Repository, tmp_path: Path) -> Clone:
    """A clone with one commit, which is pushed, and whose event was heard."""
    clone = repository.clone(tmp_path / "first")
    clone.git("checkout", "--quiet", "-B", "main")
    clone.commit("README.md", b"one\n")
    clone.git("push", "--quiet", "origin", "main")
    repository.heard(1)
    return clone


def test_what_one_clone_pushes_another_one_fetches(repository: Repository, pushed: Clone, tmp_path: Path) -> None:
    other = repository.clone(tmp_path / "second")
    commit = pushed.commit("src/a.py", b"print(1)\n")
    pushed.git("push", "--quiet", "origin", "main")
    other.git("pull", "--quiet", "--ff-only")
    assert other.git("rev-parse", "HEAD").stdout.strip() == commit == repository.tip()
    assert (other.folder / "src/a.py").read_bytes() == b"print(1)\n"
    assert repository.call("get_file", filePath="src/a.py")["fileContent"] == b"print(1)\n"


def test_each_push_tells_eventbridge_what_moved(
    repository: Repository, pushed: Clone, client: ClientOf, sandbox: SandboxSettings
) -> None:
    old, new = repository.tip(), pushed.commit("a.txt", b"a")
    pushed.git("tag", "--annotate", "--message", "First", "v1")
    pushed.git("push", "--quiet", "origin", "main", "main:refs/heads/side/line", "v1")
    events = {event["detail"]["referenceFullName"]: event for event in repository.heard(3)}
    who = client("sts").get_caller_identity()["Arn"]
    common = {"callerUserArn": who, "repositoryName": repository.name, "repositoryId": repository.id, "commitId": new}
    main = {"referenceType": "branch", "referenceName": "main", "referenceFullName": "refs/heads/main", **common}
    assert events["refs/heads/main"]["detail"] == {"event": "referenceUpdated", "oldCommitId": old, **main}
    side = {"referenceType": "branch", "referenceName": "side/line", "referenceFullName": "refs/heads/side/line"}
    assert events["refs/heads/side/line"]["detail"] == {"event": "referenceCreated", **side, **common}
    tag = {"referenceType": "tag", "referenceName": "v1", "referenceFullName": "refs/tags/v1"}
    assert events["refs/tags/v1"]["detail"] == {"event": "referenceCreated", **tag, **common}
    frame = events["refs/heads/main"]
    assert frame["detail-type"] == "CodeCommit Repository State Change"
    assert (frame["source"], frame["resources"]) == ("aws.codecommit", [repository.arn])
    assert (frame["account"], frame["region"]) == (sandbox.account, sandbox.region)
    pushed.git("push", "--quiet", "origin", ":side/line")
    (gone,) = repository.heard(1)
    del common["commitId"]
    assert gone["detail"] == {"event": "referenceDeleted", "oldCommitId": new, **side, **common}


def test_a_push_that_moves_nothing_tells_nothing(repository: Repository, pushed: Clone) -> None:
    pushed.git("push", "--quiet", "origin", "main")
    pushed.git("fetch", "--quiet")
    pushed.commit("b.txt", b"b")
    pushed.git("push", "--quiet", "origin", "main")  # had the two before it told anything, this one were not alone
    repository.heard(1)


def test_the_first_branch_pushed_becomes_the_default_branch(repository: Repository, tmp_path: Path) -> None:
    clone = repository.clone(tmp_path / "first")
    clone.git("checkout", "--quiet", "-B", "trunk")
    commit = clone.commit("README.md", b"one\n")
    clone.git("push", "--quiet", "origin", "trunk")
    assert repository.call("get_repository")["repositoryMetadata"]["defaultBranch"] == "trunk"
    other = repository.clone(tmp_path / "second")
    assert other.git("rev-parse", "HEAD").stdout.strip() == commit
    refused = clone.git("push", "origin", ":trunk", check=False)
    assert refused.returncode != 0
    assert "refusing to delete the current branch" in refused.stderr


def test_a_clone_checks_out_the_default_branch_of_the_moment(
    repository: Repository, pushed: Clone, tmp_path: Path
) -> None:
    pushed.git("push", "--quiet", "origin", "main:next")
    repository.call("update_default_branch", defaultBranchName="next")
    other = repository.clone(tmp_path / "second")
    assert other.git("branch", "--show-current").stdout.strip() == "next"


def test_history_is_rewritten_by_force_alone(repository: Repository, pushed: Clone) -> None:
    before = repository.tip()
    pushed.git("commit", "--quiet", "--amend", "--message", "Other")
    refused = pushed.git("push", "origin", "main", check=False)
    assert refused.returncode != 0
    assert repository.tip() == before
    pushed.git("push", "--quiet", "--force", "origin", "main")
    (event,) = repository.heard(1)
    assert event["detail"]["event"] == "referenceUpdated"
    assert (event["detail"]["oldCommitId"], event["detail"]["commitId"]) == (before, repository.tip())


@pytest.mark.usefixtures("pushed")
def test_writers_at_once_lose_nothing(repository: Repository, tmp_path: Path) -> None:
    clones = [repository.clone(tmp_path / f"writer-{number}") for number in range(4)]
    commits = {f"b{number}": clone.commit(f"{number}.txt", b"x") for number, clone in enumerate(clones)}
    with ThreadPoolExecutor(4) as pool:
        pushes = [pool.submit(c.git, "push", "--quiet", "origin", f"HEAD:b{n}") for n, c in enumerate(clones)]
        assert [push.result().returncode for push in pushes] == [0] * 4
    assert {name: repository.tip(name) for name in commits} == commits
    heard = repository.heard(4)
    assert {event["detail"]["referenceName"]: event["detail"]["commitId"] for event in heard} == commits


@pytest.mark.usefixtures("pushed")
def test_of_three_pushes_to_one_branch_at_once_one_wins_and_the_others_follow_it(
    repository: Repository, tmp_path: Path
) -> None:
    """Each of them is told of, once; nobody's commit is lost."""
    clones = [repository.clone(tmp_path / f"person-{number}") for number in range(3)]
    for number, clone in enumerate(clones):
        clone.commit(f"{number}.txt", b"x")
    with ThreadPoolExecutor(3) as pool:
        pushes = list(pool.map(lambda clone: clone.git("push", "--quiet", "origin", "HEAD:main", check=False), clones))
    losers = [clone for clone, push in zip(clones, pushes, strict=True) if push.returncode]
    assert len(losers) == 2
    assert all("rejected" in push.stderr or "failed to" in push.stderr for push in pushes if push.returncode)
    for clone in losers:
        clone.git("pull", "--quiet", "--rebase", "origin", "main")
        clone.git("push", "--quiet", "origin", "HEAD:main")
    told = [event["detail"]["commitId"] for event in repository.heard(3)]
    assert len(set(told)) == 3
    assert repository.tip() in told
    there = repository.call("get_folder", folderPath="/")["files"]
    assert {each["relativePath"] for each in there} == {"README.md", "0.txt", "1.txt", "2.txt"}


@pytest.mark.usefixtures("pushed")
@pytest.mark.parametrize("version", ["0", "1", "2"])
def test_every_version_of_the_protocol_is_spoken(repository: Repository, tmp_path: Path, version: str) -> None:
    run("-c", f"protocol.version={version}", "clone", "--quiet", "--depth=1", repository.url, str(tmp_path / "other"))
    assert (tmp_path / "other/README.md").read_bytes() == b"one\n"


@pytest.mark.usefixtures("pushed")
def test_a_request_that_git_compressed_is_understood(repository: Repository) -> None:
    """Git sends a request of over 1024 bytes, such as a long negotiation, as gzip."""
    body = b"0014command=ls-refs\n0000"
    headers = {
        "Content-Type": "application/x-git-upload-pack-request",
        "Content-Encoding": "gzip",
        "Git-Protocol": "version=2",
    }
    request = urllib.request.Request(f"{repository.url}/git-upload-pack", gzip.compress(body), headers)  # noqa: S310 (the sandbox)
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        assert f"{repository.tip()} refs/heads/main".encode() in answer.read()


@pytest.mark.usefixtures("pushed")
def test_a_client_that_has_credentials_to_offer_works_as_well(repository: Repository, tmp_path: Path) -> None:
    helper = "!aws codecommit credential-helper --ignore-host-check $@"
    settings = ("-c", f"credential.helper={helper}", "-c", "credential.UseHttpPath=true")
    run(*settings, "clone", "--quiet", repository.url, str(tmp_path / "helped"))
    given = repository.url.replace("http://", "http://AKIAEXAMPLE%25token:20260101T000000Zsignature@")
    run("clone", "--quiet", given, str(tmp_path / "given"))
    header = "http.extraHeader=Authorization: Basic c2FuZGJveDpzYW5kYm94"
    run("-c", header, "clone", "--quiet", repository.url, str(tmp_path / "header"))
    assert all((tmp_path / each / "README.md").exists() for each in ("helped", "given", "header"))


def test_a_repository_that_is_not_there_is_named(sandbox: SandboxSettings, tmp_path: Path) -> None:
    refused = run("clone", f"{sandbox.endpoint_url}/v1/repos/no-such", str(tmp_path / "x"), check=False)
    assert refused.returncode == 128
    assert "remote: no-such does not exist" in refused.stderr
    assert "not found" in refused.stderr


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("{name}/HEAD", 404),
        ("{name}/objects/info/packs", 404),
        ("{name}/info/refs", 403),
        ("{name}/info/refs?service=git-upload-archive", 403),
        ("{name}/info/refs?service=git-receive-pack&x=1", 403),
        ("{name}/git-receive-pack", 403),
        ("{name}/../{name}/info/refs?service=git-upload-pack", 404),
        ("..%2F{id}.git/info/refs?service=git-upload-pack", 404),
        ("{id}.git/info/refs?service=git-upload-pack", 404),
        ("..", 404),
        ("", 404),
    ],
)
def test_nothing_but_the_smart_protocol_of_a_named_repository_is_served(
    repository: Repository, sandbox: SandboxSettings, path: str, status: int
) -> None:
    url = f"{sandbox.endpoint_url}/v1/repos/{path.format(name=repository.name, id=repository.id)}"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url, timeout=10)  # noqa: S310 (the sandbox)
    assert refused.value.code == status
    assert refused.value.read().decode().strip()
    refused.value.close()


def test_a_request_that_is_larger_than_the_port_takes_is_answered_once_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routes, "_LARGEST", 5)
    sent: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = [
        {"body": b"1234", "more_body": True},
        {"body": b"5678", "more_body": True},
        {"body": b"9"},
    ]

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def beside(*_: object) -> None:
        raise AssertionError("the route's path")

    def answer(_: routes.Request) -> Any:
        raise AssertionError("a part of a request")

    scope = {"type": "http", "path": "/v1/repos/r", "method": "POST", "headers": []}

    async def exchange() -> None:
        await routes.routed(beside, {"/v1/repos/": answer}, root_signed=lambda *_: False)(scope, receive, send)

    asyncio.run(exchange())
    assert not waiting
    assert sent[0]["status"] == 413
    assert b"larger than 256 MiB" in sent[1]["body"]
