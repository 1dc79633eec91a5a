"""What `python -m promoter` says to a model package that must not go out, and that it then writes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter_fakes.archives import good_members, member, tar_gz
from promoter_fakes.aws_server import FakeAws, environment, running
from promoter_fakes.packages import BUCKET, package, package_arn
from promoter_fakes.promoting import ENVIRONMENT, promote


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws()) as aws:
        for name, value in (ENVIRONMENT | environment(aws)).items():
            monkeypatch.setenv(name, value)
        yield aws


REFUSALS: dict[str, tuple[FakeAws, str, str]] = {
    "rejected": (FakeAws(packages=[package(1, approval="Rejected")]), package_arn(1), "approval status is Rejected"),
    "no such version": (FakeAws(), package_arn(9), f"Describing {package_arn(9)}: It does not exist. (Validation"),
    "no ARN": (FakeAws(), "abalone/1", "'abalone/1' is not the ARN of a model package version"),
    "another group": (
        FakeAws(packages=[package(1) | {"ModelPackageGroupName": "other"}]),
        package_arn(1),
        "belongs to model package group other, not abalone",
    ),
    "no digest": (FakeAws(packages=[package(1, sha256=None)]), package_arn(1), "has no ModelSha256"),
    "another digest": (
        FakeAws(packages=[package(1, sha256="f" * 64)]),
        package_arn(1),
        "was changed after registration",
    ),
    "no artifact": (FakeAws(packages=[package(1)], objects={}), package_arn(1), "The specified key does not exist."),
    "a hostile artifact": (
        FakeAws(
            packages=[package(1)],
            objects={f"/{BUCKET}/1/model.tar.gz": tar_gz([*good_members(), member("model.pkl", b"boom")])},
        ),
        package_arn(1),
        "s3://artifacts/1/model.tar.gz: holds 'model.pkl'",
    ),
    "two containers": (
        FakeAws(packages=[package(1) | {"InferenceSpecification": {"Containers": [{"Image": "a"}, {"Image": "b"}]}}]),
        package_arn(1),
        "has 2 containers",
    ),
    "no model": (
        FakeAws(packages=[package(1) | {"InferenceSpecification": {"Containers": [{"Image": "a"}]}}]),
        package_arn(1),
        "names no model artifact",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_package_that_must_not_go_out_ends_with_1_and_a_sentence(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    world, arn, words = REFUSALS[case]
    aws.packages, aws.objects = world.packages, world.objects
    assert promote(tmp_path / "build", "--model-package-arn", arn) == 1
    told = capsys.readouterr()
    assert words in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert not (tmp_path / "build").exists()
