"""Who makes a commit, and with what words: as the request says, or as AWS fills it in."""

from __future__ import annotations

import re

from sandbox.caller import caller
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import Signature, Tree
from sandbox.errors import DeclaredError
from sandbox.store import Document

_LONGEST_MESSAGE = 256 * 1024  # bytes (API_CreateCommit, commitMessage)
_EMAIL = re.compile(r"[^<>\s\x00-\x1f]{0,256}")


def signature(codecommit: CodeCommit, request: Document) -> Signature:
    """Without a name the caller's ARN; without an address none (API_DeleteFile, name and email)."""
    email = request.get("email") or ""
    if not _EMAIL.fullmatch(email):
        raise DeclaredError("InvalidEmailException", f"{email!r} cannot be an e-mail address in a commit")
    given = _writable(request.get("authorName") or request.get("name") or "")
    name = " ".join(re.sub(r"[<>\x00-\x1f]", " ", given).split())
    return Signature(name=name or codecommit.around.arn_of(caller()), email=email, when=codecommit.now())


def message(request: Document) -> str:
    """ "" when the request has none."""
    text = _writable(request.get("commitMessage", ""))
    if len(text.encode()) > _LONGEST_MESSAGE:
        raise DeclaredError("CommitMessageLengthExceededException", "A commit message may have 256 KB at most")
    return text


def default_message(before: Tree, after: Tree) -> str:
    paths = sorted(path for path in {**before, **after} if before.get(path) != after.get(path))
    if len(paths) > 1:
        return f"Change {len(paths)} files"
    return f"{'Add' if paths[0] not in before else 'Delete' if paths[0] not in after else 'Edit'} {paths[0]}"


def _writable(text: str) -> str:
    """JSON can say what no commit can hold: half a surrogate pair, a NUL."""
    return text.encode(errors="replace").decode().replace("\0", "")
