"""The archive that a new repository is filled from: `Code.S3` of AWS::CodeCommit::Repository, checked before it is believed.

AWS refuses an archive over 20 MB, and one that its Java reader refuses: a member that is stored, not deflated, and has a data
descriptor behind it, as the CDK CLI writes an empty file (aws/aws-cdk#24758, #19012). The same file as `zip` and Python write it is
taken.
"""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import PurePosixPath

from sandbox.errors import ValidationError

_LIMIT = 20 * 1024 * 1024  # "Code archive supplied cannot be more than 20 MB compressed"
_UNPACKED_LIMIT = 20 * _LIMIT
# The type's handler makes the first commit by CreateCommit (the permissions in its registry schema), which takes so many files; no
# page says that it would part them. https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html
# (awslabs/aws-deployment-framework#534)
_MOST_FILES = 100
# Of a local file header: where its flags are, and that of a data descriptor (APPNOTE.TXT, 4.3.7, 4.4.4)
_FLAGS, _DESCRIPTOR = 6, 1 << 3


def files_of(archive: bytes) -> dict[str, bytes]:
    """The archive's files by their paths."""
    if len(archive) > _LIMIT:
        raise ValidationError("Code archive supplied cannot be more than 20 MB compressed")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            _refuse_what_java_does(archive, opened.infolist())
            members = [member for member in opened.infolist() if not member.is_dir()]
            if sum(member.file_size for member in members) > _UNPACKED_LIMIT:
                raise ValidationError("The code archive unpacks to more than the sandbox takes (400 MB).")
            files = {_checked(member.filename): opened.read(member) for member in members}
    except (
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
        struct.error,
    ) as error:  # the second and third: encrypted, unknown compression
        raise ValidationError(f"The code supplied is not a valid .zip archive: {error}") from error
    if not files:
        raise ValidationError("The code archive is empty.")
    if len(files) > _MOST_FILES:
        raise ValidationError(
            f"The code archive holds {len(files)} files, more than the {_MOST_FILES} that CreateCommit takes "
            "(MaximumFileEntriesExceededException). Begin with fewer, and push the others."
        )
    return files


def _refuse_what_java_does(archive: bytes, members: list[zipfile.ZipInfo]) -> None:
    """java.util.zip.ZipInputStream.readLOC: by the member's own header, not by the directory at the end."""
    for member in members:
        flags, method = struct.unpack_from("<HH", archive, member.header_offset + _FLAGS)
        if flags & _DESCRIPTOR and method != zipfile.ZIP_DEFLATED:
            raise ValidationError(
                "The code supplied is not a valid .zip archive: only DEFLATED entries can have EXT descriptor."
                f" {member.filename} is stored with one, as the CDK CLI stores an empty file (aws/aws-cdk#24758):"
                " give it a line of content, or pack the archive with zip."
            )


def _checked(path: str) -> str:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\\" in path or {"..", "."} & set(path.split("/")) or ".git" in parts:
        raise ValidationError(f"The code archive holds a path that no repository can have: {path!r}")
    return str(PurePosixPath(path))
