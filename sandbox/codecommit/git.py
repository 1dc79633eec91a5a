"""A bare Git repository, through Git's own plumbing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import ServiceError

# Nothing of the user's own configuration may change what a repository holds.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "LC_ALL": "C",
}

_NO_SUCH_COMMAND = 128  # as Git itself ends when it does not understand


def isolated(configuration: Mapping[str, str]) -> dict[str, str]:
    """The environment of a Git that knows no configuration but a repository's own and this (git-config(1), GIT_CONFIG_COUNT)."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        **_ENVIRONMENT,
        "GIT_CONFIG_COUNT": str(len(configuration)),
    }
    for position, (key, value) in enumerate(configuration.items()):
        environment |= {f"GIT_CONFIG_KEY_{position}": key, f"GIT_CONFIG_VALUE_{position}": value}
    return environment


class GitFailure(ServiceError):
    """Git is not there, or the repository is broken."""

    code = "InternalFailure"
    status = 500


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a tree."""

    mode: str
    kind: str
    id: str
    name: str


@dataclass(frozen=True)
class Git:
    """One repository."""

    folder: Path

    def initialise(self, branch: str) -> None:
        self.run("init", "--quiet", "--bare", f"--initial-branch={branch}", str(self.folder))

    def branches(self) -> dict[str, str]:
        """Each branch and its last commit."""
        lines = self.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads").decode()
        return {name: commit for commit, _, name in (line.partition(" ") for line in lines.splitlines())}

    def references(self) -> dict[str, str]:
        """Each branch and tag by its full name, and the commit (of a tag that is none of a commit: the object) it stands for."""
        form = "--format=%(refname)%00%(objectname)%00%(*objectname)"
        lines = self.run("for-each-ref", form, "refs/heads", "refs/tags").decode(errors="replace").splitlines()
        return {name: peeled or found for name, found, peeled in (line.split("\0") for line in lines)}

    def head(self) -> str:
        """The branch that a clone checks out."""
        return self.run("symbolic-ref", "--short", "HEAD").decode().strip()

    def point_head_at(self, branch: str) -> None:
        self.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")

    def may_be_a_branch(self, name: str) -> bool:
        return not name.startswith("-") and self._done("check-ref-format", f"refs/heads/{name}").returncode == 0

    def move_branch(self, name: str, *, old: str | None, new: str | None) -> None:
        """None: not there. Fails unless the branch is where it is said to be."""
        nothing = "0" * 40
        self.run("update-ref", f"refs/heads/{name}", new or nothing, old or nothing)

    def commit_id(self, specifier: str) -> str | None:
        """The commit that a branch, tag, HEAD or id names."""
        for name in (specifier, f"refs/heads/{specifier}", f"refs/tags/{specifier}"):
            found = self._find(f"{name}^{{commit}}")
            if found:
                return found
        return None

    def entry(self, commit: str, path: str) -> Entry | None:
        """What is at a path; the empty path is the root."""
        if not path:
            root = self._find(f"{commit}^{{tree}}")
            return Entry(mode="040000", kind="tree", id=root, name="") if root else None
        found = self._listed(commit, "--", path)
        return found[0] if found else None

    def entries(self, tree: str) -> list[Entry]:
        return self._listed(tree)

    def kind(self, object_id: str) -> str | None:
        """What the object with this id is; None: there is none."""
        done = self._done("cat-file", "-t", object_id)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def content(self, kind: str, object_id: str) -> bytes:
        return self.run("cat-file", kind, object_id)

    def _listed(self, *arguments: str) -> list[Entry]:
        rows = self.run("ls-tree", "-z", *arguments).decode(errors="replace").split("\0")
        entries = []
        for head, _, name in (row.partition("\t") for row in rows if row):
            mode, kind, object_id = head.split(" ")
            entries.append(Entry(mode=mode, kind=kind, id=object_id, name=name))
        return entries

    def _find(self, expression: str) -> str | None:
        if expression.startswith("-"):
            return None
        done = self._done("rev-parse", "--verify", "--quiet", "--end-of-options", expression)
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def run(self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """One Git command's output. Raises GitFailure when it fails."""
        done = self._done(*arguments, stdin=stdin, environment=environment)
        if done.returncode != 0:
            raise GitFailure(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def _done(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        complete = {**isolated({}), "GIT_DIR": str(self.folder), **(environment or {})}
        command = ["git", *arguments]
        try:
            return subprocess.run(command, input=stdin, capture_output=True, env=complete, check=False)  # noqa: S603 (the user's git)
        except FileNotFoundError as error:
            raise GitFailure("git is not installed on this machine; CodeCommit's repositories need it.") from error
        except (ValueError, OSError) as error:  # a word that no command can be given: with NUL in it, or too long
            return subprocess.CompletedProcess(command, _NO_SUCH_COMMAND, b"", str(error).encode())
