"""Archives that want to harm: refused with the member's name, and nothing is left of them."""

from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.containers.archive import unpack
from sandbox.containers.members import CODE, MODEL, ArchiveRefused
from tests.sandbox.containers.tarballs import SMALL, member, tar

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


@given(packed=st.binary(max_size=300) | st.binary(max_size=2_000).map(gzip.compress))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_unpacked_or_refused(packed: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("any") / "out"
    try:
        unpack(packed, folder, limits=SMALL)
    except ArchiveRefused:
        assert not folder.exists()
