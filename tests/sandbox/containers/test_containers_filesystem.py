"""Paths: `/opt/ml` is rewritten at path boundaries, inputs keep their names, and nothing leaves the job's folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.containers.environment import container_environment
from sandbox.containers.filesystem import Volume
from sandbox.containers.job import JobError
from sandbox.containers.objects import S3Location
from sandbox.containers.transfer import download, upload
from tests.sandbox.containers.folder_objects import FolderObjectStore

VOLUME = Volume(Path("/jobs/x"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/opt/ml", "/jobs/x/opt/ml"),
        ("/opt/ml/", "/jobs/x/opt/ml/"),
        ("/opt/ml/model/model.json", "/jobs/x/opt/ml/model/model.json"),
        ("--out=/opt/ml/a:/opt/ml/b", "--out=/jobs/x/opt/ml/a:/jobs/x/opt/ml/b"),
        ('{"a": "/opt/ml/x"}', '{"a": "/jobs/x/opt/ml/x"}'),
        ("file:///opt/ml/code", "file:///jobs/x/opt/ml/code"),
        ("s3://bucket/opt/ml/x", None),
        ("s3://bucket//opt/ml/x", None),
        ("/mnt/opt/ml", None),
        ("~/opt/ml", None),
        ("${ROOT}/opt/ml", None),
        ("./opt/ml", None),
        ("/opt/mlflow", None),
        ("/opt/ml-old/x", None),
        ("/opt/ml.bak", None),
        ("opt/ml", None),
    ],
)
def test_only_whole_paths_are_rewritten(text: str, expected: str | None) -> None:
    assert VOLUME.rewrite(text) == (expected or text)


@given(text=st.text() | st.lists(st.sampled_from(["/opt/ml", "/", "x", ":", " ", "-", "."])).map("".join))
def test_rewriting_twice_is_rewriting_once(text: str) -> None:
    once = VOLUME.rewrite(text)
    assert VOLUME.rewrite(once) == once
    assert once.replace("/jobs/x/opt/ml", "/opt/ml") == text.replace("/jobs/x/opt/ml", "/opt/ml")


@given(before=st.sampled_from(["", " ", "=", ":", ",", '"']), name=st.from_regex(r"(/[a-z]{1,5}){0,3}", fullmatch=True))
def test_every_path_below_the_root_is_rewritten(before: str, name: str) -> None:
    assert VOLUME.rewrite(f"{before}/opt/ml{name}") == f"{before}/jobs/x/opt/ml{name}"


@pytest.mark.parametrize("path", ["/opt/ml/../../etc", "/etc/passwd", "opt/ml", "/opt/mlx", ""])
def test_a_path_outside_the_volume_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a path below /opt/ml"):
        VOLUME.path(path)


def test_the_environment_is_rewritten_and_later_maps_win(folder: Path) -> None:
    environment = container_environment(Volume(folder), {"A": "/opt/ml/a", "OMP_NUM_THREADS": "2"}, {"A": "/opt/ml/b"})
    assert (environment["A"], environment["OMP_NUM_THREADS"]) == (f"{folder}/opt/ml/b", "2")
    assert environment["HOME"].startswith(str(folder))


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("in/", {"a.csv", "deep/b.csv"}),
        ("in", {"a.csv", "deep/b.csv", "inner/c.csv"}),
        ("in/a", {"a.csv"}),
        ("in/a.csv", {"a.csv"}),
        ("in/deep", {"b.csv"}),
        ("", {"in/a.csv", "in/deep/b.csv", "inner/c.csv"}),
    ],
)
def test_an_input_takes_every_key_with_its_prefix(
    objects: FolderObjectStore, tmp_path: Path, prefix: str, expected: set[str]
) -> None:
    for key in ("in/", "in/a.csv", "in/deep/b.csv", "inner/c.csv"):
        objects.put(bucket="bucket", key=key, body=key.encode())
    target = tmp_path / "data"
    download(objects=objects, source={"S3Uri": f"s3://bucket/{prefix}"}, folder=target)
    assert {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()} == expected


@pytest.mark.parametrize("key", ["in/../evil", "in/../../evil", "in/a\nb"])
def test_a_key_that_leads_outside_is_refused(objects: FolderObjectStore, tmp_path: Path, key: str) -> None:
    objects.put(bucket="bucket", key=key, body=b"")
    with pytest.raises(JobError, match=r"Data download failed.*does not name a file inside"):
        download(objects=objects, source={"S3Uri": "s3://bucket/in/"}, folder=tmp_path / "data")


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("s3://bucket/none", "Data download failed: S3 key: s3://bucket/none matched no files on s3"),
        ("s3://nobody/x", "the bucket nobody of s3://nobody/x does not exist"),
        ("https://example.com/x", "is not an S3 URI"),
    ],
)
def test_an_input_that_is_not_there_fails_as_on_aws(
    objects: FolderObjectStore, tmp_path: Path, uri: str, reason: str
) -> None:
    with pytest.raises(JobError, match=f"^ClientError: .*{reason}"):
        download(objects=objects, source={"S3Uri": uri}, folder=tmp_path / "data")


def test_a_key_that_is_file_and_folder_fails_with_its_name(objects: FolderObjectStore, tmp_path: Path) -> None:
    for key in ("in/a", "in/a/b"):
        objects.put(bucket="bucket", key=key, body=b"")
    with pytest.raises(JobError, match="Data download failed: s3://bucket/in/a/b"):
        download(objects=objects, source={"S3Uri": "s3://bucket/in"}, folder=tmp_path / "data")


def manifest(objects: FolderObjectStore, *entries: object) -> dict[str, str]:
    objects.put(bucket="bucket", key="lists/one.json", body=json.dumps(entries).encode())
    return {"S3Uri": "s3://bucket/lists/one.json", "S3DataType": "ManifestFile"}


def test_a_manifest_names_exactly_the_objects_of_an_input(objects: FolderObjectStore, tmp_path: Path) -> None:
    for key in ("in/a.csv", "in/a.csv.bak", "in/deep/b (1) & c.csv", "in/other.csv"):
        objects.put(bucket="bucket", key=key, body=key.encode())
    source = manifest(objects, {"prefix": "s3://bucket/in/"}, "a.csv", "deep/b (1) & c.csv")
    target = tmp_path / "data"
    download(objects=objects, source=source, folder=target)
    found = {path.relative_to(target).as_posix(): path.read_text() for path in target.rglob("*.csv*")}
    assert found == {"a.csv": "in/a.csv", "deep/b (1) & c.csv": "in/deep/b (1) & c.csv"}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ((), "a manifest is a list of"),
        (("a.csv",), "a manifest is a list of"),
        (({"prefix": "s3://bucket/in/"}, 3), "a manifest is a list of"),
        (({"prefix": "s3://bucket/in/"},), "the manifest names no object"),
        (({"prefix": "bucket/in/"}, "a.csv"), "is not an S3 URI"),
        (({"prefix": "s3://bucket/in/"}, "gone.csv"), "s3://bucket/in/gone.csv"),
        (({"prefix": "s3://nobody/in/"}, "a.csv"), "s3://nobody/in/a.csv"),
        (({"prefix": "s3://bucket/in/"}, "../../evil"), "does not name a file inside the input's folder"),
    ],
)
def test_a_manifest_that_leads_nowhere_fails_with_its_fault(
    objects: FolderObjectStore, tmp_path: Path, entries: tuple[object, ...], reason: str
) -> None:
    with pytest.raises(JobError, match=r"^ClientError: Data download failed: ") as refused:
        download(objects=objects, source=manifest(objects, *entries), folder=tmp_path / "data")
    assert reason in str(refused.value)


def test_a_manifest_that_is_not_there_or_not_json_fails_with_its_uri(
    objects: FolderObjectStore, tmp_path: Path
) -> None:
    source = {"S3Uri": "s3://bucket/lists/one.json", "S3DataType": "ManifestFile"}
    with pytest.raises(JobError, match=r"Could not find the object s3://bucket/lists/one\.json"):
        download(objects=objects, source=source, folder=tmp_path / "data")
    objects.put(bucket="bucket", key="lists/one.json", body=b"a.csv\n")
    with pytest.raises(JobError, match=r"s3://bucket/lists/one\.json: a manifest is JSON"):
        download(objects=objects, source=source, folder=tmp_path / "data")


def test_outputs_keep_their_names_and_links_are_not_followed(objects: FolderObjectStore, tmp_path: Path) -> None:
    (tmp_path / "out/deep").mkdir(parents=True)
    (tmp_path / "out/deep/b.txt").write_text("b")
    upload(objects=objects, folder=tmp_path / "out", uri="s3://bucket/to/", kms_key=None)
    assert objects.list(bucket="bucket", prefix="") == ["to/deep/b.txt"]
    (tmp_path / "out/passwd").symlink_to("/etc/passwd")
    with pytest.raises(JobError, match="Data upload failed: passwd"):
        upload(objects=objects, folder=tmp_path / "out", uri="s3://bucket/to/", kms_key=None)


@pytest.mark.parametrize(("uri", "key"), [("s3://b", "x"), ("s3://b/", "x"), ("s3://b/k", "k/x"), ("s3://b/k/", "k/x")])
def test_a_child_of_an_s3_location_has_one_slash(uri: str, key: str) -> None:
    assert S3Location.parse(uri).child("x") == S3Location("b", key)
