"""Batch transform: order and counts are kept, and one refused request fails the job."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.containers.archive import pack
from sandbox.containers.job import JobError, JobOutcome
from sandbox.containers.records import Cut, join
from sandbox.containers.runner import Runner
from sandbox.containers.transform import run_transform_job
from tests.sandbox.containers.folder_objects import FolderObjectStore

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
Transform = Callable[..., JobOutcome]

UPPER = """
import os
from werkzeug.wrappers import Response
def model_fn(model_dir):
    return os.environ["SAGEMAKER_BATCH_STRATEGY"]
def transform_fn(model, body, content_type, accept):
    if "bad" in body:
        return Response('{"error": "bad row", "row": 2}', status=400, mimetype="application/json")
    if "worse" in body:
        raise ValueError("worse")
    return body.upper(), accept
"""


def request(**members: Any) -> dict[str, Any]:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/batch/"}}
    return {
        "TransformJobName": "score-1",
        "ModelName": "m",
        "BatchStrategy": "MultiRecord",
        "TransformInput": {"DataSource": source, "ContentType": "text/csv", "SplitType": "Line"},
        "TransformOutput": {"S3OutputPath": "s3://bucket/scored", "Accept": "text/csv", "AssembleWith": "Line"},
        "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        **members,
    }


@pytest.fixture
def transform(runner: Runner, objects: FolderObjectStore, folder: Path, lines: list[str], tmp_path: Path) -> Transform:
    def run(files: dict[str, bytes], asked: dict[str, Any] | None = None, **options: Any) -> JobOutcome:
        code = tmp_path / "model/code"
        code.mkdir(parents=True, exist_ok=True)
        (code / "inference.py").write_text(UPPER)
        objects.put(bucket="bucket", key="model.tar.gz", body=pack(tmp_path / "model"))
        for name, content in files.items():
            objects.put(bucket="bucket", key=f"batch/{name}", body=content)
        own = {"SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
        container = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz", "Environment": own}
        common: dict[str, Any] = {"folder": folder, "objects": objects, "runner": runner, "log": lines.append}
        return run_transform_job(request=asked or request(), container=container, **common, **options)

    return run


@pytest.mark.parametrize("strategy", ["MultiRecord", "SingleRecord"])
def test_each_input_has_an_output_with_as_many_lines_in_order(
    transform: Transform, objects: FolderObjectStore, strategy: str
) -> None:
    rows = b"".join(b"row-%d\n" % n for n in range(20))
    outcome = transform(
        {"a.csv": rows, "deep/b.csv": b"x\r\n\ny", "deep/": b"", "empty.csv": b""}, request(BatchStrategy=strategy)
    )
    assert (outcome.status, outcome.failure_reason) == ("Completed", None)
    assert objects.get(bucket="bucket", key="scored/a.csv.out") == rows.upper()
    assert objects.get(bucket="bucket", key="scored/deep/b.csv.out").split() == [b"X", b"Y"]
    assert objects.get(bucket="bucket", key="scored/empty.csv.out") == b""
    assert len(objects.list(bucket="bucket", prefix="scored/")) == 3


def test_a_whole_file_is_one_request_without_a_split(
    transform: Transform, objects: FolderObjectStore, lines: list[str]
) -> None:
    asked = request()
    del asked["TransformInput"]["SplitType"], asked["TransformOutput"]["AssembleWith"], asked["BatchStrategy"]
    assert transform({"a.csv": b"x\n\ny"}, asked).status == "Completed"
    assert objects.get(bucket="bucket", key="scored/a.csv.out") == b"X\n\nY"
    assert lines == ['"POST /invocations" 200']


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"bad", "ClientError: s3://bucket/batch/b.csv: Bad HTTP status received from algorithm: 400: {"),
        (b"worse", "AlgorithmError: s3://bucket/batch/b.csv: Bad HTTP status received from algorithm: 500: <!doctype"),
    ],
)
def test_a_refused_request_fails_the_job_with_the_answer(
    transform: Transform, objects: FolderObjectStore, row: bytes, reason: str
) -> None:
    outcome = transform({"a.csv": b"good\n", "b.csv": b"good\n" + row, "c.csv": b"good"})
    assert outcome.status == "Failed"
    assert (outcome.failure_reason or "").startswith(reason)
    assert objects.list(bucket="bucket", prefix="scored/") == ["scored/a.csv.out"]


def test_a_model_that_does_not_start_fails_the_job(transform: Transform) -> None:
    outcome = transform({"a.csv": b"x"}, request(Environment={"SAGEMAKER_PROGRAM": "other.py"}))
    assert outcome.status == "Failed"
    assert "SAGEMAKER_PROGRAM other.py is not in /opt/ml/model/code" in (outcome.failure_reason or "")


def test_a_stop_request_ends_the_job_and_its_server(transform: Transform) -> None:
    cancel = threading.Event()
    cancel.set()
    assert transform({"a.csv": b"x"}, cancel=cancel).status == "Stopped"


DATA = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/batch/"}}


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"DataProcessing": {"InputFilter": "$[1:]"}}, "DataProcessing is not in the sandbox"),
        ({"DataProcessing": {"JoinSource": "Input"}}, "DataProcessing is not in the sandbox"),
        (
            {"DataCaptureConfig": {"DestinationS3Uri": "s3://b"}},
            "DataCaptureConfig of a transform job is not in the sandbox",
        ),
        ({"TransformInput": {"DataSource": DATA, "SplitType": "RecordIO"}}, "SplitType RecordIO is not in the sandbox"),
        (
            {"TransformInput": {"DataSource": DATA, "CompressionType": "Gzip"}},
            "compressed transform input is not in the sandbox",
        ),
        ({"TransformOutput": {"S3OutputPath": "s3://none/x"}}, "Data upload failed: the bucket none"),
    ],
)
def test_what_the_sandbox_cannot_transform_is_named(transform: Transform, members: dict[str, Any], reason: str) -> None:
    outcome = transform({"a.csv": b"x"}, request(**members))
    assert outcome.status == "Failed"
    assert reason in (outcome.failure_reason or "")


def test_data_processing_at_its_defaults_is_welcome(transform: Transform) -> None:
    filters = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    assert transform({"a.csv": b"x"}, request(DataProcessing=filters)).status == "Completed"


def test_no_input_fails_the_job(transform: Transform) -> None:
    assert "No S3 objects found" in (transform({}).failure_reason or "")


LINES = st.lists(
    st.binary(min_size=1, max_size=30).filter(lambda line: b"\n" not in line and line.strip()), max_size=20
)


@given(lines=LINES, one=st.booleans(), largest=st.just(0) | st.integers(30, 100), ends=st.booleans())
def test_cutting_and_joining_keep_every_record_in_its_place(
    lines: list[bytes], largest: int, *, one: bool, ends: bool
) -> None:
    content = b"\n".join(lines) + (b"\n" if ends else b"")
    bodies = list(Cut(by_line=True, one_record=one, largest=largest).bodies(content))
    assert join(bodies, by_line=True).splitlines() == b"\n".join(lines).splitlines()
    assert join(bodies, by_line=True).count(b"\n") == len(lines)
    assert all(not largest or len(body) <= largest for body in bodies)
    assert not one or len(bodies) == len(lines)


def test_as_many_records_as_fit_go_into_one_request() -> None:
    assert list(Cut(by_line=True, one_record=False, largest=5).bodies(b"aa\nbb\ncc\n")) == [b"aa\nbb", b"cc"]


def test_a_record_that_does_not_fit_is_refused() -> None:
    with pytest.raises(JobError, match="Too much data for max payload size"):
        list(Cut(by_line=True, one_record=False, largest=5).bodies(b"aa\nbbbbbb"))
    with pytest.raises(JobError, match="Too much data for max payload size"):
        list(Cut(by_line=False, one_record=False, largest=5).bodies(b"aa\nbbb"))
