"""What `python -m promoter.smoke_test` says to an endpoint that it cannot test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter.archive import ARCHIVE, DIGESTS
from promoter.smoke_test.__main__ import main
from promoter_fakes import endpoints
from promoter_fakes.archives import good_members, member, tar_gz
from promoter_fakes.aws_server import ENDPOINT, FakeAws, environment, running
from promoter_fakes.packages import package, package_arn, sealed, sealed_key


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
    archive = tar_gz(good_members(golden=golden))
    aws.packages, aws.objects = [package(1, archive=archive)], sealed(archive)
    assert smoke_test(tmp_path) == 1
    assert capsys.readouterr().err.startswith(f"golden.json in s3://artifacts/{sealed_key(archive)}: ")


@pytest.mark.parametrize("file", [file for file in DIGESTS if file != ARCHIVE])
def test_golden_rows_that_were_moved_along_with_other_code_are_not_believed(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    changed = [
        (info, content) if info.name != file else member(file, content + b" ") for info, content in good_members()
    ]
    aws.objects = {key: tar_gz(changed) for key in aws.objects}
    assert smoke_test(tmp_path) == 1
    assert "was changed after registration" in capsys.readouterr().err
    aws.packages = [package(1, changed={DIGESTS[file]: "f" * 64})]
    assert smoke_test(tmp_path) == 1
    assert "InvokeEndpoint" not in aws.calls
