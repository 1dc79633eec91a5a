"""All that lies under InputData: each file is read, whatever its folder, or refused by its name. Nothing is left out in silence."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.abalone.containers.dataset import Dataset, Labelled, MissingData, UnreadableFile, make_dataset, read_file
from pipelines.abalone.containers.parquet import read_parquet

# What Spark, Hadoop, EMR, Databricks and macOS leave beside data: no rows are in them.
MARKERS = (
    "_SUCCESS",
    "_committed_*",
    "_started_*",
    "_metadata",
    "_common_metadata",
    "*_$folder$",
    ".*.crc",
    ".DS_Store",
)


@dataclass(frozen=True)
class FileRead:
    """A file by its path below InputData, and how many rows it gave."""

    name: str
    rows: int


@dataclass(frozen=True)
class InputData:
    """The rows of all files in the order of their paths; `ignored` are the markers among them."""

    dataset: Dataset
    files: tuple[FileRead, ...]
    ignored: tuple[str, ...]


def read_input(folder: Path) -> InputData:
    """Read a folder to any depth. The digest is that of the files' bytes in their order."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    ignored = tuple(name for name in names if _is_marker(name))
    files = [name for name in names if not _is_marker(name)]
    if not files:
        found = f"only {', '.join(ignored[:5])}" if ignored else "nothing" if folder.is_dir() else "no such folder"
        raise MissingData(f"{folder}: no data here ({found}). Check the pipeline parameter InputData.")
    readers = [(name, _reader(name)) for name in files]  # a file that nobody reads is told before any is read
    digest = hashlib.sha256()
    rows: list[Labelled] = []
    counted: list[FileRead] = []
    for name, reader in readers:
        content = (folder / name).read_bytes()
        digest.update(content)
        before = len(rows)
        rows += reader(name, content)
        counted.append(FileRead(name, len(rows) - before))
    return InputData(make_dataset(folder.name, rows, digest.hexdigest()), tuple(counted), ignored)


def _is_marker(name: str) -> bool:
    return any(fnmatch.fnmatchcase(name.rpartition("/")[2], marker) for marker in MARKERS)


def _reader(name: str) -> Callable[[str, bytes], Iterator[Labelled]]:
    for suffix, reader in _READERS.items():
        if name.lower().endswith(suffix):
            return reader
    raise UnreadableFile(
        f"{name}: not {', '.join(_READERS)} by its name. Every file under InputData is read: "
        "upload it in one of these forms, or keep it elsewhere."
    )


def _read_gzip(name: str, content: bytes) -> Iterator[Labelled]:
    try:
        unpacked = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"{name}: not a whole gzip file ({error}). Upload it again, or without .gz.") from error
    return read_file(name, unpacked)


_READERS = {".csv": read_file, ".csv.gz": _read_gzip, ".parquet": read_parquet}
