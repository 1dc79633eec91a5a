"""Captured requests go to S3 as the role of the model they were made to."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.containers.objects import ObjectDenied
from sandbox.sagemaker.hosting.capture import Captures, Exchange, record
from tests.sandbox.pipelines.memory_objects import MemoryObjects

CONFIG: dict[str, Any] = {
    "EnableCapture": True,
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": "s3://bucket/capture",
    "CaptureOptions": [{"CaptureMode": "InputAndOutput"}],
}


class Refusing(MemoryObjects):
    """S3 for a role that may not write."""

    def put(self, *, bucket: str, key: str, body: bytes, kms_key: str | None = None) -> None:
        raise ObjectDenied(f"not authorized to perform: s3:PutObject on {bucket}/{key}: {len(body)} bytes, {kms_key}")


def exchange(variant: str) -> Exchange:
    message = ("text/csv", b"1,2")
    return Exchange(endpoint="e", variant=variant, inference_id=None, request=message, response=message)


def test_a_role_that_may_not_write_loses_its_lines_and_nobody_elses(caplog: pytest.LogCaptureFixture) -> None:
    captures, allowed = Captures(), MemoryObjects()
    record(captures, CONFIG, exchange("Denied"), Refusing())
    record(captures, CONFIG, exchange("Allowed"), allowed)
    captures.flush()
    assert [key.rpartition("/Allowed/")[0] for key in allowed.content] == ["capture/e"]
    assert "1 captured requests could not be written to s3://bucket/capture/e/Denied: not authorized" in caplog.text


def test_what_is_captured_is_put_under_the_key_that_is_named() -> None:
    captures, objects = Captures(), MemoryObjects()
    record(captures, CONFIG | {"KmsKeyId": "alias/mine"}, exchange("Named"), objects)
    record(captures, CONFIG, exchange("Unnamed"), objects)
    captures.flush()
    assert {name.split("/")[2]: key for name, key in objects.kms_keys.items()} == {
        "Named": "alias/mine",
        "Unnamed": None,
    }
