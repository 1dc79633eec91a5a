"""The commit that `Code` of AWS::CodeCommit::Repository makes: the same wherever and whenever a stack is deployed, id and all."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.codecommit.git import Git

_AUTHOR = b"AWS CloudFormation <cloudformation@sandbox.invalid> 946684800 +0000"
_MESSAGE = b"Initial commit"


def make_first_commit(git: Git, files: Mapping[str, bytes], *, branch: str) -> None:
    parts = [
        b"commit refs/heads/%s\ncommitter %s\n" % (branch.encode(), _AUTHOR),
        b"data %d\n%s\n" % (len(_MESSAGE), _MESSAGE),
    ]
    for path, content in sorted(files.items()):
        parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (_quoted(path), len(content), content))
    git.run("fast-import", "--quiet", stdin=b"".join(parts))


def _quoted(path: str) -> bytes:
    """fast-import takes a path as it is, unless it begins with a quote or holds a line's end."""
    if path.startswith('"') or "\n" in path:
        escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'.encode()
    return path.encode()
