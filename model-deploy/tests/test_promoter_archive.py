"""An artifact is read by an allow-list: a hostile archive is refused with a sentence, and nothing touches the disk."""

import gzip
import hashlib
import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter import archive
from promoter.archive import DIGESTS, Artifact, read_archive
from promoter.errors import ArchiveRefusedError
from promoter_fakes.archives import (
    GOLDEN,
    MODEL,
    MODEL_SHA256,
    Member,
    digests,
    good_archive,
    good_members,
    member,
    tar,
    tar_gz,
)


def read(content: bytes) -> Artifact:
    return read_archive(io.BytesIO(content))


def renaming_header() -> Member:
    info, content = member("model.json", MODEL)
    info.pax_headers = {"path": "../../model.json"}
    return info, content


def oversized(name: str, size: int) -> Member:
    return member(name, b"\0" * size)


HOSTILE: dict[str, tuple[list[Member], str]] = {
    "a stray pickle": ([member("model.pkl", b"cos\nsystem\n")], "'model.pkl', which is not one of"),
    "an absolute name": ([member("/model.json", MODEL)], "'/model.json', which is not one of"),
    "a climbing name": ([member("../model.json", MODEL)], "'../model.json', which is not one of"),
    "a detour": ([member("code/../model.json", MODEL)], "which is not one of"),
    "a backslash": ([member("code\\inference.py")], "which is not one of"),
    "an odd folder": ([member("code/evil", kind=tarfile.DIRTYPE)], "'code/evil', which is not one of"),
    "a folder in place of the model": ([member("model.json", kind=tarfile.DIRTYPE)], "model.json is not a plain file"),
    "a symbolic link": ([member("model.json", kind=tarfile.SYMTYPE, link="/etc/passwd")], "not a plain file"),
    "a hard link": ([member("golden.json", kind=tarfile.LNKTYPE, link="model.json")], "not a plain file"),
    "a device": ([member("golden.json", kind=tarfile.CHRTYPE)], "not a plain file"),
    "a fifo": ([member("golden.json", kind=tarfile.FIFOTYPE)], "not a plain file"),
    "a name twice": ([member("golden.json", GOLDEN), member("golden.json", b"{}")], "'golden.json' twice"),
    "a name twice, once with ./": ([member("golden.json", GOLDEN), member("./golden.json")], "'golden.json' twice"),
    "a file over its size": ([oversized("golden.json", 1024 * 1024 + 1)], "golden.json has 1048577 bytes"),
    "a header that renames": ([renaming_header()], "extended header"),
    "control characters in a name": ([member("\x1b[2Jmodel.json")], r"'\x1b[2Jmodel.json', which is not one of"),
}


def test_a_good_archive_gives_every_digest_and_the_golden_rows() -> None:
    found = read(good_archive())
    assert found.golden == GOLDEN
    assert {DIGESTS[name]: digest for name, digest in found.digests.items()} == digests(good_archive())
    assert found.digests.keys() == {"", *archive.MAX_BYTES} == DIGESTS.keys()


@pytest.mark.parametrize("file", archive.MAX_BYTES)
def test_another_content_of_a_file_is_another_digest_of_it_and_of_the_archive(file: str) -> None:
    changed = [
        (info, content) if info.name != file else member(file, content + b" ") for info, content in good_members()
    ]
    before, after = read(good_archive()).digests, read(tar_gz(changed)).digests
    assert {name for name in before if before[name] != after[name]} == {"", file}


def test_bytes_behind_the_compressed_archive_are_part_of_its_digest() -> None:
    """gzip passes over zeros at the end without a word."""
    assert (
        read(good_archive() + b"\0" * 100_000).digests[""]
        == hashlib.sha256(good_archive() + b"\0" * 100_000).hexdigest()
    )


def test_names_may_start_with_a_dot_and_files_may_come_in_any_order() -> None:
    dotted = [member(".", kind=tarfile.DIRTYPE)]
    for info, content in reversed(good_members()):
        info.name = "./" + info.name
        dotted.append((info, content))
    assert read(tar_gz(dotted)).digests["model.json"] == MODEL_SHA256


def test_python_writes_times_into_extended_headers_which_are_harmless() -> None:
    members = good_members()
    members[0][0].mtime = 1234567890.5
    assert read(tar_gz(members)).digests["model.json"] == MODEL_SHA256


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused(case: str) -> None:
    members, words = HOSTILE[case]
    taken = {info.name.removeprefix("./") for info, _ in members}
    others = [one for one in good_members() if one[0].name not in taken]
    for order in ([*members, *others], [*others, *members]):
        with pytest.raises(ArchiveRefusedError) as refused:
            read(tar_gz(order))
        assert words in str(refused.value)


@pytest.mark.parametrize("name", ["model.json", "golden.json", "code/inference.py", "code/features.py"])
def test_a_missing_file_is_named(name: str) -> None:
    with pytest.raises(ArchiveRefusedError, match=f"lacks {name}"):
        read(tar_gz(one for one in good_members() if one[0].name != name))


def test_a_sparse_file_is_refused() -> None:
    info, content = member("model.json", MODEL)
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "99999999999"}
    with pytest.raises(ArchiveRefusedError):
        read(tar_gz([(info, content)]))


def test_an_extended_header_as_large_as_a_bomb_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_EXPANDED_BYTES", 100_000)
    info, content = member("model.json", MODEL)
    info.pax_headers = {"comment": "x" * 1_000_000}
    with pytest.raises(ArchiveRefusedError, match="expands to more than 100000 bytes"):
        read(tar_gz([(info, content)]))


@pytest.mark.parametrize("hidden", [b"#!/bin/sh", tar([member("evil.py", b"boom")])], ids=["text", "a second archive"])
def test_nothing_hides_behind_the_end(hidden: bytes) -> None:
    with pytest.raises(ArchiveRefusedError, match="hidden behind it"):
        read(gzip.compress(tar(good_members()) + hidden))


def test_a_bomb_behind_the_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_EXPANDED_BYTES", 100_000)
    with pytest.raises(ArchiveRefusedError, match="expands to more than"):
        read(gzip.compress(tar(good_members()) + b"\0" * 1_000_000))


@pytest.mark.parametrize(
    "content", [b"", b"no archive", gzip.compress(b"", mtime=0), gzip.compress(b"no tar", mtime=0), tar(good_members())]
)
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveRefusedError):
        read(content)


@given(st.integers(0, len(good_archive()) - 1))
def test_a_cut_off_archive_is_refused(length: int) -> None:
    with pytest.raises(ArchiveRefusedError):
        read(good_archive()[:length])


@given(st.integers(0, len(good_archive()) - 1), st.integers(1, 255))
def test_a_damaged_archive_is_refused_or_read_as_it_was(position: int, flip: int) -> None:
    content = bytearray(good_archive())
    content[position] ^= flip
    try:
        found = read(bytes(content))
    except ArchiveRefusedError:
        return
    assert (found.digests["model.json"], found.golden) == (MODEL_SHA256, GOLDEN)


@given(st.integers(0, len(tar(good_members())) - 1), st.integers(1, 255))
def test_a_damaged_tar_inside_a_sound_gzip_never_ends_in_a_traceback(position: int, flip: int) -> None:
    content = bytearray(tar(good_members()))
    content[position] ^= flip
    try:
        read(gzip.compress(bytes(content), compresslevel=1))
    except ArchiveRefusedError:
        return
