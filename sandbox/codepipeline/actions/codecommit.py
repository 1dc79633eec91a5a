"""Source by CodeCommit: the last commit of a branch, or the one that the execution was started with.

User guide, "CodeCommit source action reference": the role needs GetBranch, GetCommit, UploadArchive and GetUploadArchiveStatus;
GetRepository too for a full clone, whose artifact is a file that tells CodeBuild where to clone from.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sandbox.codepipeline.actions.artifacts import write
from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Revision, Work
from sandbox.store import Document

_CLONE = "CODEBUILD_CLONE_REF"
_PACKING = ("codecommit:UploadArchive", "codecommit:GetUploadArchiveStatus")


def fetch(work: Work) -> Done:
    repository, branch = work.configuration["RepositoryName"], work.configuration["BranchName"]
    codecommit = work.actor.client("codecommit")
    chosen = work.execution["_overrides"].get(work.action["name"], {}).get("COMMIT_ID")
    latest = codecommit.get_branch(repositoryName=repository, branchName=branch)["branch"]["commitId"]
    commit: Document = codecommit.get_commit(repositoryName=repository, commitId=chosen or latest)["commit"]
    url = _url(work, repository, commit["commitId"])
    output = work.output
    if output is None:
        raise ActionFailed("A source action has one output artifact", code="ConfigurationError")
    if work.configuration.get("OutputArtifactFormat", "CODE_ZIP") == _CLONE:
        write(work, output, _reference(work, repository, branch, commit["commitId"]), "application/json")
    else:
        for permission in _PACKING:
            work.actor.require(permission, _arn(work, repository))
        write(work, output, work.neighbours.archive(repository, commit["commitId"]))
    return Done(
        variables=_variables(repository, branch, commit),
        summary=commit["message"],
        external=External(id=commit["commitId"], url=url),
        revision=Revision(
            id=commit["commitId"], summary=commit["message"], url=url, created=_epoch(commit["committer"]["date"])
        ),
    )


def _variables(repository: str, branch: str, commit: Document) -> dict[str, str]:
    """The action reference's output variables."""
    return {
        "RepositoryName": repository,
        "BranchName": branch,
        "AuthorDate": _iso(commit["author"]["date"]),
        "CommitterDate": _iso(commit["committer"]["date"]),
        "CommitId": commit["commitId"],
        "CommitMessage": commit["message"].rstrip("\n"),
    }


def _reference(work: Work, repository: str, branch: str, commit: str) -> bytes:
    url = work.actor.client("codecommit").get_repository(repositoryName=repository)["repositoryMetadata"][
        "cloneUrlHttp"
    ]
    return json.dumps(
        {"RepositoryName": repository, "BranchName": branch, "CommitId": commit, "CloneUrl": url}
    ).encode()


def _arn(work: Work, repository: str) -> str:
    return f"arn:aws:codecommit:{work.settings.region}:{work.settings.account}:{repository}"


def _url(work: Work, repository: str, commit: str) -> str:
    region = work.settings.region
    return f"https://{region}.console.aws.amazon.com/codecommit/home#/repository/{repository}/commit/{commit}"


def _epoch(date: str) -> float:
    """CodeCommit writes "1484167798 -0800" (API_UserInfo)."""
    return float(date.split(" ", maxsplit=1)[0])


def _iso(date: str) -> str:
    return datetime.fromtimestamp(_epoch(date), UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
