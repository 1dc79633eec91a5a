"""The service CodeCommit: its store, and the folder of its repositories."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.codecommit.git import Git
from sandbox.containers.objects import ObjectStore
from sandbox.errors import DeclaredError
from sandbox.service import Operations, Service
from sandbox.service_context import STANDALONE, ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document

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
        around: ServiceContext = STANDALONE,
    ) -> None:
        super().__init__("codecommit", settings=settings, operations=operations, around=around)
        self.objects = objects
        self._holds: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._holding = threading.Lock()

    def repository(self, name: str) -> Document:
        found = self.store.get(KIND, name)
        if found is None:
            raise DeclaredError("RepositoryDoesNotExistException", f"{name} does not exist")
        return found

    @contextmanager
    def held(self, name: str) -> Iterator[Document]:
        """The repository for whoever writes to it: one writer at a time, and events in the order of their changes."""
        repository_id = self.repository(name)["repositoryId"]
        with self._holding:
            hold = self._holds[repository_id]
        with hold:
            repository = self.repository(name)  # it may have gone, or moved, while this one waited
            if repository["repositoryId"] != repository_id:
                raise DeclaredError("RepositoryDoesNotExistException", f"{name} does not exist any more")
            yield repository

    def git(self, name: str) -> Git:
        return Git(self.folder(self.repository(name)["repositoryId"]))

    def folder(self, repository_id: str) -> Path:
        return self.settings.home / "codecommit" / f"{repository_id}.git"
