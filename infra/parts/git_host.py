"""The one place that knows where the two repositories live: CodeCommit, or a host behind a CodeConnections connection."""

from __future__ import annotations

from dataclasses import dataclass

from infra.iam.arns import HomeGround
from infra.iam.statements import Statement, allow
from infra.settings import GitHostSettings, Settings

SOURCE_NAMESPACE = "SourceVariables"
_CODECOMMIT_VERBS = ("CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus", "UploadArchive")


@dataclass(frozen=True)
class GitHost:
    """What differs between the hosts: the source action and its permission, and whether the stack makes the repository."""

    settings: GitHostSettings
    branch: str

    @classmethod
    def of(cls, settings: Settings) -> GitHost:
        return cls(settings.git_host, settings.branch)

    @property
    def is_codecommit(self) -> bool:
        return self.settings.provider == "codecommit"

    def fetch(self, ground: HomeGround, repository: str) -> Statement:
        if self.is_codecommit:
            arn = ground.place.arn("codecommit", repository)
            return allow("FetchTheSource", [f"codecommit:{verb}" for verb in _CODECOMMIT_VERBS], [arn])
        arn = self.settings.connection_arn
        return allow("FetchTheSource", [f"{arn.split(':')[2]}:UseConnection"], [arn])

    def source_action(self, repository: str, *, full_name: str, output: str) -> dict[str, object]:
        provider = "CodeCommit" if self.is_codecommit else "CodeStarSourceConnection"
        return {
            "Name": "Source",
            "Namespace": SOURCE_NAMESPACE,
            "ActionTypeId": {"Category": "Source", "Owner": "AWS", "Provider": provider, "Version": "1"},
            "Configuration": self._codecommit(repository) if self.is_codecommit else self._connection(full_name),
            "OutputArtifacts": [{"Name": output}],
        }

    def _codecommit(self, repository: str) -> dict[str, object]:
        """A push reaches the pipeline as an event (`repository.py`), so nothing polls."""
        return {"RepositoryName": repository, "BranchName": self.branch, "PollForSourceChanges": False}

    def _connection(self, full_name: str) -> dict[str, object]:
        return {
            "ConnectionArn": self.settings.connection_arn,
            "FullRepositoryId": full_name,
            "BranchName": self.branch,
            "DetectChanges": True,
        }
