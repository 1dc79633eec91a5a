"""Every output of a job is put under the key that its request names, and under S3's own where it names none."""

from __future__ import annotations

import pytest

from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import Process, Train, Transform, processing_request, transform_request

KEY = "arn:aws:kms:us-east-1:000000000000:key/01234567-89ab-cdef-0123-456789abcdef"
WRITE = "import pathlib, sys; pathlib.Path(sys.argv[1], 'rows.csv').write_text('1')"
SAVE = """
import os, pathlib
for folder in ("SM_MODEL_DIR", "SM_OUTPUT_DATA_DIR"):
    pathlib.Path(os.environ[folder], "kept").write_text("1")
"""


@pytest.fixture(params=[{"KmsKeyId": KEY}, {}], ids=["a key", "none"])
def encryption(request: pytest.FixtureRequest) -> dict[str, str]:
    return dict(request.param)


def put_under(objects: FolderObjectStore, folder: str) -> set[str | None]:
    """The keys of what the job has left in the folder."""
    found = objects.list(bucket="bucket", prefix=folder)
    assert found
    return {objects.kms_keys[name] for name in found}


def test_of_a_processing_job(process: Process, objects: FolderObjectStore, encryption: dict[str, str]) -> None:
    asked = processing_request("/opt/ml/processing/out")
    asked["ProcessingOutputConfig"].update(encryption)
    assert process(WRITE, asked).status == "Completed"
    assert put_under(objects, "out/") == {encryption.get("KmsKeyId")}


def test_of_a_training_job(train: Train, objects: FolderObjectStore, encryption: dict[str, str]) -> None:
    outcome = train(SAVE, OutputDataConfig={"S3OutputPath": "s3://bucket/models", **encryption})
    assert outcome.status == "Completed"
    assert len(objects.list(bucket="bucket", prefix="models/")) == 2
    assert put_under(objects, "models/") == {encryption.get("KmsKeyId")}


def test_of_a_transform_job(transform: Transform, objects: FolderObjectStore, encryption: dict[str, str]) -> None:
    asked = transform_request()
    asked["TransformOutput"].update(encryption)
    assert transform({"a.csv": b"row\n"}, asked).status == "Completed"
    assert put_under(objects, "scored/") == {encryption.get("KmsKeyId")}
