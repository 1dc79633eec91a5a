"""What `python -m promoter` says to a model package that must not go out, and that it then writes nothing."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter.archive import ARCHIVE, DIGESTS
from promoter_fakes.archives import good_archive, good_members, member, tar_gz
from promoter_fakes.aws_server import FakeAws, environment, running
from promoter_fakes.packages import BUCKET, Document, package, package_arn, sealed, sealed_key
from promoter_fakes.promoting import ENVIRONMENT, promote


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws()) as aws:
        for name, value in (ENVIRONMENT | environment(aws)).items():
            monkeypatch.setenv(name, value)
        yield aws


HOSTILE = tar_gz([*good_members(), member("model.pkl", b"boom")])
CHANGED = tar_gz([(info, content.replace(b"# serve", b"# evil!")) for info, content in good_members()])
OUTPUT = f"/{BUCKET}/abalone-pipeline/1/Train/model.tar.gz"


def stored_at(key: str, *, etag: str | None = None) -> Document:
    container = {"Image": "image", "ModelDataUrl": f"s3://{BUCKET}/{key}"}
    if etag is not None:
        container["ModelDataETag"] = etag
    return package(1) | {"InferenceSpecification": {"Containers": [container]}}


REFUSALS: dict[str, tuple[FakeAws, str, str]] = {
    "rejected": (FakeAws(packages=[package(1, approval="Rejected")]), package_arn(1), "approval status is Rejected"),
    "no such version": (FakeAws(), package_arn(9), f"Describing {package_arn(9)}: It does not exist. (Validation"),
    "no ARN": (FakeAws(), "abalone/1", "'abalone/1' is not the ARN of a model package version"),
    "another group": (
        FakeAws(packages=[package(1) | {"ModelPackageGroupName": "other"}]),
        package_arn(1),
        "belongs to model package group other, not abalone",
    ),
    **{
        f"no {name}": (FakeAws(packages=[package(1, changed={name: None})]), package_arn(1), f"has no {name} in")
        for name in DIGESTS.values()
    },
    **{
        f"another digest of {file}": (
            FakeAws(packages=[package(1, changed={name: "f" * 64})]),
            package_arn(1),
            f"was registered as {name}. The artifact was changed after registration",
        )
        for file, name in DIGESTS.items()
        if file != ARCHIVE
    },
    "another archive under the same key": (
        FakeAws(packages=[package(1)], objects={f"/{BUCKET}/{sealed_key(good_archive())}": CHANGED}),
        package_arn(1),
        "was registered as ArchiveSha256. The artifact was changed after registration",
    ),
    "a digest that is not the key's": (
        FakeAws(packages=[package(1, changed={"ArchiveSha256": "f" * 64})]),
        package_arn(1),
        f"is not models/{'f' * 64}/model.tar.gz of a bucket",
    ),
    "an archive that is not sealed": (
        FakeAws(packages=[stored_at("abalone-pipeline/1/Train/model.tar.gz")], objects={OUTPUT: good_archive()}),
        package_arn(1),
        f"its artifact s3:/{OUTPUT} is not models/",
    ),
    "a sealed archive that was written anew": (
        FakeAws(packages=[stored_at(sealed_key(good_archive()), etag="0" * 32)]),
        package_arn(1),
        f"but {'0' * 32} was registered as ModelDataETag",
    ),
    "no artifact": (FakeAws(packages=[package(1)], objects={}), package_arn(1), "The specified key does not exist."),
    "a hostile artifact": (
        FakeAws(
            packages=[package(1, archive=HOSTILE)],
            objects=sealed(HOSTILE),
        ),
        package_arn(1),
        f"s3://artifacts/{sealed_key(HOSTILE)}: holds 'model.pkl'",
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


def test_the_etag_that_was_registered_is_let_through(aws: FakeAws, tmp_path: Path) -> None:
    """With or without the quotes that S3 has around it."""
    etag = hashlib.md5(good_archive(), usedforsecurity=False).hexdigest()
    for registered in (etag, f'"{etag}"'):
        aws.packages = [stored_at(sealed_key(good_archive()), etag=registered)]
        assert promote(tmp_path, "--model-package-arn", package_arn(1)) == 0
