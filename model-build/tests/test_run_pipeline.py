from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient

from pipelines import get_pipeline_definition, run_pipeline
from pipelines.settings import NAMES, Settings

ROOT = Path(__file__).parents[1]


def put(key: str, content: bytes) -> None:
    boto3.client("s3").put_object(Bucket="artifacts", Key=key, Body=content)


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for field, names in NAMES.items():
        monkeypatch.setenv(names[0], getattr(settings, field))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """Every SageMaker call in its order, on its way to moto."""
    made: list[tuple[str, dict[str, Any]]] = []
    original = BaseClient._make_api_call  # type: ignore[attr-defined]

    def record(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "sagemaker":
            made.append((operation, parameters))
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)
    return made


@pytest.mark.usefixtures("sdk", "aws", "environment")
def test_a_run_publishes_with_the_commit_as_tag_starts_and_prints_the_arn_alone(
    settings: Settings,
    calls: list[tuple[str, dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    put("data/abalone.csv", b"M,0.4")
    assert run_pipeline.main() == 0
    assert [operation for operation, _ in calls] == ["CreatePipeline", "StartPipelineExecution"]
    created = calls[0][1]
    assert {"Key": "Commit", "Value": settings.commit} in created["Tags"]
    assert created["RoleArn"] == settings.pipeline_role
    assert created["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 4}
    assert "PipelineParameters" not in calls[1][1]
    captured = capsys.readouterr()
    assert captured.out.startswith("arn:aws:sagemaker:eu-west-1:123456789012:pipeline/abalone-pipeline/execution/")
    assert captured.out.count("\n") == 1
    assert f"at commit {settings.commit}" in captured.err


@pytest.mark.usefixtures("sdk", "aws", "environment")
def test_before_there_is_data_the_pipeline_is_published_and_nothing_is_started(
    settings: Settings, calls: list[tuple[str, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_pipeline.main() == 0
    assert [operation for operation, _ in calls] == ["CreatePipeline"]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"Nothing lies under {settings.input_data} yet" in captured.err


@pytest.mark.usefixtures("aws")
def test_the_marker_of_a_folder_is_no_data() -> None:
    s3 = boto3.client("s3")
    assert not run_pipeline.holds_data(s3, "s3://artifacts/data/")
    put("data/", b"")
    put("other/a.csv", b"1")
    assert not run_pipeline.holds_data(s3, "s3://artifacts/data/")
    put("data/2026/a.csv", b"1")
    assert run_pipeline.holds_data(s3, "s3://artifacts/data/")


@pytest.mark.usefixtures("sdk", "aws", "environment")
def test_aws_refusing_is_a_sentence_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTIFACT_BUCKET", "no-such-bucket")
    assert run_pipeline.main() == 1
    assert "was refused: NoSuchBucket" in capsys.readouterr().err


@pytest.mark.usefixtures("sdk", "environment")
def test_an_endpoint_that_is_not_there_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    assert run_pipeline.main() == 1
    assert "Could not connect to the endpoint URL" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run_pipeline", "get_pipeline_definition"])
def test_missing_settings_are_a_sentence_and_exit_code_2_before_the_sdk_is_loaded(command: str) -> None:
    """In a process of its own: the SDK cannot even be imported where no region is set."""
    environment = {"PATH": os.environ["PATH"]}
    line = [sys.executable, "-m", f"pipelines.{command}"]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("model-build: the environment lacks SAGEMAKER_PROJECT_NAME, ")
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("sdk", "aws", "environment")
def test_the_definition_is_printed_and_nothing_is_created(
    definition: dict[str, Any], calls: list[tuple[str, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert get_pipeline_definition.main([]) == 0
    assert json.loads(capsys.readouterr().out) == definition
    assert calls == []


@pytest.mark.usefixtures("sdk")
def test_a_look_at_the_definition_takes_no_account_and_uploads_nothing(
    definition: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for names in NAMES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    asked = []
    monkeypatch.setattr(BaseClient, "_make_api_call", lambda *call: asked.append(call[1]))
    assert get_pipeline_definition.main(["--without-aws"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert [step["Name"] for step in seen["Steps"]] == [step["Name"] for step in definition["Steps"]]
    assert [one["Name"] for one in seen["Parameters"]] == [one["Name"] for one in definition["Parameters"]]
    assert asked == []
