"""What the registry's answers show of packages with and without a version, and in which order lists come."""

from __future__ import annotations

import re
import uuid
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.environment import variables
from sandbox.sagemaker.hosting import endpoint_configs, endpoints, models
from sandbox.sagemaker.jobs.kinds import KINDS
from sandbox.sagemaker.listing import Listing
from sandbox.sagemaker.registry import groups, packages
from sandbox.service import service_model
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.sagemaker.test_registry import INFERENCE, Group

LISTINGS: dict[str, Listing] = {
    "ListModelPackages": packages._LISTING,
    "ListModelPackageGroups": groups._LISTING,
    "ListEndpoints": endpoints._LISTING,
    "ListEndpointConfigs": endpoint_configs._LISTING,
    "ListModels": models._LISTING,
    **{f"List{kind.word}Jobs": kind.listing for kind in KINDS},
}


@pytest.fixture
def group(client: ClientOf) -> Group:
    return Group(client("sagemaker"))


def alone(sagemaker: Any) -> str:
    """A package without a version."""
    name = f"alone-{uuid.uuid4().hex[:8]}"
    sagemaker.create_model_package(ModelPackageName=name, InferenceSpecification=INFERENCE)
    return name


def test_a_version_has_a_group_and_a_number_and_no_name(group: Group) -> None:
    arn = group.register()
    (summary,) = group.sagemaker.list_model_packages(ModelPackageGroupName=group.name)["ModelPackageSummaryList"]
    described = group.sagemaker.describe_model_package(ModelPackageName=arn)
    for shown in (summary, described):
        assert "ModelPackageName" not in shown
        assert (shown["ModelPackageGroupName"], shown["ModelPackageVersion"]) == (group.name, 1)


def test_a_package_without_a_version_has_its_name(group: Group) -> None:
    name = alone(group.sagemaker)
    assert group.sagemaker.describe_model_package(ModelPackageName=name)["ModelPackageName"] == name


def test_the_sdk_reads_every_attribute_of_what_it_lists(group: Group, sandbox: SandboxSettings) -> None:
    resources = pytest.importorskip("sagemaker.core.resources")
    group.register(ModelPackageDescription="of the SDK")
    with pytest.MonkeyPatch.context() as shell:
        for name, value in variables(sandbox).items():
            shell.setenv(name, value)
        session = boto3.Session(region_name=sandbox.region)
        (found,) = resources.ModelPackage.get_all(model_package_group_name=group.name, session=session)
        assert found.model_package_description == "of the SDK"
        assert found.inference_specification.containers[0].image == INFERENCE["Containers"][0]["Image"]


def test_without_arguments_only_packages_without_a_version_are_listed(group: Group) -> None:
    versioned, name = group.register(), alone(group.sagemaker)
    pages = group.sagemaker.get_paginator("list_model_packages").paginate()
    listed = [package["ModelPackageArn"] for page in pages for package in page["ModelPackageSummaryList"]]
    assert versioned not in listed
    assert any(arn.endswith(f":model-package/{name}") for arn in listed)
    assert not [arn for arn in listed if "/" in arn.partition(":model-package/")[2]]


def test_more_versions_than_a_page_holds_come_in_order(group: Group) -> None:
    registered = [group.register() for _ in range(104)]
    first = group.sagemaker.list_model_packages(ModelPackageGroupName=group.name, MaxResults=100)
    assert (len(first["ModelPackageSummaryList"]), "NextToken" in first) == (100, True)
    rest = group.sagemaker.list_model_packages(ModelPackageGroupName=group.name, NextToken=first["NextToken"])
    listed = first["ModelPackageSummaryList"] + rest["ModelPackageSummaryList"]
    assert [package["ModelPackageArn"] for package in listed] == registered
    by_time = group.sagemaker.list_model_packages(ModelPackageGroupName=group.name, SortBy="CreationTime", MaxResults=1)
    assert by_time["ModelPackageSummaryList"][0]["ModelPackageVersion"] == 1


def test_a_groups_name_describes_none_of_its_versions(group: Group) -> None:
    group.register()
    with pytest.raises(ClientError, match="does not exist"):
        group.sagemaker.describe_model_package(ModelPackageName=group.name)


@pytest.mark.parametrize(("operation", "listing"), LISTINGS.items())
def test_a_list_comes_in_the_order_that_the_service_model_calls_its_default(operation: str, listing: Listing) -> None:
    shape = service_model("sagemaker").operation_model(operation).input_shape
    assert shape is not None
    order = shape.members["SortOrder"].documentation
    (stated,) = re.findall(r"default is <code>(\w+)</code>", order)
    assert ("Descending" if listing.descending else "Ascending") == stated
