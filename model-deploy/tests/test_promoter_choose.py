"""Which version goes out when nobody named one: what the function answers, or a sentence that says why there is no answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter_fakes.aws_server import FakeAws, environment, running
from promoter_fakes.packages import FUNCTION, package, package_arn
from promoter_fakes.promoting import ENVIRONMENT, promote, rendered

ASKING = f"Asking function {FUNCTION} which version was approved last: "


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws(packages=[package(1), package(2)])) as aws:
        for name, value in (ENVIRONMENT | environment(aws)).items():
            monkeypatch.setenv(name, value)
        yield aws


@pytest.mark.parametrize("word", ["", "latest"])
def test_without_a_name_the_version_approved_last_goes_out_though_a_newer_one_is_approved(
    aws: FakeAws, tmp_path: Path, word: str
) -> None:
    aws.approved_last = {"ModelPackageArn": package_arn(1)}
    assert promote(tmp_path, "--model-package-arn", word) == 0
    assert rendered(tmp_path)["ModelPackageArn"] == package_arn(1)
    assert (tmp_path / "model-package-arn.txt").read_text() == f"{package_arn(1)}\n"
    assert aws.asked == [{"ask": "ApprovedLast"}]


def test_a_version_that_is_named_is_taken_without_asking(aws: FakeAws, tmp_path: Path) -> None:
    aws.approved_last = {"ModelPackageArn": package_arn(1)}
    assert promote(tmp_path, "--model-package-arn", package_arn(2)) == 0
    assert rendered(tmp_path)["ModelPackageArn"] == package_arn(2)
    assert aws.asked == []


def test_a_version_that_another_one_was_approved_after_is_refused_where_it_has_to_be_the_last(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.approved_last = {"ModelPackageArn": package_arn(1)}
    assert promote(tmp_path, "--model-package-arn", package_arn(2), "--decided-last", "--dry-run") == 1
    assert (
        f"{package_arn(2)}: superseded by 1: not deployed. {package_arn(1)} was approved last"
        in capsys.readouterr().err
    )
    assert promote(tmp_path, "--model-package-arn", package_arn(1), "--decided-last", "--dry-run") == 0


def test_a_version_rejected_since_is_told_as_rejected_and_not_as_superseded(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.packages, aws.approved_last = [package(1, approval="Rejected")], {"ModelPackageArn": ""}
    assert promote(tmp_path, "--model-package-arn", package_arn(1), "--decided-last", "--dry-run") == 1
    assert "its approval status is Rejected" in capsys.readouterr().err


def test_the_answer_is_verified_like_any_other_version(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person may have rejected it since."""
    aws.packages = [package(1, approval="Rejected")]
    aws.approved_last = {"ModelPackageArn": package_arn(1)}
    assert promote(tmp_path) == 1
    assert "its approval status is Rejected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("Task timed out", f"it failed: Task timed out. Its log is /aws/lambda/{FUNCTION}; mend that, then retry.\n"),
        ({"started": "", "why": "No version"}, "is no answer. Deploy infra again: it is older than this repository.\n"),
        ({"ModelPackageArn": None}, "is no answer."),
    ],
)
def test_a_function_that_does_not_answer_is_told_as_a_sentence(
    aws: FakeAws,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    answer: dict[str, object] | str,
    words: str,
) -> None:
    aws.approved_last = answer
    assert promote(tmp_path) == 1
    told = capsys.readouterr().err
    assert told.startswith(ASKING)
    assert words in told
    assert told.count("\n") == 1


def test_a_function_that_does_not_exist_is_named(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECISIONS_FUNCTION_NAME", "gone")
    assert promote(tmp_path) == 1
    assert capsys.readouterr().err.startswith(
        "Asking function gone which version was approved last: Function not found"
    )
    assert aws.calls == []
