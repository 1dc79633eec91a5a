"""A branch that moved without anybody telling, as when a kill comes between a push and its event, is told of by the next `up`."""

from __future__ import annotations

from pathlib import Path

from sandbox.codecommit.git import Git
from sandbox.process import down, up
from tests.conftest import client_of
from tests.sandbox.codecommit.gits import Repository


def test_the_next_up_tells_what_the_last_one_could_not(tmp_path: Path) -> None:
    home = tmp_path / "home"
    try:
        settings = up(home)
        repository = Repository(client_of(settings))
        made = repository.call("put_file", branchName="main", filePath="a", fileContent=b"a")["commitId"]
        repository.heard(1)
        down(home)
        Git(home / "codecommit" / f"{repository.id}.git").move_branch("late", old=None, new=made)
        up(home, port=settings.port)
        (event,) = repository.heard(1)
    finally:
        down(home)
    assert event["detail"]["event"] == "referenceCreated"
    assert (event["detail"]["referenceName"], event["detail"]["commitId"]) == ("late", made)
