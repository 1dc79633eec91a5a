"""Archives: the same files give the same bytes, and nothing hostile is unpacked."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.containers.archive import pack, unpack
from sandbox.containers.members import CODE, MODEL, ArchiveRefused, Limits, safe_path

SMALL = Limits(members=5, file_bytes=1_000, total_bytes=2_000)
NAMES = st.text(alphabet="abcé0-_ ", min_size=1, max_size=8).filter(str.strip)
FILES = st.dictionaries(
    st.tuples(NAMES, NAMES).map("/".join) | NAMES.map("{}.json".format), st.binary(max_size=500), max_size=6
)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    folder.mkdir(exist_ok=True)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def member(name: str, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for field, value in fields.items():
        setattr(info, field, value)
    return info


def tar(*members: tarfile.TarInfo | tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for each in members:
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each)
            else:
                archive.addfile(member(each[0], size=len(each[1])), io.BytesIO(each[1]))
    return packed.getvalue()


@given(files=FILES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_packed_is_unpacked(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("round")
    unpack(pack(write(folder / "in", files)), folder / "out", limits=CODE)
    assert read(folder / "out") == files


def test_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    files = {"model.json": b"{}", "code/inference.py": b"pass", "code/features.py": b""}
    first = write(tmp_path / "a", files)
    second = write(tmp_path / "b", dict(reversed(files.items())))
    (second / "model.json").chmod(0o600)
    os.utime(second / "model.json", (1, 1))
    assert pack(first) == pack(second)
    with tarfile.open(fileobj=io.BytesIO(pack(first))) as archive:
        assert archive.getnames() == ["code/features.py", "code/inference.py", "model.json"]


def test_a_link_is_not_packed(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"a": b""})
    (folder / "b").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveRefused, match="b: only files and folders"):
        pack(folder)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "absolute": (tar(("/etc/evil", b"")), "/etc/evil"),
    "parent": (tar(("a/../../evil", b"")), "a/../../evil"),
    "backslash": (tar(("..\\evil", b"")), "evil"),
    "newline": (tar(("a\nb", b"")), "is not a path"),
    "long name": (tar(("a" * 300, b"")), "is not a path"),
    "symbolic link": (tar(member("link", tarfile.SYMTYPE, linkname="/etc/passwd")), "'link' is a link"),
    "hard link": (tar(("a", b""), member("link", tarfile.LNKTYPE, linkname="a")), "'link' is a link"),
    "through a link": (tar(member("d", tarfile.SYMTYPE, linkname="/etc"), ("d/evil", b"")), "'d' is a link"),
    "device": (tar(member("null", tarfile.CHRTYPE, devmajor=1, devminor=3)), "neither a file nor a folder"),
    "pipe": (tar(member("pipe", tarfile.FIFOTYPE)), "neither a file nor a folder"),
    "sparse": (tar(member("holes", tarfile.GNUTYPE_SPARSE)), "'holes'|not a whole tar"),
    "duplicate": (tar(("a", b"1"), ("./a", b"2")), "comes twice"),
    "duplicate on a Mac": (tar(("model.json", b"1"), ("MODEL.json", b"2")), "comes twice"),
    "file as folder": (tar(("a", b""), ("a/b", b"")), "both a file and a folder"),
    "folder as file": (tar(("a/b", b""), ("a", b"")), "both a file and a folder"),
    "too many": (tar(*((f"{n}", b"") for n in range(6))), "at most 5 members"),
    "too large": (tar(("a", b"0" * 1_001)), "'a' is larger than 1000 bytes"),
    "bomb": (gzip.compress(b"\0" * 10_000_000), "more than 2000 bytes"),
    "no gzip": (b"model", "not a whole gzip"),
    "no tar": (gzip.compress(b"model" * 300), "not a whole tar"),
    "cut off": (tar(("a", os.urandom(900)))[:-300], "not a whole gzip"),
    "empty": (b"", "not a whole"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    packed, reason = HOSTILE[kind]
    with pytest.raises(ArchiveRefused, match=reason):
        unpack(packed, tmp_path / "out", limits=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_a_header_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    """A pax header is read into memory at once, whatever its size."""
    header = member("x", tarfile.XHDTYPE, size=200_000_000)
    packed = gzip.compress(header.tobuf() + b"\0" * 200_000_000, compresslevel=1)
    with pytest.raises(ArchiveRefused, match="header that is too large"):
        unpack(packed, tmp_path / "out", limits=CODE)


def test_headers_without_end_are_refused(tmp_path: Path) -> None:
    header = member("x", tarfile.XHDTYPE, size=9).tobuf() + b"9 a=bcd\n\n".ljust(512, b"\0")
    with pytest.raises(ArchiveRefused, match="not a whole tar"):
        unpack(gzip.compress(header * 3_000), tmp_path / "out", limits=CODE)


@pytest.mark.parametrize(
    "name", ["model.pkl", "model.PICKLE", "code/model.joblib", "model.bin", "xgboost-model", "lib.so"]
)
def test_a_model_archive_holds_no_file_that_could_run(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused, match=r"pickle|not a kind of file"):
        unpack(tar(("model.json", b"{}"), (name, b"")), tmp_path / "out", limits=MODEL)
    unpack(tar((name, b"")), tmp_path / "code", limits=CODE)


def test_an_archive_of_the_current_folder_is_welcome(tmp_path: Path) -> None:
    """What `tar -C folder -czf x.tar.gz .` makes."""
    packed = tar(
        member(".", tarfile.DIRTYPE), member("./code", tarfile.DIRTYPE), ("./code/a.py", b"1"), ("./m.json", b"2")
    )
    unpack(packed, tmp_path / "out", limits=MODEL)
    assert read(tmp_path / "out") == {"code/a.py": b"1", "m.json": b"2"}


@given(name=st.text() | st.lists(st.sampled_from(["..", ".", "", "a", "\\", "b c"])).map("/".join))
def test_a_safe_path_never_leaves_its_folder(name: str) -> None:
    path = safe_path(name)
    if path is not None:
        assert Path(os.path.normpath(Path("/folder") / path)).is_relative_to("/folder")


@given(packed=st.binary(max_size=300) | st.binary(max_size=2_000).map(gzip.compress))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_unpacked_or_refused(packed: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any") / "out"
    try:
        unpack(packed, folder, limits=SMALL)
    except ArchiveRefused:
        assert not folder.exists()
