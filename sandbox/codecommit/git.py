"""A bare Git repository, read and filled through Git's own plumbing."""

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
# The first commit is the same wherever and whenever a stack is deployed: same files, same commit id.
_AUTHOR = b"AWS CloudFormation <cloudformation@sandbox.invalid> 946684800 +0000"
_MESSAGE = b"Initial commit"


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
        self._run("init", "--quiet", "--bare", f"--initial-branch={branch}", str(self.folder))

    def seed(self, files: Mapping[str, bytes], *, branch: str) -> None:
        """Make the first commit of these files."""
        parts = [
            b"commit refs/heads/%s\ncommitter %s\n" % (branch.encode(), _AUTHOR),
            b"data %d\n%s\n" % (len(_MESSAGE), _MESSAGE),
        ]
        for path, content in sorted(files.items()):
            parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(content), content))
        self._run("fast-import", "--quiet", stdin=b"".join(parts))

    def branches(self) -> dict[str, str]:
        """Each branch and its last commit."""
        lines = self._run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads").decode()
        return {name: commit for commit, _, name in (line.partition(" ") for line in lines.splitlines())}

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

    def content(self, kind: str, object_id: str) -> bytes:
        return self._run("cat-file", kind, object_id)

    def _listed(self, *arguments: str) -> list[Entry]:
        rows = self._run("ls-tree", "-z", *arguments).decode(errors="replace").split("\0")
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

    def _run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        done = self._done(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise GitFailure(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout

    def _done(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "GIT_DIR": str(self.folder), **_ENVIRONMENT}
        command = ["git", *arguments]
        try:
            return subprocess.run(command, input=stdin, capture_output=True, env=environment, check=False)  # noqa: S603 (the user's git)
        except FileNotFoundError as error:
            raise GitFailure("git is not installed on this machine; CodeCommit's repositories need it.") from error


def _quoted(path: str) -> bytes:
    """fast-import takes a path as it is, unless it begins with a quote or holds a line's end."""
    if path.startswith('"') or "\n" in path:
        escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'.encode()
    return path.encode()
