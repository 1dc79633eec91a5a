from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any

import pytest
from botocore.client import BaseClient

from pipelines.settings import NAMES, Settings


@pytest.fixture(scope="module")
def run_pipeline() -> ModuleType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK imports its own deprecated modules
        from pipelines import run_pipeline  # noqa: PLC0415

        return run_pipeline


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


@pytest.mark.usefixtures("aws", "environment")
def test_a_run_publishes_with_the_commit_as_tag_starts_and_prints_the_arn_alone(
    run_pipeline: ModuleType,
    settings: Settings,
    calls: list[tuple[str, dict[str, Any]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_pipeline.main() == 0
    assert [operation for operation, _ in calls] == ["CreatePipeline", "StartPipelineExecution"]
    created = calls[0][1]
    assert {"Key": "Commit", "Value": settings.commit} in created["Tags"]
    assert created["RoleArn"] == settings.pipeline_role
    assert created["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 4}
    captured = capsys.readouterr()
    assert captured.out.startswith("arn:aws:sagemaker:eu-west-1:123456789012:pipeline/abalone-pipeline/execution/")
    assert captured.out.count("\n") == 1
    assert f"at commit {settings.commit}" in captured.err


@pytest.mark.usefixtures("aws", "environment")
def test_aws_refusing_is_a_sentence_and_exit_code_1(
    run_pipeline: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ARTIFACT_BUCKET", "no-such-bucket")
    assert run_pipeline.main() == 1
    assert "was refused: NoSuchBucket" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_an_endpoint_that_is_not_there_is_a_sentence_too(
    run_pipeline: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    assert run_pipeline.main() == 1
    assert "Could not connect to the endpoint URL" in capsys.readouterr().err


def test_missing_settings_are_a_sentence_and_exit_code_2(
    run_pipeline: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for names in NAMES.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)
    assert run_pipeline.main() == 2
    assert "ARTIFACT_BUCKET" in capsys.readouterr().err
