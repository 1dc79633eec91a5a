"""The code of a step on its way to S3: under a key made from its content, so that the same code has the same URI.

`ModelTrainer` uploads a `SourceCode` under a time-stamped key, which makes every definition differ and every step cache miss.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import io
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ARCHIVE_NAME = "sourcedir.tar.gz"
_TRIES, _PAUSE = 5, 0.5  # seconds, between tries of an upload that met another one


class UnknownImport(ValueError):
    """An import of a step's code whose module cannot be told; the message has the file and the line."""


@dataclass(frozen=True)
class SourceCode:
    """The files of one step: path inside the step's code folder -> content."""

    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def of_script(cls, root: Path, script: str) -> SourceCode:
        """The script and every module below `root` that it imports, directly or through another one.

        The script lies at the top, where containers look for it; modules keep their package path for imports.
        """
        paths = {Path(script).name: root / script}
        waiting = [root / script]
        while waiting:
            found = {path.relative_to(root).as_posix(): path for path in _imported(root, waiting.pop())}
            waiting += [path for name, path in found.items() if name not in paths]
            paths |= found
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


def _imported(root: Path, file: Path) -> Iterator[Path]:
    """The files below `root` that a file's import statements load, the packages around them included."""
    for name in _imported_names(file):
        *packages, module = name.split(".")
        for depth in range(1, len(packages) + 1):
            package = root.joinpath(*packages[:depth], "__init__.py")
            if package.is_file():
                yield package
        for path in (root.joinpath(*packages, f"{module}.py"), root.joinpath(*packages, module, "__init__.py")):
            if path.is_file():
                yield path


def _imported_names(file: Path) -> Iterator[str]:
    """Each name that may be a module: of `from a.b import c` those are a.b and a.b.c."""
    for node in ast.walk(ast.parse(file.read_bytes(), filename=str(file))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or not node.module:
                raise UnknownImport(
                    f"{file}, line {node.lineno}: a relative import. The script of a step runs outside its package: "
                    "import by the whole name, such as `from pipelines.abalone.containers import features`."
                )
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
