"""A commit as the source artifact of a pipeline: what CodePipeline has CodeCommit pack by UploadArchive (CODE_ZIP).

CodePipeline user guide, "CodeCommit source action reference": the files without their Git metadata. A symbolic link comes as a text
file that holds its target (seen on AWS by aws/aws-cdk#7343 and #14520). One commit is packed to the same bytes each time.
"""

from __future__ import annotations

import io
import zipfile

from sandbox.codecommit import trees
from sandbox.codecommit.git import Git
from sandbox.codecommit.paths import checked
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.trees import MODES, SUBMODULE, File
from sandbox.errors import DeclaredError

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can say
_UNIX = 3


def archive(codecommit: CodeCommit, *, repository: str, commit: str) -> bytes:
    """A zip file of the commit's files, with their modes; submodules are left out.

    Raises DeclaredError: RepositoryDoesNotExistException, CommitIdDoesNotExistException; InvalidPathException for a path that would
    lead out of the folder it is unpacked to, which Git itself refuses to check out. Permissions are the caller's to ask for.
    """
    git = codecommit.git(repository)
    if git.commit_id(commit) != commit:
        raise DeclaredError("CommitIdDoesNotExistException", f"Could not find commit {commit}")
    files = {path: file for path, file in sorted(trees.read(git, commit).items()) if file.mode != SUBMODULE}
    contents = _contents(git, sorted({file.id for file in files.values()}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, file in files.items():
            zipped.writestr(_member(path, file), contents[file.id])
    return packed.getvalue()


def _member(path: str, file: File) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(checked(path), _EPOCH)
    member.create_system = _UNIX
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = int(MODES["NORMAL"] if file.mode == MODES["SYMLINK"] else file.mode, 8) << 16
    return member


def _contents(git: Git, blobs: list[str]) -> dict[str, bytes]:
    """All blobs from one process (git-cat-file(1), "Batch output")."""
    output = io.BytesIO(git.run("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs).encode()))
    contents = {}
    for blob in blobs:
        size = int(output.readline().split(b" ")[2])
        contents[blob] = output.read(size)
        output.read(1)
    return contents
