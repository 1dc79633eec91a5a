"""Archives: the same files give the same bytes, and come back as they were."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.containers.archive import pack, unpack
from sandbox.containers.members import CODE, MODEL, ArchiveRefused, safe_path
from tests.sandbox.containers.tarballs import member, read, tar, write

NAMES = st.text(alphabet="abcé0-_ ", min_size=1, max_size=8).filter(str.strip)
FILES = st.dictionaries(
    st.tuples(NAMES, NAMES).map("/".join) | NAMES.map("{}.json".format), st.binary(max_size=500), max_size=6
)


@given(files=FILES)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_a_backslash_is_a_letter_of_a_files_name() -> None:
    """As in S3's keys and on Linux; a model's archive is unpacked elsewhere too, and may hold none."""
    assert safe_path("data/a\\b-10.csv") == PurePosixPath("data/a\\b-10.csv")
