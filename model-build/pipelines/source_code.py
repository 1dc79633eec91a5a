"""The code of a step on its way to S3: under a key made from its content, so that the same code has the same URI.

The SDK's own uploads go under time-stamped keys, which makes every definition differ and every step cache miss.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVE_NAME = "sourcedir.tar.gz"
_TRIES, _PAUSE = 5, 0.5  # seconds, between tries of an upload that met another one


@dataclass(frozen=True)
class SourceCode:
    """The files of one step: path inside the step's code folder -> content."""

    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of_step(cls, root: Path, script: str, modules: Sequence[str]) -> SourceCode:
        """The script lies at the top, where containers look for it; modules keep their package path for imports."""
        paths = {PurePosixPath(script).name: root / script} | {module: root / module for module in modules}
        return cls(tuple(sorted((name, path.read_bytes()) for name, path in paths.items())))

    @property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for name, content in self.files:
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def archive(self) -> bytes:
        """A tar.gz without time, owner or platform in it: the same files are the same bytes."""
        packed = io.BytesIO()
        with (
            gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as stream,
            tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        ):
            for name, content in self.files:
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        return packed.getvalue()


@dataclass(frozen=True)
class CodeStore:
    """The code folder of the artifact bucket. Without a client it tells the URIs and uploads nothing."""

    s3: S3Client | None
    bucket: str

    def upload_folder(self, code: SourceCode) -> str:
        """For processing jobs, which mount a prefix. Returns the prefix's URI."""
        for name, content in code.files:
            self._put_if_absent(f"code/{code.digest}/{name}", content)
        return f"s3://{self.bucket}/code/{code.digest}"

    def upload_archive(self, code: SourceCode) -> str:
        """For training jobs, whose toolkit downloads one archive. Returns its URI."""
        archive = code.archive()
        key = f"code/{hashlib.sha256(archive).hexdigest()}/{ARCHIVE_NAME}"
        self._put_if_absent(key, archive)
        return f"s3://{self.bucket}/{key}"

    def _put_if_absent(self, key: str, content: bytes) -> None:
        """One request that writes or is refused, and takes no right but to write; the bucket refuses any other.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        if self.s3 is None:
            return
        for tries_left in reversed(range(_TRIES)):
            try:
                self.s3.put_object(Bucket=self.bucket, Key=key, Body=content, IfNoneMatch="*")
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "PreconditionFailed":
                    return
                # Another build is writing the same. AWS says to try again: then it is there, or that build failed.
                if code != "ConditionalRequestConflict" or not tries_left:
                    raise
                time.sleep(_PAUSE)
            else:
                return
