"""A repository's branches and tags, and what EventBridge was told of them.

A change is found by comparing the references with those last told, which are kept: so every way to move one (a push, an operation,
a stack) emits alike, and what a killed process could not tell any more is told after its restart.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sandbox.caller import caller
from sandbox.codecommit.git import Git
from sandbox.codecommit.service import KIND, CodeCommit
from sandbox.errors import ServiceError
from sandbox.events import Event
from sandbox.store import Document

_LOG = logging.getLogger(__name__)
_TOLD = "references"  # the kind of the documents, by repository id, that hold what was told
_TYPES = {"refs/heads/": "branch", "refs/tags/": "tag"}


def changed(codecommit: CodeCommit, repository: Document) -> None:
    """Called after anything that may have moved a reference, while the repository is held (`CodeCommit.held`)."""
    repository_id = repository["repositoryId"]
    git = Git(codecommit.folder(repository_id))
    told: Mapping[str, str] = codecommit.store.get(_TOLD, repository_id) or {}
    now = git.references()
    if now == told:
        return
    if "defaultBranch" not in repository:
        _adopt_default_branch(codecommit, repository["repositoryName"], git)
    try:
        for name in sorted({*told, *now}):
            if told.get(name) != now.get(name):
                codecommit.around.emit(_event(codecommit, repository, name, old=told.get(name), new=now.get(name)))
    except Exception:  # noqa: BLE001 (the change is made, and its maker is to know; the next one tells what this one could not)
        _LOG.exception("the events of %s", repository["repositoryName"])
        return
    codecommit.store.put(_TOLD, repository_id, now)


def forget(codecommit: CodeCommit, repository_id: str) -> None:
    codecommit.store.delete(_TOLD, repository_id)


def tell_what_was_missed(codecommit: CodeCommit) -> None:
    """After a restart: the changes of a process that was killed between a change and its event."""
    for repository in codecommit.store.all(KIND):
        try:
            with codecommit.held(repository["repositoryName"]) as held:
                changed(codecommit, held)
        except ServiceError as error:  # one broken repository keeps no other one from starting
            _LOG.warning("%s: %s", repository["repositoryName"], error)


def _adopt_default_branch(codecommit: CodeCommit, name: str, git: Git) -> None:
    """The first branch that a repository gets is its default branch (CodeCommit user guide, "Change branch settings")."""
    branches = git.branches()
    if branches:
        head = git.head()
        branch = head if head in branches else min(branches)
        git.point_head_at(branch)
        codecommit.store.update(KIND, name, {"defaultBranch": branch})


def _event(codecommit: CodeCommit, repository: Document, name: str, *, old: str | None, new: str | None) -> Event:
    """CodeCommit user guide, "Monitoring CodeCommit events"; `callerUserArn` by the event's schema in EventBridge's registry."""
    prefix = next(each for each in _TYPES if name.startswith(each))
    what = "Created" if old is None else "Deleted" if new is None else "Updated"
    commits = {"commitId": new, "oldCommitId": old}
    return Event(
        source="aws.codecommit",
        detail_type="CodeCommit Repository State Change",
        resources=[codecommit.arn(repository["repositoryName"])],
        detail={
            "callerUserArn": codecommit.around.arn_of(caller()),
            "event": f"reference{what}",
            "repositoryName": repository["repositoryName"],
            "repositoryId": repository["repositoryId"],
            "referenceType": _TYPES[prefix],
            "referenceName": name.removeprefix(prefix),
            "referenceFullName": name,
            **{member: commit for member, commit in commits.items() if commit is not None},
        },
    )
