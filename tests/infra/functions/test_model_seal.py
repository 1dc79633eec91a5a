"""What the model seal keeps and what it refuses, through boto3, against moto."""

from __future__ import annotations

import hashlib
import io
import logging
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.functions.model_seal.archive import DIGESTS, MAX_BYTES
from infra.functions.model_seal.aws import connect
from infra.functions.model_seal.handler import handler, seal
from infra.functions.model_seal.refusal import SealRefused
from infra.functions.model_seal.settings import REQUIRED, SettingsError, read_settings
from promoter.archive import read_archive
from promoter_fakes.archives import digests, good_archive, good_members, member, tar, tar_gz
from tests.infra.functions.service_shapes import held_to_the_model, refused

OUTPUTS, MODELS = "s3://artifacts/abalone-pipeline/", "s3://artifacts/models/"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ENVIRONMENT = {"OUTPUTS_PREFIX_URI": OUTPUTS, "MODELS_PREFIX_URI": MODELS, "KMS_KEY_ARN": KEY}
TRAINED = f"{OUTPUTS}1/Train/output/model.tar.gz"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    given = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in {**ENVIRONMENT, **given}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        where: Any = {"LocationConstraint": "eu-west-1"}
        boto3.client("s3").create_bucket(Bucket="artifacts", CreateBucketConfiguration=where)
        put(TRAINED, good_archive())
        yield


def put(uri: str, content: bytes) -> None:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=content)


def stored() -> dict[str, bytes]:
    """What is sealed: key -> content."""
    s3 = boto3.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="artifacts", Prefix="models/").get("Contents", [])]
    return {key: s3.get_object(Bucket="artifacts", Key=key)["Body"].read() for key in keys}


def sealed_key(archive: bytes) -> str:
    return f"models/{hashlib.sha256(archive).hexdigest()}/model.tar.gz"


def question(archive: bytes, **changed: str) -> dict[str, str]:
    """What the step hands over of an archive that Evaluate measured."""
    measured = digests(archive)
    asked = {"modelUri": TRAINED, "archiveSha256": measured["ArchiveSha256"], "modelSha256": measured["ModelSha256"]}
    return asked | changed


def refusal(event: Mapping[str, str]) -> str:
    with pytest.raises(SealRefused) as told:
        handler(event, None)
    return str(told.value)


def changed(file: str) -> bytes:
    members = [
        (info, content) if info.name != file else member(file, content + b" ") for info, content in good_members()
    ]
    return tar_gz(members)


def test_the_archive_is_kept_under_its_digest_and_every_digest_is_told() -> None:
    archive = good_archive()
    assert handler(question(archive), None) == {"ModelUri": f"s3://artifacts/{sealed_key(archive)}", **digests(archive)}
    assert stored() == {sealed_key(archive): archive}
    assert DIGESTS.keys() == {"", *MAX_BYTES}


def test_what_is_written_is_encrypted_conditional_and_held_to_its_digest() -> None:
    """Every request is one that S3's own model allows."""
    asked: list[dict[str, Any]] = []
    s3 = boto3.client("s3")

    class Listening:
        def get_object(self, **request: Any) -> Any:
            return s3.get_object(**request)

        def put_object(self, **request: Any) -> Any:
            asked.append({**request, "Body": request["Body"].read()})
            held_to_the_model("s3", "PutObject", asked[-1])
            return {}

    seal(question(good_archive()), read_settings(ENVIRONMENT), Listening())
    [request] = asked
    assert request["Body"] == good_archive()
    assert (request["ServerSideEncryption"], request["SSEKMSKeyId"]) == ("aws:kms", KEY)
    assert request["IfNoneMatch"] == "*"
    assert request["ChecksumSHA256"]


def test_the_same_archive_is_sealed_once_for_any_number_of_runs() -> None:
    first = handler(question(good_archive()), None)
    written = boto3.client("s3").head_object(Bucket="artifacts", Key=sealed_key(good_archive()))["LastModified"]
    assert handler(question(good_archive()), None) == first
    assert boto3.client("s3").head_object(Bucket="artifacts", Key=sealed_key(good_archive()))["LastModified"] == written


def test_something_else_under_the_digest_is_not_taken_for_the_archive_and_not_written_over() -> None:
    put(f"s3://artifacts/{sealed_key(good_archive())}", b"something else")
    assert "holds something with the digest" in refusal(question(good_archive()))
    assert stored() == {sealed_key(good_archive()): b"something else"}


@pytest.mark.parametrize("file", MAX_BYTES)
def test_an_archive_that_was_overwritten_since_it_was_evaluated_is_not_sealed(file: str) -> None:
    """Whichever file it is: code and golden rows as well as the model."""
    put(TRAINED, changed(file))
    told = refusal(question(good_archive()))
    assert "is not what the step Evaluate measured: ArchiveSha256 was" in told
    assert "CacheKey" in told
    assert stored() == {}


def test_a_model_that_evaluate_did_not_measure_is_not_sealed() -> None:
    told = refusal(question(good_archive(), modelSha256="f" * 64))
    assert f"ModelSha256 was {'f' * 64}" in told
    assert stored() == {}


HOSTILE = {
    "a stray pickle": (tar_gz([*good_members(), member("model.pkl", b"boom")]), "'model.pkl', which is not one of"),
    "a climbing name": (tar_gz([*good_members(), member("../x", b"")]), "'../x', which is not one of"),
    "a link": (
        tar_gz([*good_members()[:1], member("golden.json", kind=tarfile.SYMTYPE, link="/etc/passwd")]),
        "golden.json is not a plain file",
    ),
    "a name twice": (tar_gz([*good_members(), member("golden.json", b"{}")]), "'golden.json' twice"),
    "a file over its size": (tar_gz([member("golden.json", b"\0" * (2**20 + 1))]), "golden.json has 1048577 bytes"),
    "a file too few": (tar_gz(good_members()[:-1]), "lacks code/features.py"),
    "no tar": (b"no tar at all", "not a readable .tar.gz"),
    "cut off": (good_archive()[:-40], "not a readable .tar.gz"),
    "something behind the end": (
        tar_gz(good_members()) + tar_gz([member("model.pkl", b"boom")]),
        "does not end where its last file ends",
    ),
    "not compressed": (tar(good_members()), "not a readable .tar.gz"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_an_archive_that_could_not_be_deployed_is_not_sealed(case: str) -> None:
    archive, words = HOSTILE[case]
    put(TRAINED, archive)
    measured = {
        "archiveSha256": hashlib.sha256(archive).hexdigest(),
        "modelSha256": digests(good_archive())["ModelSha256"],
    }
    told = refusal({"modelUri": TRAINED, **measured})
    assert words in told
    assert TRAINED in told
    assert stored() == {}


def test_the_promoter_reads_what_is_sealed_to_the_same_digests() -> None:
    handler(question(good_archive()), None)
    found = read_archive(io.BytesIO(stored()[sealed_key(good_archive())]))
    assert {DIGESTS[file]: digest for file, digest in found.digests.items()} == digests(good_archive())


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({}, "hands over no modelUri, archiveSha256, modelSha256: publish the pipeline again"),
        (question(good_archive(), archiveSha256="abc"), "archiveSha256 is 'abc', no SHA-256"),
        (question(good_archive(), modelUri="s3://elsewhere/model.tar.gz"), f"no archive under {OUTPUTS}"),
        (question(good_archive(), modelUri=f"{MODELS}x/model.tar.gz"), f"no archive under {OUTPUTS}"),
        (question(good_archive(), modelUri=f"{OUTPUTS}2/model.tar.gz"), "cannot be read: NoSuchKey"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_a_sentence(event: dict[str, str], words: str) -> None:
    assert words in refusal(event)
    assert stored() == {}


class Refusing:
    """S3 that reads, and answers writes with these errors, then takes them."""

    def __init__(self, *codes: str) -> None:
        self.codes, self.s3 = [*codes], connect()

    def get_object(self, **request: Any) -> Any:
        return self.s3.get_object(**request)

    def put_object(self, **request: Any) -> Any:
        if self.codes:
            request["Body"].read()
            raise refused("PutObject", self.codes.pop(0), "No.")
        return self.s3.put_object(**request)


def test_a_run_that_seals_the_same_at_the_same_moment_is_waited_for() -> None:
    seal(question(good_archive()), read_settings(ENVIRONMENT), Refusing("ConditionalRequestConflict"))
    assert stored() == {sealed_key(good_archive()): good_archive()}


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["ConditionalRequestConflict"] * 3, "is being written by other runs: start this one again"),
        (["AccessDenied"], "cannot be written: AccessDenied: No."),
    ],
)
def test_a_write_that_s3_refuses_is_told(codes: list[str], words: str) -> None:
    with pytest.raises(SealRefused, match=words):
        seal(question(good_archive()), read_settings(ENVIRONMENT), Refusing(*codes))


def test_a_refusal_is_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    told = refusal({})
    assert told in caplog.messages


def test_every_setting_that_is_missing_or_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as told:
        read_settings({"OUTPUTS_PREFIX_URI": "artifacts"})
    assert all(name in str(told.value) for name in REQUIRED)
