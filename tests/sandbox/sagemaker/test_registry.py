"""The registry through boto3: versions, approval, pages, and what makes a repeated call harmless."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
INFERENCE = {"Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://registry/model.tar.gz"}]}


class Group:
    """A model package group of its own for each test."""

    def __init__(self, sagemaker: Any) -> None:
        self.sagemaker = sagemaker
        self.name = f"g-{uuid.uuid4().hex[:8]}"
        sagemaker.create_model_package_group(ModelPackageGroupName=self.name)

    def register(self, **more: Any) -> str:
        registered = self.sagemaker.create_model_package(
            ModelPackageGroupName=self.name, InferenceSpecification=INFERENCE, **more
        )
        return str(registered["ModelPackageArn"])

    def versions(self, **request: Any) -> list[int]:
        pages = self.sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=self.name, **request)
        return [row["ModelPackageVersion"] for page in pages for row in page["ModelPackageSummaryList"]]


@pytest.fixture
def group(client: ClientOf) -> Group:
    return Group(client("sagemaker"))


def test_versions_are_listed_oldest_first_unless_asked_and_over_all_pages(group: Group) -> None:
    for _ in range(25):
        group.register()
    assert group.versions() == list(range(1, 26))
    assert group.versions(SortOrder="Descending", SortBy="CreationTime") == list(range(25, 0, -1))
    assert group.versions(PaginationConfig={"PageSize": 1}) == list(range(1, 26))
    first = group.sagemaker.list_model_packages(ModelPackageGroupName=group.name)
    assert len(first["ModelPackageSummaryList"]) == 10


def test_a_repeated_registration_with_the_same_token_is_one_version(group: Group) -> None:
    first, second = group.register(ClientToken="t" * 36), group.register(ClientToken="t" * 36)
    assert first == second
    assert group.versions() == [1]


def test_registrations_at_once_get_numbers_of_their_own(group: Group) -> None:
    threads = [threading.Thread(target=group.register) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert group.versions() == list(range(1, 17))


def test_a_deleted_version_gives_its_number_to_nobody(group: Group) -> None:
    group.sagemaker.delete_model_package(ModelPackageName=group.register())
    assert group.register().endswith("/2")


def test_only_the_versions_of_a_status_are_listed(group: Group) -> None:
    approved = group.register()
    group.register()
    group.sagemaker.update_model_package(ModelPackageArn=approved, ModelApprovalStatus="Approved")
    assert group.versions(ModelApprovalStatus="Approved") == [1]
    assert group.versions(ModelApprovalStatus="PendingManualApproval") == [2]


def test_metadata_is_merged_and_removed_by_key(group: Group) -> None:
    arn = group.register(CustomerMetadataProperties={"Commit": "a", "Mse": "4"})
    group.sagemaker.update_model_package(
        ModelPackageArn=arn, CustomerMetadataProperties={"Mse": "5"}, CustomerMetadataPropertiesToRemove=["Commit"]
    )
    described = group.sagemaker.describe_model_package(ModelPackageName=arn)
    assert described["CustomerMetadataProperties"] == {"Mse": "5"}


def test_a_version_tells_the_etag_that_its_artifact_had_when_it_was_registered(group: Group, client: ClientOf) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=group.name)
    before = s3.put_object(Bucket=group.name, Key="model.tar.gz", Body=b"first")["ETag"].strip('"')
    specification = {"Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{group.name}/model.tar.gz"}]}
    version = group.sagemaker.create_model_package(
        ModelPackageGroupName=group.name, InferenceSpecification=specification
    )["ModelPackageArn"]
    s3.put_object(Bucket=group.name, Key="model.tar.gz", Body=b"second")
    [container] = group.sagemaker.describe_model_package(ModelPackageName=version)["InferenceSpecification"][
        "Containers"
    ]
    assert container["ModelDataETag"] == before


def test_a_version_whose_artifact_is_not_there_tells_no_etag(group: Group) -> None:
    described = group.sagemaker.describe_model_package(ModelPackageName=group.register())
    assert "ModelDataETag" not in described["InferenceSpecification"]["Containers"][0]


def test_a_model_cannot_be_made_of_a_version_that_nobody_approved(group: Group) -> None:
    arn = group.register()
    container = {"ModelPackageName": arn}
    role = "arn:aws:iam::000000000000:role/r"
    with pytest.raises(ClientError, match="approval status is PendingManualApproval"):
        group.sagemaker.create_model(ModelName=group.name, PrimaryContainer=container, ExecutionRoleArn=role)


@pytest.mark.parametrize(
    ("operation", "request_", "sentence"),
    [
        ("describe_model_package", {"ModelPackageName": "no"}, "ModelPackage arn:.*:model-package/no does not exist"),
        ("list_model_packages", {"ModelPackageGroupName": "no"}, "ModelPackageGroup arn:.*/no does not exist"),
        ("create_model_package", {}, "Missing ARN"),
        (
            "create_model_package",
            {"ModelPackageName": "a", "ModelPackageGroupName": "b"},
            "Cannot determine which one to use",
        ),
        (
            "create_model_package",
            {"ModelPackageGroupName": "b", "Tags": [{"Key": "k", "Value": "v"}]},
            "a version has the tags of its group",
        ),
        ("describe_model", {"ModelName": "no"}, "Could not find model"),
        ("describe_training_job", {"TrainingJobName": "no"}, "Requested resource not found"),
    ],
)
def test_what_is_missing_is_named(group: Group, operation: str, request_: dict[str, str], sentence: str) -> None:
    with pytest.raises(ClientError, match=sentence):
        getattr(group.sagemaker, operation)(**request_)


def test_a_group_is_made_once(group: Group) -> None:
    with pytest.raises(ClientError, match="Model Package Group already exists"):
        group.sagemaker.create_model_package_group(ModelPackageGroupName=group.name)
