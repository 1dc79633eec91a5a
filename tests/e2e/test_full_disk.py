"""A disk that takes nothing more: calls are refused, nothing is torn, and with room again all goes on."""

from __future__ import annotations

import resource

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.process import holder
from tests.e2e.project import NAMES, Project

ONCE = Config(retries={"total_max_attempts": 1})
OFTEN = {"Delay": 1, "MaxAttempts": 300}


def test_a_full_disk_is_an_error_and_not_a_torn_state(project: Project) -> None:
    pid = holder(project.home)
    assert pid
    before, live = [each["ModelPackageArn"] for each in project.versions()], project.live()
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))  # no file may grow beyond a page
    with pytest.raises(ClientError) as refused:
        project.client("sagemaker", ONCE).update_model_package(
            ModelPackageArn=before[1], CustomerMetadataProperties={"a": "b"}
        )
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
    with pytest.raises(ClientError):
        project.client("s3", ONCE).put_object(Bucket=project.bucket("data"), Key="data/large.csv", Body=b"0" * 100_000)
    assert [each["ModelPackageArn"] for each in project.versions()] == before
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    project.client("sagemaker").update_model_package(ModelPackageArn=before[1], CustomerMetadataProperties={"a": "b"})
    project.kill()
    project.up()
    described = project.client("sagemaker").describe_model_package(ModelPackageName=before[1])
    assert described["CustomerMetadataProperties"]["a"] == "b"
    assert project.live() == live
    project.client("sagemaker").get_waiter("endpoint_in_service").wait(
        EndpointName=NAMES.endpoint("prod"), WaiterConfig=OFTEN
    )
