"""Files in and out of a build: which ones a pattern means, and archives that would leave their folder."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from sandbox import zips
from sandbox.codebuild.buildspec.spec import Files
from sandbox.codebuild.reports import junit
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.globs import chosen
from sandbox.containers.members import ArchiveRefused, Limits

TREE = ("a.txt", "b.yml", "d/a.txt", "d/e/f.txt", "d/.hidden")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    for name in TREE:
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "src"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (Files(patterns=("**/*",)), {*TREE}),
        (Files(patterns=("*",)), {"a.txt", "b.yml"}),
        (Files(patterns=("**/*.txt",)), {"a.txt", "d/a.txt", "d/e/f.txt"}),
        (Files(patterns=("d/*",)), {"d/a.txt", "d/.hidden"}),
        (Files(patterns=("a.txt", "absent")), {"a.txt"}),
        (Files(patterns=("./b.yml",)), {"b.yml"}),
        (Files(patterns=("**/*",), exclude=("d/**/*",)), {"a.txt", "b.yml"}),
        (Files(patterns=("**/*",), base_directory="d"), {"a.txt", "e/f.txt", ".hidden"}),
        (Files(patterns=("**/f.txt",), discard_paths=True), {"f.txt"}),
    ],
)
def test_a_pattern_means_its_files(source: Path, files: Files, names: set[str]) -> None:
    assert chosen(files, source).keys() == names


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (Files(patterns=("absent",)), "no matching artifact paths found"),
        (Files(patterns=("*",), base_directory="absent"), "no matching base directory path found for absent"),
        (Files(patterns=("*",), base_directory=".."), "is not inside the source"),
        (Files(patterns=("../x",)), "is not inside the base directory"),
        (Files(patterns=("link",)), "leads out of the source"),
    ],
)
def test_what_is_not_there_or_not_inside_fails_the_phase(source: Path, files: Files, sentence: str) -> None:
    (source / "link").symlink_to("/etc/hostname" if Path("/etc/hostname").exists() else "/etc/passwd")
    with pytest.raises(PhaseFailed, match=sentence):
        chosen(files, source)


def zipped(*members: tuple[str, bytes, int]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = mode << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def test_what_was_packed_comes_out_the_same_and_the_same_files_give_the_same_bytes(
    source: Path, tmp_path: Path
) -> None:
    (source / "a.txt").chmod(0o755)
    files = chosen(Files(patterns=("**/*",)), source)
    packed = zips.pack(files.items())
    (source / "a.txt").touch()
    assert zips.pack(reversed(files.items())) == packed
    zips.unpack(packed, tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_text() for name in TREE} == {name: name for name in TREE}
    assert (tmp_path / "out" / "a.txt").stat().st_mode & stat.S_IXUSR
    assert not (tmp_path / "out" / "b.yml").stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        (zipped(("../x", b"", 0)), "not a path inside the archive"),
        (zipped(("/x", b"", 0)), "not a path inside the archive"),
        (zipped(("x", b"/etc/passwd", stat.S_IFLNK | 0o777)), "is a link"),
        (zipped(("x", b"0" * 2000, 0)), "more than is allowed"),
        (zipped(*((f"x{n}", b"", 0) for n in range(4))), "more than 3 members"),
        (b"PK not a zip", "not a whole zip file"),
    ],
)
def test_a_hostile_archive_is_refused(tmp_path: Path, packed: bytes, sentence: str) -> None:
    with pytest.raises(ArchiveRefused, match=sentence):
        zips.unpack(packed, tmp_path / "out", limits=Limits(members=3, file_bytes=1000, total_bytes=2000))
    assert not (tmp_path / "x").exists()


def test_junits_xml_is_read_with_every_status() -> None:
    cases = junit.read(
        b'<testsuites><testsuite name="s"><testcase classname="c" name="ok" time="0.5"/>'
        b'<testcase name="bad"><failure message="no">trace</failure></testcase>'
        b"<testcase name='broken'><error>oh</error></testcase><testcase name='left'><skipped/></testcase>"
        b"</testsuite></testsuites>"
    )
    assert [(case.name, case.status, case.message) for case in cases] == [
        ("ok", "SUCCEEDED", ""),
        ("bad", "FAILED", "no"),
        ("broken", "ERROR", "oh"),
        ("left", "SKIPPED", ""),
    ]
    assert (cases[0].prefix, cases[0].nanoseconds, cases[0].suite) == ("c", 500_000_000, "s")


ENTITY = '<!DOCTYPE t [<!ENTITY a "b">]><testsuite/>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html/>", "its root is html"),
        (b"<testsuite>", "no element found"),
        (ENTITY.encode(), "document type or entities"),
        (ENTITY.encode("utf-16"), "document type or entities"),
        (b"<!DOCTYPE t><testsuite/>", "document type or entities"),
        (b'<?xml version="1.0" encoding="x"?><testsuite/>', "unknown encoding"),
    ],
)
def test_what_is_not_junit_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        junit.read(content)


def test_suites_may_nest_as_deep_as_somebody_writes_them() -> None:
    deep = b'<testsuite name="s">' * 5000 + b'<testcase name="t"/>' + b"</testsuite>" * 5000
    assert [(case.name, case.suite) for case in junit.read(deep)] == [("t", "s")]
