"""Batch transform: order and counts are kept, and one refused request fails the job."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    Transform,
    transform_request,
)

DATA = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/batch/"}}


@pytest.mark.parametrize("strategy", ["MultiRecord", "SingleRecord"])
def test_each_input_has_an_output_with_as_many_lines_in_order(
    transform: Transform, objects: FolderObjectStore, strategy: str
) -> None:
    rows = b"".join(b"row-%d\n" % n for n in range(20))
    outcome = transform(
        {"a.csv": rows, "deep/b.csv": b"x\r\n\ny", "deep/": b"", "empty.csv": b""},
        transform_request(BatchStrategy=strategy),
    )
    assert (outcome.status, outcome.failure_reason) == ("Completed", None)
    assert objects.get(bucket="bucket", key="scored/a.csv.out") == rows.upper()
    assert objects.get(bucket="bucket", key="scored/deep/b.csv.out").split() == [b"X", b"Y"]
    assert objects.get(bucket="bucket", key="scored/empty.csv.out") == b""
    assert len(objects.list(bucket="bucket", prefix="scored/")) == 3


def test_a_whole_file_is_one_request_without_a_split(
    transform: Transform, objects: FolderObjectStore, lines: list[str]
) -> None:
    asked = transform_request()
    del asked["TransformInput"]["SplitType"], asked["TransformOutput"]["AssembleWith"], asked["BatchStrategy"]
    assert transform({"a.csv": b"x\n\ny"}, asked).status == "Completed"
    assert objects.get(bucket="bucket", key="scored/a.csv.out") == b"X\n\nY"
    assert [line for line in lines if "invocations" in line] == ['"POST /invocations" 200']


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
    outcome = transform({"a.csv": b"x"}, transform_request(Environment={"SAGEMAKER_PROGRAM": "other.py"}))
    assert outcome.status == "Failed"
    assert "SAGEMAKER_PROGRAM other.py is not in /opt/ml/model/code" in (outcome.failure_reason or "")


def test_a_stop_request_ends_the_job_and_its_server(transform: Transform) -> None:
    cancel = threading.Event()
    cancel.set()
    assert transform({"a.csv": b"x"}, cancel=cancel).status == "Stopped"


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
    outcome = transform({"a.csv": b"x"}, transform_request(**members))
    assert outcome.status == "Failed"
    assert reason in (outcome.failure_reason or "")


def test_data_processing_at_its_defaults_is_welcome(transform: Transform) -> None:
    filters = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
    assert transform({"a.csv": b"x"}, transform_request(DataProcessing=filters)).status == "Completed"


def test_no_input_fails_the_job(transform: Transform) -> None:
    assert "matched no files on s3" in (transform({}).failure_reason or "")
