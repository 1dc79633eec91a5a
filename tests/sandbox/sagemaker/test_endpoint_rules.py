"""Endpoint configurations and updates that AWS refuses."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.sagemaker.test_endpoints import ANSWER, ENVIRONMENT, IMAGE, ROLE, Serving

SERVERLESS = {"MaxConcurrency": 1, "MemorySizeInMB": 1024}
CANARY = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {
            "Type": "CANARY",
            "WaitIntervalInSeconds": 60,
            "CanarySize": {"Type": "CAPACITY_PERCENT", "Value": 50},
        }
    }
}


@pytest.fixture
def serving(client: ClientOf) -> Serving:
    return Serving(client)


def on_instances(model: str, name: str = "All", **more: Any) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": model, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1, **more}


def serverless(model: str, name: str = "All", **more: Any) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": model, "ServerlessConfig": SERVERLESS, **more}


def refusal(serving: Serving, *variants: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ClientError) as error:
        serving.sagemaker.create_endpoint_config(
            EndpointConfigName=f"{serving.name}-refused", ProductionVariants=[*variants], **more
        )
    assert error.value.response["Error"]["Code"] == "ValidationException"
    return str(error.value.response["Error"]["Message"])


def test_managed_scaling_is_for_inference_components(serving: Serving) -> None:
    scaling = {"Status": "ENABLED", "MinInstanceCount": 1, "MaxInstanceCount": 2}
    variant = on_instances(serving.config(ANSWER.format(word="a")), ManagedInstanceScaling=scaling)
    assert refusal(serving, variant) == "ManagedInstanceScaling is only supported for inference component endpoints."


def test_two_variants_of_one_name_are_refused(serving: Serving) -> None:
    model = serving.config(ANSWER.format(word="a"))
    told = refusal(serving, on_instances(model, "A"), on_instances(model, "A"))
    assert "names must be unique" in told
    assert "called A" in told


@pytest.mark.parametrize("member", ["InstanceType", "InitialInstanceCount", "VolumeSizeInGB"])
def test_a_serverless_variant_has_no_instances(serving: Serving, member: str) -> None:
    given: dict[str, Any] = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1, "VolumeSizeInGB": 8}
    model = serving.config(ANSWER.format(word="a"))
    assert f"goes without {member}" in refusal(serving, serverless(model, **{member: given[member]}))


def test_serverless_excludes_capture_and_a_second_variant(serving: Serving) -> None:
    model = serving.config(ANSWER.format(word="a"))
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{serving.name}/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    assert "does not support data capture" in refusal(serving, serverless(model), DataCaptureConfig=capture)
    assert "multiple production variants" in refusal(serving, serverless(model, "A"), serverless(model, "B"))
    off = {**capture, "EnableCapture": False}
    made = serving.sagemaker.create_endpoint_config(
        EndpointConfigName=f"{serving.name}-off", ProductionVariants=[serverless(model)], DataCaptureConfig=off
    )
    assert made["EndpointConfigArn"].endswith("-off")


def test_serverless_excludes_an_isolated_model(serving: Serving) -> None:
    name = serving.config(ANSWER.format(word="a"))
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{serving.name}/{name}/model.tar.gz", "Environment": ENVIRONMENT}
    serving.sagemaker.create_model(
        ModelName=f"{name}-isolated",
        PrimaryContainer=container,
        ExecutionRoleArn=ROLE,
        EnableNetworkIsolation=True,
    )
    told = refusal(serving, serverless(f"{name}-isolated"))
    assert told == f"Serverless inference does not support network isolation, which model {name}-isolated has."


def test_an_update_needs_the_configuration_that_is_in_use(serving: Serving) -> None:
    old, new = serving.config(ANSWER.format(word="old")), serving.config(ANSWER.format(word="new"))
    serving.create(old)
    serving.sagemaker.delete_endpoint_config(EndpointConfigName=old)
    with pytest.raises(ClientError) as error:
        serving.update(new)
    assert error.value.response["Error"]["Message"] == (
        f'Could not find endpoint configuration "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/{old}".'
    )
    assert serving.settled()["EndpointConfigName"] == old
    assert serving.ask("x") == "old x"
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)


def test_a_canary_has_nothing_to_shift_when_an_endpoint_is_made(serving: Serving) -> None:
    config = serving.config(ANSWER.format(word="a"))
    serving.sagemaker.create_endpoint(EndpointName=serving.name, EndpointConfigName=config, DeploymentConfig=CANARY)
    assert serving.settled()["EndpointStatus"] == "InService"
    with pytest.raises(ClientError, match="shifts traffic in steps"):
        serving.sagemaker.update_endpoint(
            EndpointName=serving.name,
            EndpointConfigName=serving.config(ANSWER.format(word="b")),
            DeploymentConfig=CANARY,
        )
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)


def test_an_endpoint_on_instances_does_not_become_serverless(serving: Serving) -> None:
    model = serving.config(ANSWER.format(word="a"))
    serving.create(model)
    name = f"{serving.name}-serverless"
    serving.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[serverless(model)])
    with pytest.raises(ClientError, match="cannot become a serverless one"):
        serving.update(name)
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)
