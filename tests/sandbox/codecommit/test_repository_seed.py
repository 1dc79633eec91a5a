"""The archive a repository is filled from is checked before it is believed."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.codecommit.seed import files_of
from sandbox.errors import ValidationError


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return buffer.getvalue()


@given(
    st.dictionaries(
        st.from_regex(r"([a-z]{1,5}/){0,3}[a-z][a-z.]{0,8}[a-z]\.[a-z]", fullmatch=True),  # never a folder of another
        st.binary(),
        min_size=1,
        max_size=100,
    )
)
def test_an_archive_gives_its_files(files: dict[str, bytes]) -> None:
    assert files_of(archive(files)) == files


def test_folders_are_no_files() -> None:
    assert files_of(archive({"src/": b"", "src/a.py": b"x"})) == {"src/a.py": b"x"}


class Stream(io.RawIOBase):
    """Cannot seek, so zipfile writes data descriptors, as the CDK CLI does."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += bytes(data)
        return len(data)


def streamed(files: dict[str, bytes], method: int) -> bytes:
    target = Stream()
    with zipfile.ZipFile(target, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target.content


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_empty_file_is_a_file(method: int) -> None:
    files = {"README.md": b"x", "src/__init__.py": b""}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    assert files_of(buffer.getvalue()) == files
    assert files_of(streamed({"README.md": b"x"}, zipfile.ZIP_DEFLATED)) == {"README.md": b"x"}


@pytest.mark.parametrize("content", [b"", b"x"])
def test_what_is_stored_with_a_data_descriptor_is_refused_as_on_aws(content: bytes) -> None:
    with pytest.raises(ValidationError, match=r"not a valid \.zip archive: only DEFLATED.*src/__init__\.py is stored"):
        files_of(streamed({"src/__init__.py": content}, zipfile.ZIP_STORED))


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../up", "a/../../up", ".git/hooks/post-update", "a/.git/config", "a\\b"]
)
def test_a_path_that_no_repository_can_have_is_refused(path: str) -> None:
    with pytest.raises(ValidationError, match=r"a path that no repository can have|not a path inside the archive"):
        files_of(archive({path: b"x"}))


def test_an_archive_over_20_mb_is_refused_in_aws_words() -> None:
    with pytest.raises(ValidationError, match="Code archive supplied cannot be more than 20 MB compressed"):
        files_of(b"x" * (20 * 1024 * 1024 + 1))


@given(st.binary(max_size=200))
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        files_of(content)


def test_an_archive_without_files_is_refused() -> None:
    with pytest.raises(ValidationError, match="The code archive is empty"):
        files_of(archive({}))


def test_more_files_than_one_commit_takes_are_refused_by_their_number() -> None:
    files = {f"{number}.txt": b"x" for number in range(101)}
    with pytest.raises(ValidationError, match=r"holds 101 files.*MaximumFileEntriesExceededException"):
        files_of(archive(files))
    del files["0.txt"]
    assert files_of(archive(files)) == files
