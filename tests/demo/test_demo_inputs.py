import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import Settings, read_context
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY
from sandbox.demo.moments import project as project_module
from sandbox.demo.moments.inputs import BATCH_ROWS, DATA, arrival, batch, read_lines, upload_arrival, upload_inputs
from sandbox.demo.moments.project import Project, read_settings

PROJECT = Project(Settings.from_context(read_context(REPOSITORY / "cdk.json")), "b", "arn:approver")


class Bucket:
    """S3, as far as an upload goes."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.written = 0

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, Metadata: dict[str, str]) -> None:
        self.objects[f"s3://{Bucket}/{Key}"] = (Body, Metadata)
        self.written += 1

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        if f"s3://{Bucket}/{Key}" not in self.objects:
            raise ClientError({"Error": {"Code": "404", "Message": "Not Found"}}, "HeadObject")
        return {"Metadata": self.objects[f"s3://{Bucket}/{Key}"][1]}

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, int]:
        return {"KeyCount": sum(uri.startswith(f"s3://{Bucket}/{Prefix}") for uri in self.objects)}


def test_the_data_lies_where_the_project_looks_for_it() -> None:
    bucket: Any = Bucket()
    uploaded = upload_inputs(bucket, PROJECT, DATA)
    assert uploaded.uri == "s3://b/data/abalone.csv"
    assert (uploaded.key, uploaded.rows, uploaded.new) == ("data/abalone.csv", 4177, True)
    assert bucket.objects[uploaded.uri][0] == DATA.read_bytes()
    assert bucket.objects["s3://b/batch/rows.csv"][0].count(b"\n") == BATCH_ROWS


def test_data_that_lies_there_already_makes_no_event(tmp_path: Path) -> None:
    bucket: Any = Bucket()
    upload_inputs(bucket, PROJECT, DATA)
    written = bucket.written
    assert not upload_inputs(bucket, PROJECT, DATA).new
    assert bucket.written == written
    changed = tmp_path / "abalone.csv"
    changed.write_bytes(DATA.read_bytes().replace(b"M,0.455", b"F,0.455", 1))
    assert upload_inputs(bucket, PROJECT, changed).new


def test_each_arrival_is_a_file_of_its_own_with_other_rows() -> None:
    bucket: Any = Bucket()
    upload_inputs(bucket, PROJECT, DATA)
    second, third = upload_arrival(bucket, PROJECT, DATA), upload_arrival(bucket, PROJECT, DATA)
    assert (second.uri, third.uri) == ("s3://b/data/abalone-2.csv", "s3://b/data/abalone-3.csv")
    assert second.new
    assert third.new
    contents = {content for uri, (content, _) in bucket.objects.items() if "data/" in uri}
    assert len(contents) == 3


@given(st.lists(st.binary(min_size=1), unique=True, min_size=4), st.integers(2, 9))
def test_an_arrival_has_rows_of_the_data_and_always_the_same(lines: list[bytes], number: int) -> None:
    rows = arrival(lines, number)
    assert rows == arrival(lines, number)
    assert 0 < len(rows) < len(lines)
    assert set(rows) <= set(lines)


def test_the_batch_holds_raw_rows_without_rings() -> None:
    lines = read_lines(DATA)
    rows = batch(lines).decode().splitlines()
    assert [f"{row},{line.decode().rpartition(',')[2]}" for row, line in zip(rows, lines, strict=False)] == [
        line.decode() for line in lines[:BATCH_ROWS]
    ]


def test_missing_data_is_a_sentence_with_the_file(tmp_path: Path) -> None:
    bucket: Any = Bucket()
    with pytest.raises(DemoFailure, match=r"gone\.csv: No such file"):
        upload_inputs(bucket, PROJECT, tmp_path / "gone.csv")


def elsewhere(context: dict[str, Any]) -> None:
    context["gitHost"] |= {
        "provider": "github",
        "connectionArn": "arn:aws:codeconnections:us-east-1:111111111111:connection/12345678-1234-1234-1234-123456789012",
        "modelBuildRepository": "me/model-build",
        "modelDeployRepository": "me/model-deploy",
    }


def no_week(context: dict[str, Any]) -> None:
    context["retraining"]["enabled"] = False


def no_overlap(context: dict[str, Any]) -> None:
    context["retraining"]["whileRunning"] = "skip"


def no_approver(context: dict[str, Any]) -> None:
    context["approval"]["model"] = "gates"


def nobody_before_production(context: dict[str, Any]) -> None:
    context["approval"]["production"] = "none"


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (no_approver, 'approval.model and approval.production "person"'),
        (nobody_before_production, 'approval.model and approval.production "person"'),
        (elsewhere, 'gitHost.provider "codecommit"'),
        (no_week, "retraining.enabled"),
        (no_overlap, 'retraining.whileRunning "start"'),
    ],
)
def test_settings_that_the_demo_cannot_show_are_named(
    edit: Callable[[dict[str, Any]], None], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configuration = json.loads((REPOSITORY / "cdk.json").read_text())
    edit(configuration["context"])
    (tmp_path / "cdk.json").write_text(json.dumps(configuration))
    monkeypatch.setattr(project_module, "REPOSITORY", tmp_path)
    with pytest.raises(DemoFailure, match="the demo needs") as failed:
        read_settings()
    assert named in failed.value.reason
