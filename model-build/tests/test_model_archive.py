from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines.abalone.containers.archive import ALLOWED, MAX_BYTES, ArchiveRefused, unpack

Entry = tuple[tarfile.TarInfo, bytes]


def _file(name: str, content: bytes = b"{}") -> Entry:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    return entry, content


def _special(name: str, kind: bytes, target: str = "") -> Entry:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, target
    return entry, b""


def _archive(path: Path, entries: list[Entry], tar_format: int = tarfile.PAX_FORMAT) -> Path:
    with tarfile.open(path, "w:gz", format=tar_format, compresslevel=1) as tar:
        for entry, content in entries:
            tar.addfile(entry, io.BytesIO(content))
    return path


GOOD = [_file(name) for name in ALLOWED]


def test_the_archive_of_training_is_unpacked(trained: Any, tmp_path: Path) -> None:
    unpack(trained.archive, tmp_path)
    for name in ALLOWED:
        assert (tmp_path / name).read_bytes() == (trained.model / name).read_bytes()


@pytest.mark.parametrize("prefix", ["", "./"])
def test_folders_and_dotted_names_are_as_good(tmp_path: Path, prefix: str) -> None:
    folder = _special(f"{prefix}code", tarfile.DIRTYPE)
    unpack(_archive(tmp_path / "model.tar.gz", [folder, *(_file(prefix + name) for name in ALLOWED)]), tmp_path / "out")
    assert (tmp_path / "out" / "code" / "features.py").is_file()


def _sparse(name: str) -> Entry:
    entry, content = _file(name)
    entry.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.map": "0,0,9999999999,0"}
    return entry, content


HOSTILE: dict[str, tuple[Callable[[], list[Entry]], str]] = {
    "a stray pickle": (lambda: [*GOOD, _file("model.pkl")], "'model.pkl' is not one of"),
    "a pickle in the code": (lambda: [*GOOD, _file("code/x.pkl")], "'code/x.pkl' is not one of"),
    "a path upwards": (lambda: [_file("../model.json"), *GOOD], "is not one of"),
    "a path upwards through a folder": (lambda: [_file("code/../../x"), *GOOD], "is not one of"),
    "an absolute path": (lambda: [_file("/tmp/model.json"), *GOOD], "is not one of"),  # noqa: S108
    "a Windows path": (lambda: [_file("code\\features.py"), *GOOD], "is not one of"),
    "a symbolic link": (lambda: [_special("model.json", tarfile.SYMTYPE, "/etc/passwd"), *GOOD], "no plain file"),
    "a hard link": (lambda: [*GOOD[:2], _special("code/inference.py", tarfile.LNKTYPE, "model.json")], "no plain file"),
    "a link in place of the folder": (lambda: [_special("code", tarfile.SYMTYPE, "/"), *GOOD], "'code' is not one of"),
    "a device": (lambda: [_special("model.json", tarfile.CHRTYPE), *GOOD], "no plain file"),
    "a pipe": (lambda: [_special("golden.json", tarfile.FIFOTYPE), *GOOD], "no plain file"),
    "a folder in place of a file": (lambda: [_special("model.json", tarfile.DIRTYPE), *GOOD], "no plain file"),
    "a sparse file": (lambda: [_sparse("model.json"), *GOOD[1:]], "no plain file|not a readable"),
    "a file twice": (lambda: [*GOOD, GOOD[0]], "'model.json' is there twice"),
    "a file twice by two spellings": (lambda: [*GOOD, _file("./model.json")], "is there twice"),
    "a file too large": (lambda: [_file("golden.json", bytes(ALLOWED["golden.json"] + 1))], "more than"),
    "too many members": (lambda: [_special("code", tarfile.DIRTYPE)] * 50, "more than 6 members"),
    "a file missing": (lambda: GOOD[:-1], "it lacks code/features.py"),
    "nothing at all": (list, "it lacks"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused(tmp_path: Path, name: str) -> None:
    entries, reason = HOSTILE[name]
    with pytest.raises(ArchiveRefused, match=rf"^model.tar.gz: .*({reason})"):
        unpack(_archive(tmp_path / "model.tar.gz", entries()), tmp_path / "out")
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written <= ALLOWED.keys()
    assert not any(path.is_symlink() for path in (tmp_path / "out").rglob("*"))


def test_a_header_that_is_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("bomb")
    header.type, header.size = tarfile.XHDTYPE, 50 * MAX_BYTES
    (tmp_path / "model.tar.gz").write_bytes(gzip.compress(header.tobuf() + bytes(1024 * 1024)))
    with pytest.raises(ArchiveRefused):
        unpack(tmp_path / "model.tar.gz", tmp_path / "out")


def test_a_claimed_size_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    entry = tarfile.TarInfo("model.json")
    entry.size = 1 << 40
    (tmp_path / "model.tar.gz").write_bytes(gzip.compress(entry.tobuf() + bytes(1024)))
    with pytest.raises(ArchiveRefused, match="1099511627776 bytes, more than"):
        unpack(tmp_path / "model.tar.gz", tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"no archive", gzip.compress(b"no tar", mtime=0), b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    with pytest.raises(ArchiveRefused, match=r"^model.tar.gz: "):
        unpack(tmp_path / "model.tar.gz", tmp_path / "out")


def test_a_missing_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match="not a readable"):
        unpack(tmp_path / "model.tar.gz", tmp_path / "out")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0, 10**6), value=st.integers(0, 255), keep=st.floats(0, 1))
def test_a_damaged_archive_is_unpacked_or_refused(
    trained: Any, tmp_path: Path, position: int, value: int, keep: float
) -> None:
    content = bytearray(trained.archive.read_bytes())
    content[position % len(content)] = value
    (tmp_path / "model.tar.gz").write_bytes(content[: max(1, int(keep * len(content)))])
    try:
        unpack(tmp_path / "model.tar.gz", tmp_path / "out")
    except ArchiveRefused as refusal:
        assert str(refusal).startswith("model.tar.gz: ")
