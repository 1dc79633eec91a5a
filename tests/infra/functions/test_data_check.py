"""What the data check answers and refuses, through boto3, against moto."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from infra.functions.data_check.aws import S3, Clients
from infra.functions.data_check.handler import check, handler
from infra.functions.data_check.refusal import DataRefused
from infra.functions.data_check.settings import REQUIRED, SettingsError, read_settings
from tests.infra.functions.service_shapes import refused

DATA, BATCH, MANIFESTS = "s3://lake/data/", "s3://lake/batch/", "s3://artifacts/abalone-pipeline/arrivals/"
ENVIRONMENT = {
    "DATA_PREFIX_URI": DATA,
    "BATCH_PREFIX_URI": BATCH,
    "MODEL_PACKAGE_GROUP_NAME": "abalone",
    "MANIFEST_PREFIX_URI": MANIFESTS,
}
Put = Callable[..., None]


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    given = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in {**ENVIRONMENT, **given}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        for bucket in ("lake", "artifacts"):
            where: Any = {"LocationConstraint": "eu-west-1"}
            boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=where)
        yield


def put(*keys: str, bucket: str = "lake", content: bytes = b"1") -> None:
    for key in keys:
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=content)


def ask(data: str = DATA, *, kind: str = "S3Prefix", batch: str = BATCH) -> dict[str, Any]:
    return handler({"inputData": data, "inputDataType": kind, "batchData": batch}, None)


def refusal(data: str = DATA, **more: str) -> str:
    with pytest.raises(DataRefused) as told:
        ask(data, **more)
    return str(told.value)


def register(**metadata: str) -> None:
    sagemaker = boto3.client("sagemaker")
    sagemaker.create_model_package(ModelPackageGroupName="abalone", CustomerMetadataProperties=metadata)


def test_data_and_batch_are_counted_and_told() -> None:
    put("data/", "data/a.csv", "data/2026/06/b (1).csv", "batch/", "batch/rows.csv", "other/c.csv")
    found = ask()
    assert {name: value for name, value in found.items() if name != "DataVersion"} == {
        "DataObjects": 2,
        "DataChange": "new",
        "BatchFound": "yes",
        "BatchObjects": 1,
        "Summary": "2 objects under s3://lake/data/, new. A batch of 1 object under s3://lake/batch/.",
    }
    assert len(found["DataVersion"]) == 64


def test_without_a_batch_the_answer_says_so() -> None:
    put("data/a.csv", "batch/")
    found = ask()
    assert (found["BatchFound"], found["BatchObjects"]) == ("no", 0)
    assert found["Summary"].endswith("No batch: nothing lies under s3://lake/batch/, so nothing is predicted.")


def test_the_version_changes_with_every_object_and_only_then() -> None:
    seen = []
    for key, content in (("data/a.csv", b"1"), ("data/a.csv", b"2"), ("data/deep/b.csv", b"2"), ("data/c.csv", b"")):
        put(key, content=content)
        seen.append(ask()["DataVersion"])
        put("batch/rows.csv", "data/folder/")
        assert ask()["DataVersion"] == seen[-1]
    boto3.client("s3").delete_object(Bucket="lake", Key="data/c.csv")
    assert ask()["DataVersion"] == seen[2]
    assert len(set(seen)) == 4


def test_more_than_a_page_of_objects_is_seen() -> None:
    put(*(f"data/{number:04}.csv" for number in range(1001)))
    assert ask()["DataObjects"] == 1001


def test_whether_the_newest_version_was_made_of_the_same_data_is_told() -> None:
    boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName="abalone")
    put("data/a.csv")
    first = ask()
    assert first["DataChange"] == "new"
    register(DataVersion="another")
    assert ask()["DataChange"] == "new"
    register(DataVersion=first["DataVersion"])
    again = ask()
    assert again["DataChange"] == "unchanged since version 2"
    assert "1 object under s3://lake/data/, unchanged since version 2. " in again["Summary"]
    put("data/b.csv")
    assert ask()["DataChange"] == "new"
    register()
    assert ask()["DataChange"] == "not known"


def test_a_registry_that_cannot_be_read_is_logged_and_no_reason_to_stop(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing:
        def list_model_packages(self, **_: object) -> dict[str, Any]:
            raise refused("ListModelPackages", "AccessDeniedException", "no")

        describe_model_package = list_model_packages

    put("data/a.csv")
    clients = Clients(s3=cast("S3", boto3.client("s3")), sagemaker=Refusing())
    event = {"inputData": DATA, "inputDataType": "S3Prefix", "batchData": BATCH}
    with caplog.at_level(logging.WARNING):
        found = check(event, read_settings(ENVIRONMENT), clients)
    assert found["DataChange"] == "not known"
    assert str(found["Summary"]).startswith("1 object under s3://lake/data/, of which it is not known whether")
    assert "Whether the data has changed is not known" in caplog.text


@pytest.mark.parametrize("keys", [(), ("data/",), ("data/deep/", "other/a.csv")])
def test_no_data_is_refused_in_a_sentence_that_is_logged_too(
    keys: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    put(*keys)
    said = refusal()
    assert (
        said
        == "Nothing lies under s3://lake/data/ (the parameter InputData): put the data there, then start the run again."
    )
    assert said in caplog.text


@pytest.mark.parametrize("uri", ["s3://lake/data/2026/", "s3://lake/data/a b+ü.csv", "s3://lake/data/данные/"])
def test_an_address_that_the_registry_holds_is_taken(uri: str) -> None:
    put(uri.removeprefix("s3://lake/"), f"{uri.removeprefix('s3://lake/')}x.csv" if uri.endswith("/") else "data/z.csv")
    assert ask(uri)["DataObjects"] == 1


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("abalone (1).csv", "()"),
        ("a&b,c.csv", "&,"),
        ("50%.csv", "%"),
        ("a[1]'.csv", "[]'"),
        ("a\tb", "\\t"),
        ("e\u0301", "\u0301"),
    ],
)
def test_an_address_that_the_registry_cannot_hold_is_refused_before_anything_is_paid_for(name: str, odd: str) -> None:
    put(f"data/{name}")
    said = refusal(f"{DATA}{name}")
    assert "cannot be written into the model registry" in said
    assert f"but not '{odd}'" in said or f'but not "{odd}"' in said
    assert "give the folder instead, whose objects may have any name" in said


def test_an_address_longer_than_the_registry_holds_is_refused() -> None:
    put(f"data/{'k' * 242}")
    assert len(DATA) + 241 == 256
    assert ask(f"{DATA}{'k' * 241}")["DataObjects"] == 1
    assert "InputData has 257 characters, and the model registry holds 256 of them" in refusal(f"{DATA}{'k' * 242}")


def test_objects_of_any_name_are_taken_by_their_folder() -> None:
    put("data/abalone (1).csv", f"data/{'k' * 250}.csv", "data/a&b,#'[]%.csv", "data/a//b.csv")
    assert ask()["DataObjects"] == 4


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"data": "s3://lake/raw/"}, "InputData s3://lake/raw/ does not lie under s3://lake/data/, which is all that"),
        ({"data": "s3://other/data/"}, "change data.prefix in cdk.json"),
        ({"data": "s3://lake/data"}, "does not lie under s3://lake/data/"),
        ({"batch": "s3://lake/data/"}, "BatchData s3://lake/data/ does not lie under s3://lake/batch/"),
        ({"batch": "s3://lake/x/"}, "change data.batchPrefix in cdk.json"),
    ],
)
def test_what_the_jobs_may_not_read_is_refused_with_the_setting(more: dict[str, str], sentence: str) -> None:
    put("data/a.csv", "raw/a.csv")
    assert sentence in refusal(**more)


def test_an_object_that_is_the_beginning_of_another_is_refused() -> None:
    put("data/a.csv", "data/a.csv.bak")
    assert refusal(f"{DATA}a.csv").startswith(
        "InputData s3://lake/data/a.csv is an object, and also the beginning of data/a.csv.bak: a job would read both."
    )
    boto3.client("s3").delete_object(Bucket="lake", Key="data/a.csv.bak")
    assert ask(f"{DATA}a.csv")["DataObjects"] == 1


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (("data/a", "data/a/b.csv"), "The objects 'data/a' and 'data/a/b.csv' cannot both become files of a job"),
        (("data/up/../b.csv",), "The object 'data/up/../b.csv' cannot become a file of a job"),
        ((f"data/{'ü' * 128}.csv",), "longer than 255 bytes. Rename it"),
    ],
)
def test_keys_that_cannot_become_files_are_refused_by_name(keys: tuple[str, ...], sentence: str) -> None:
    put(*keys)
    assert sentence in refusal()


def manifest(*entries: object, name: str = "one.json") -> str:
    put(f"abalone-pipeline/arrivals/{name}", bucket="artifacts", content=json.dumps(entries).encode())
    return f"{MANIFESTS}{name}"


def test_a_manifest_is_about_its_objects_alone() -> None:
    put("data/old.csv", "data/a (1).csv", "data/deep/b.csv")
    uri = manifest({"prefix": DATA}, "a (1).csv", "deep/b.csv")
    found = ask(uri, kind="ManifestFile")
    assert found["DataObjects"] == 2
    put("data/old.csv", content=b"changed")
    assert ask(uri, kind="ManifestFile")["DataVersion"] == found["DataVersion"]
    put("data/deep/b.csv", content=b"changed")
    assert ask(uri, kind="ManifestFile")["DataVersion"] != found["DataVersion"]


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (({"prefix": DATA}, "gone.csv"), "names data/gone.csv, which is not there any more"),
        (
            ({"prefix": "s3://lake/raw/"}, "a.csv"),
            "names s3://lake/raw/a.csv, which does not lie under s3://lake/data/",
        ),
        (({"prefix": DATA},), "Nothing lies under s3://artifacts/"),
        ((), "is no manifest"),
        (("a.csv",), "is no manifest"),
    ],
)
def test_a_manifest_that_leads_nowhere_is_refused(entries: tuple[object, ...], sentence: str) -> None:
    put("data/a.csv", "raw/a.csv")
    assert sentence in refusal(manifest(*entries), kind="ManifestFile")


def test_a_manifest_is_taken_from_its_folder_alone_and_only_where_a_setting_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("data/a.csv")
    assert "The manifest s3://artifacts/abalone-pipeline/arrivals/x.json cannot be read: NoSuchKey" in refusal(
        f"{MANIFESTS}x.json", kind="ManifestFile"
    )
    assert f"does not lie under {MANIFESTS}" in refusal(f"{DATA}a.csv", kind="ManifestFile")
    monkeypatch.delenv("MANIFEST_PREFIX_URI")
    assert '"trainOn": "arrived"' in refusal(f"{MANIFESTS}x.json", kind="ManifestFile")


def test_a_bucket_that_cannot_be_listed_is_told_with_s3s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_PREFIX_URI", "s3://nobody/data/")
    assert refusal("s3://nobody/data/").startswith("s3://nobody/data/ cannot be listed: NoSuchBucket: ")


def test_a_step_that_hands_over_too_little_is_told() -> None:
    with pytest.raises(DataRefused, match=r"hands over no inputDataType, batchData: publish the pipeline again"):
        handler({"inputData": DATA, "inputDataType": "", "batchData": None}, None)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict.fromkeys(REQUIRED, ""), tuple(REQUIRED)),
        ({"DATA_PREFIX_URI": "s3://lake/data"}, ("DATA_PREFIX_URI",)),
        ({"BATCH_PREFIX_URI": "batch/", "MANIFEST_PREFIX_URI": "x"}, ("BATCH_PREFIX_URI", "MANIFEST_PREFIX_URI")),
    ],
)
def test_all_settings_that_are_missing_or_ill_formed_are_told_at_once(
    change: dict[str, str], named: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({**ENVIRONMENT, **change})
    assert {name for name in ENVIRONMENT if f"{name}: " in str(error.value)} == set(named)
