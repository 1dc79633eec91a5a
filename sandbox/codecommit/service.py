"""The service CodeCommit: its store, and the folder of its repositories."""

from __future__ import annotations

from pathlib import Path

from sandbox.codecommit.git import Git
from sandbox.containers.objects import ObjectStore
from sandbox.errors import DeclaredError
from sandbox.service import Operations, Service
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from sandbox.surroundings import ALONE, Surroundings

KIND = "repository"
TAGS = "_tags"  # the member of its document that holds its tags


class CodeCommit(Service):
    """A repository is a document by its name, and a bare Git repository in a folder by its id, so that a rename moves nothing."""

    def __init__(
        self,
        *,
        settings: SandboxSettings,
        operations: Operations,
        objects: ObjectStore,
        around: Surroundings = ALONE,
    ) -> None:
        super().__init__("codecommit", settings=settings, operations=operations, around=around)
        self.objects = objects

    def repository(self, name: str) -> Document:
        found = self.store.get(KIND, name)
        if found is None:
            raise DeclaredError("RepositoryDoesNotExistException", f"{name} does not exist")
        return found

    def git(self, name: str) -> Git:
        return Git(self.folder(self.repository(name)["repositoryId"]))

    def folder(self, repository_id: str) -> Path:
        return self.settings.home / "codecommit" / f"{repository_id}.git"
