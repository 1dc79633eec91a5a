"""What `python -m promoter.smoke_test` says to an endpoint that it cannot test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter.smoke_test.__main__ import main
from promoter_fakes import endpoints
from promoter_fakes.archives import good_members, tar_gz
from promoter_fakes.aws_server import ENDPOINT, FakeAws, environment, running
from promoter_fakes.packages import BUCKET, package, package_arn


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws(packages=[package(1)])) as aws:
        for name, value in environment(aws).items():
            monkeypatch.setenv(name, value)
        yield aws


def smoke_test(report: Path, *more: str, endpoint: str = ENDPOINT) -> int:
    return main(["--endpoint-name", endpoint, "--report", str(report), "--latency-budget-ms", "2000", *more])


def test_another_package_than_the_expected_one_is_refused_before_any_invocation(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.serves = endpoints.broken
    assert smoke_test(tmp_path / "build", "--model-package-arn", package_arn(2)) == 1
    assert capsys.readouterr().err == (
        f"{ENDPOINT}: serves {package_arn(1)}, not {package_arn(2)}. Deploy that one first.\n"
    )
    assert not (tmp_path / "build").exists()


def test_an_endpoint_that_is_not_in_service_is_refused(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.endpoint_status = "Updating"
    assert smoke_test(tmp_path) == 1
    assert "is Updating, not InService" in capsys.readouterr().err


def test_an_endpoint_without_a_model_package_is_refused(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.model_package = None
    assert smoke_test(tmp_path) == 1
    assert "was not made from a model package" in capsys.readouterr().err


def test_an_endpoint_that_does_not_exist_is_named(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke_test(tmp_path, endpoint="gone") == 1
    assert capsys.readouterr().err == "Looking up endpoint gone: It does not exist. (ValidationException)\n"
    assert aws.calls == ["DescribeEndpoint"]


@pytest.mark.parametrize(
    "golden", [b"", b"[]", b'{"rows": []}', b'{"rows": ["a"], "predictions": [], "tolerance": 1, "xgboost": ""}']
)
def test_golden_rows_that_cannot_be_compared_are_refused(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], golden: bytes
) -> None:
    aws.objects[f"/{BUCKET}/1/model.tar.gz"] = tar_gz(good_members(golden=golden))
    assert smoke_test(tmp_path) == 1
    assert capsys.readouterr().err.startswith("golden.json in s3://artifacts/1/model.tar.gz: ")


def test_a_changed_artifact_is_refused(aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws.packages = [package(1, sha256="f" * 64)]
    assert smoke_test(tmp_path) == 1
    assert "was changed after registration" in capsys.readouterr().err
