"""The archive that a new repository is filled from: `Code.S3` of AWS::CodeCommit::Repository, checked before it is believed.

AWS refuses an archive over 20 MB, and one that holds an empty file, unnamed (aws/aws-cdk#19012); here the file is named.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from sandbox.errors import ValidationError

_LIMIT = 20 * 1024 * 1024  # "Code archive supplied cannot be more than 20 MB compressed"
_UNPACKED_LIMIT = 20 * _LIMIT
# The type's handler makes the first commit by CreateCommit (the permissions in its registry schema), which takes so many files; no
# page says that it would part them. https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html
# (awslabs/aws-deployment-framework#534)
_MOST_FILES = 100


def files_of(archive: bytes) -> dict[str, bytes]:
    """The archive's files by their paths."""
    if len(archive) > _LIMIT:
        raise ValidationError("Code archive supplied cannot be more than 20 MB compressed")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > _UNPACKED_LIMIT:
                raise ValidationError("The code archive unpacks to more than the sandbox takes (400 MB).")
            files = {_checked(member.filename): opened.read(member) for member in members}
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
    ) as error:  # the latter: encrypted, unknown compression
        raise ValidationError(f"The code supplied is not a valid .zip archive: {error}") from error
    if not files:
        raise ValidationError("The code archive is empty.")
    if len(files) > _MOST_FILES:
        raise ValidationError(
            f"The code archive holds {len(files)} files, more than the {_MOST_FILES} that CreateCommit takes "
            "(MaximumFileEntriesExceededException). Begin with fewer, and push the others."
        )
    if empty := sorted(path for path, content in files.items() if not content):
        raise ValidationError(
            f"The code archive holds an empty file, which CodeCommit refuses on seeding (aws/aws-cdk#19012): {', '.join(empty)}."
            " Give it a line of content."
        )
    return files


def _checked(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\\" in path or {"..", "."} & set(path.split("/")) or ".git" in parts:
        raise ValidationError(f"The code archive holds a path that no repository can have: {path!r}")
    return str(PurePosixPath(path))
