"""Every corrupt or odd zip file is refused with its reason, by the one reader of all that take one; and nothing gets out of it."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import zips
from sandbox.codecommit.seed import files_of
from sandbox.containers.members import ArchiveRefused, Limits
from sandbox.errors import ValidationError

FILES = {"README.md": b"# here\n" * 40, "src/a.py": b"a = 1\n" * 40, "src/deep/b.bin": bytes(range(256)) * 4}
SMALL = Limits(members=8, file_bytes=4_000, total_bytes=8_000)


def archive(*files: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name twice, on purpose
        for name, content in files:
            opened.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return packed.getvalue()


WHOLE = archive(*FILES.items())


def corrupted(packed: bytes, at: int) -> bytes:
    return packed[:at] + bytes([packed[at] ^ 0xFF]) + packed[at + 1 :]


BZIPPED = archive(("a", bytes(range(256)) * 4), compression=zipfile.ZIP_BZIP2)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"", "not a whole zip file"),
        (b"PK", "not a whole zip file"),
        (WHOLE[:-30], "not a whole zip file"),
        (WHOLE[: len(WHOLE) // 2], "not a whole zip file"),
        (corrupted(WHOLE, 39), "not a whole zip file"),  # inside the first member's compressed bytes
        (corrupted(BZIPPED, 60), "not a whole zip file (Invalid data stream)"),
        (archive(("a", b"1"), ("a", b"2")), "'a' comes twice"),
        (archive(("a", b"1"), ("a/b", b"2")), "'a/b' comes twice, or is both"),
        (archive(("a/b", b"1"), ("a", b"2")), "'a' comes twice, or is both"),
        (archive(("a/", b""), ("a", b"2")), "'a' comes twice, or is both"),
        (archive(("n" * 256, b"1")), "is not a path inside"),
        (archive(("n/" * 1100 + "n", b"1")), "is not a path inside"),
        (archive(("../out", b"1")), "is not a path inside"),
        (archive(("/etc/passwd", b"1")), "is not a path inside"),
        (archive(("a\nb", b"1")), "is not a path inside"),
        (archive(("big", b"0" * 4_001)), "unpacks to more than is allowed"),
        (archive(*((f"f{n}", b"0" * 3_000) for n in range(3))), "unpacks to more than is allowed"),
        (archive(*((f"f{n}", b"") for n in range(9))), "more than 8 members"),
    ],
)
def test_an_odd_archive_is_refused_with_its_reason(packed: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ArchiveRefused) as refused:
        zips.unpack(packed, tmp_path / "in", limits=SMALL)
    assert reason in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["in"])


def test_names_that_differ_in_capitals_alone_are_two_files_as_in_git(tmp_path: Path) -> None:
    zips.unpack(archive(("README", b"1"), ("Readme", b"2")), tmp_path / "in")
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["README", "Readme"]


@settings(max_examples=150)
@given(position=st.integers(0, len(WHOLE) - 1), value=st.integers(0, 255), end=st.integers(0, len(WHOLE)))
def test_no_mutant_is_a_fault(tmp_path_factory: pytest.TempPathFactory, position: int, value: int, end: int) -> None:
    """It unpacks, or is refused by every reader: the builds', the pipelines', the repositories'."""
    mutant = WHOLE[:position] + bytes([value]) + WHOLE[position + 1 :]
    for packed in (mutant, mutant[:end]):
        folder = tmp_path_factory.mktemp("mutant")
        for read in (
            lambda: zips.unpack(packed, folder / "in", limits=SMALL),  # noqa: B023
            lambda: zips.file(packed, "src/a.py", limits=SMALL),  # noqa: B023
            lambda: files_of(packed),  # noqa: B023
        ):
            try:
                read()
            except (ArchiveRefused, ValidationError, KeyError) as error:
                assert str(error)
        assert [path.name for path in folder.iterdir()] in ([], ["in"])
