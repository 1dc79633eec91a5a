"""`python -m promoter`, whole, with the real boto3 against a small AWS on localhost: exit codes, sentences, files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter.digests import parameters_digest, template_digest
from promoter_fakes.archives import good_archive
from promoter_fakes.aws_server import FakeAws, environment, running
from promoter_fakes.invalid_configs import INVALID
from promoter_fakes.packages import BUCKET, package, package_arn, sealed_key
from promoter_fakes.promoting import DATA, ENVIRONMENT, promote, rendered


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws()) as aws:
        for name, value in (ENVIRONMENT | environment(aws)).items():
            monkeypatch.setenv(name, value)
        yield aws


def test_the_version_approved_last_is_written_for_each_stage(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.packages, aws.approved_last = [package(1), package(2)], {"ModelPackageArn": package_arn(2)}
    assert promote(tmp_path / "build", "--config", str(DATA / "valid/largest.json")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Verified {package_arn(2)}: approved, and s3://{BUCKET}/{sealed_key(good_archive())} is what was registered",
        f"Wrote {tmp_path}/build/a-config-export.json: {package_arn(2)} to endpoint demo-a",
        f"Wrote {tmp_path}/build/abcdefghijklmno9-config-export.json: {package_arn(2)} to endpoint demo-abcdefghijklmno9",
    ]
    assert rendered(tmp_path / "build")["ModelPackageArn"] == package_arn(2)


def test_the_digests_of_what_was_written_are_told_beside_it(aws: FakeAws, tmp_path: Path) -> None:
    aws.packages = [package(1)]
    assert promote(tmp_path, "--model-package-arn", package_arn(1)) == 0
    told = dict(pair.split("=") for pair in (tmp_path / "digests.txt").read_text().strip().split(","))
    template = Path(__file__).resolve().parents[1] / "endpoint.yaml"
    assert told == {"template": template_digest(template.read_text()), "a": parameters_digest(rendered(tmp_path))}
    changed = rendered(tmp_path) | {"EndpointInstanceCount": "99"}
    assert parameters_digest(changed) != told["a"]


def test_nothing_approved_yet_is_a_plain_sentence_and_no_failure(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert aws.approved_last == {"ModelPackageArn": ""}
    assert promote(tmp_path / "build") == 0
    assert capsys.readouterr().out == "No approved model package in group abalone yet: nothing to deploy.\n"
    assert not (tmp_path / "build").exists()


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.packages = [package(1)]
    assert promote(tmp_path / "build", "--dry-run", "--model-package-arn", package_arn(1)) == 0
    assert f"Would write {tmp_path}/build/a-config-export.json" in capsys.readouterr().out
    assert not (tmp_path / "build").exists()


def test_a_wrong_configuration_ends_with_2_before_aws_is_asked(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = INVALID["misspelt-key"].write(tmp_path, "misspelt-key")
    assert promote(tmp_path, config=str(wrong)) == 2
    assert 'unknown key "EndpointInstanceTyp" (did you mean "EndpointInstanceType"?)' in capsys.readouterr().err
    assert aws.calls == []


def test_every_name_missing_from_the_environment_is_told_at_once(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARTIFACT_BUCKET")
    monkeypatch.setenv("MODEL_EXECUTION_ROLE_ARN", "me")
    assert promote(tmp_path) == 2
    told = capsys.readouterr().err
    assert "ARTIFACT_BUCKET: not set" in told
    assert "MODEL_EXECUTION_ROLE_ARN: 'me' does not match" in told
    assert aws.calls == []


def test_a_missing_region_is_told_as_a_sentence(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert promote(tmp_path) == 1
    assert capsys.readouterr().err == "Connecting to AWS: You must specify a region.\n"
    assert aws.calls == []


def test_a_folder_that_cannot_be_written_is_named(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.packages = [package(1)]
    (tmp_path / "file").write_text("in the way")
    assert promote(tmp_path / "file", "--model-package-arn", package_arn(1)) == 1
    assert f"{tmp_path}/file: " in capsys.readouterr().err
