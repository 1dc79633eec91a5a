"""The archive that a new repository is filled from: `Code.S3` of AWS::CodeCommit::Repository, checked before it is believed.

AWS refuses an archive over 20 MB, and one that its Java reader refuses: a member that is stored, not deflated, and has a data
descriptor behind it, as the CDK CLI writes an empty file (aws/aws-cdk#24758, #19012). The same file as `zip` and Python write it is
taken.
"""

from __future__ import annotations

import struct
import zipfile

from sandbox.containers.members import ArchiveRefused, Limits
from sandbox.errors import ValidationError
from sandbox.zips import Member, opened

_LIMIT = 20 * 1024 * 1024  # "Code archive supplied cannot be more than 20 MB compressed"
_LIMITS = Limits(members=100_000, file_bytes=20 * _LIMIT, total_bytes=20 * _LIMIT)
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
        with opened(archive, limits=_LIMITS) as zipped:
            members = list(zipped.members())
            _refuse_what_java_does(archive, [member.info for member in members])
            files = {_checked(member): b"".join(zipped.content(member)) for member in members if not member.is_folder}
    except ArchiveRefused as error:
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


def _checked(member: Member) -> str:
    """What is a path, and still none that a repository can have."""
    given = member.info.filename
    if "\\" in given or {"..", "."} & set(given.split("/")) or ".git" in member.path.parts:
        raise ValidationError(f"The code archive holds a path that no repository can have: {given!r}")
    return str(member.path)
