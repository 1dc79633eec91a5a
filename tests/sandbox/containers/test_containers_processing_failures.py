"""A processing job that fails says why, in SageMaker's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.containers.folder_objects import FolderObjectStore
from tests.sandbox.containers.job_requests import (
    Process,
    processing_request,
)

COPY = """
import pathlib, sys
source, target = map(pathlib.Path, sys.argv[1:])
(target / "deep").mkdir()
(target / "deep" / "copy.csv").write_text((source / "deep/rows.csv").read_text())
print("copied")
"""


def replaced(path: str, value: Any) -> dict[str, Any]:
    """The request with one member, named by its path, set to another value."""
    changed = processing_request("/opt/ml/processing/in", "/opt/ml/processing/out")
    *way, last = path.split("/")
    place: Any = changed
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return changed


def test_a_failure_carries_the_exit_code_and_the_message(process: Process, objects: FolderObjectStore) -> None:
    text = """
import os, pathlib, sys
pathlib.Path(os.environ["SM_OUTPUT_DIR"], "message").write_text("row 3: no such sex: X\\n")
sys.exit(2)
"""
    outcome = process(text)
    assert (outcome.status, outcome.exit_code) == ("Failed", 2)
    assert outcome.exit_message == "row 3: no such sex: X\n"
    assert outcome.failure_reason == "AlgorithmError: row 3: no such sex: X, exit code: 2"
    assert objects.list(bucket="bucket", prefix="out") == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise SystemExit(1)", "AlgorithmError: See job logs for more information, exit code: 1"),
        (
            "import os; os.kill(os.getpid(), 9)",
            "AlgorithmError: See job logs for more information, exit code: 137 (SIGKILL)",
        ),
        (
            "import os; os.kill(os.getpid(), 11)",
            "AlgorithmError: See job logs for more information, exit code: 139 (SIGSEGV)",
        ),
    ],
)
def test_a_failure_without_a_message_still_says_how_it_ended(process: Process, text: str, reason: str) -> None:
    assert process(text).failure_reason == reason


def test_messages_are_cut_at_one_kilobyte(process: Process) -> None:
    text = (
        "import os, pathlib\nmessage = pathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message')\n"
        "message.write_text('é' * 5 + '€' * 2000)\nraise SystemExit(1)"
    )
    outcome = process(text)
    assert outcome.exit_message == "é" * 5 + "€" * 338
    assert len((outcome.failure_reason or "").encode()) <= 1024
    assert (outcome.failure_reason or "").endswith(", exit code: 1")


def test_a_message_that_is_not_text_fails_the_job(process: Process) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message').write_bytes(b'\\xff')"
    assert process(text).failure_reason == "ClientError: /opt/ml/output/message is not UTF-8 text"


def test_a_message_that_is_a_link_is_not_read(process: Process) -> None:
    text = "import os, pathlib\npathlib.Path(os.environ['SM_OUTPUT_DIR'], 'message').symlink_to('/etc/hostname')"
    assert process(text).exit_message is None


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("AppSpecification/ImageUri", "r/mine:1", "the image r/mine:1 is not in the sandbox"),
        ("AppSpecification/ContainerEntrypoint", [], "a processing image's own entry point is not in the sandbox"),
        ("ProcessingInputs/1/S3Input/S3Uri", "s3://bucket/none", "S3 key: s3://bucket/none matched no files on s3"),
        (
            "ProcessingInputs/1/S3Input/S3DataType",
            "AugmentedManifestFile",
            "input in: S3DataType AugmentedManifestFile is not in the sandbox",
        ),
        ("ProcessingInputs/1/S3Input/S3InputMode", "Pipe", "input in: S3InputMode Pipe is not in the sandbox"),
        ("ProcessingInputs/1/S3Input/LocalPath", "/opt/ml/model", "must begin with /opt/ml/processing/"),
        ("ProcessingInputs/1/S3Input/LocalPath", "/etc", '"/etc" is not a path below /opt/ml'),
        ("ProcessingInputs/1/S3Input/LocalPath", "/opt/ml/processing/../../../x", "is not a path below /opt/ml"),
        ("ProcessingOutputConfig/Outputs/0/S3Output/S3Uri", "s3://none/x", "Data upload failed: the bucket none"),
        ("ProcessingResources/ClusterConfig/InstanceCount", 2, "several instances is not in the sandbox"),
    ],
)
def test_what_the_sandbox_cannot_do_is_named(process: Process, path: str, value: Any, reason: str) -> None:
    outcome = process(COPY, replaced(path, value))
    assert outcome.status == "Failed"
    assert reason in (outcome.failure_reason or "")
    assert (outcome.failure_reason or "").startswith("ClientError: ")
