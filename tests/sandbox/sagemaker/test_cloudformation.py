"""The SageMaker resource types through CloudFormation: replacement, roll-back, tags, errors that name the property."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from tests.conftest import ClientOf
from tests.sandbox.sagemaker.test_endpoints import ANSWER, BROKEN, ENVIRONMENT, IMAGE, ROLE, Serving

FAST = {"Delay": 1, "MaxAttempts": 60}
TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Config": {"Type": "String"},
        "Artifact": {"Type": "String"},
        "Count": {"Type": "Number", "Default": "1"},
    },
    "Resources": {
        "Model": {
            "Type": "AWS::SageMaker::Model",
            "Properties": {
                "ModelName": {"Ref": "Config"},
                "ExecutionRoleArn": ROLE,
                "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": {"Ref": "Artifact"}, "Environment": ENVIRONMENT},
            },
        },
        "Config1": {
            "Type": "AWS::SageMaker::EndpointConfig",
            "Properties": {
                "EndpointConfigName": {"Ref": "Config"},
                "ProductionVariants": [
                    {
                        "VariantName": "All",
                        "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
                        "InstanceType": "ml.m5.large",
                        "InitialInstanceCount": {"Ref": "Count"},
                    }
                ],
            },
        },
        "Endpoint": {
            "Type": "AWS::SageMaker::Endpoint",
            "Properties": {
                "EndpointName": {"Ref": "AWS::StackName"},
                "EndpointConfigName": {"Fn::GetAtt": ["Config1", "EndpointConfigName"]},
            },
        },
    },
    "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}}, "Arn": {"Value": {"Ref": "Model"}}},
}


class Stacked(Serving):
    """An endpoint that a stack owns."""

    def __init__(self, client: ClientOf) -> None:
        super().__init__(client)
        self.cloudformation = client("cloudformation")

    def parameters(self, code: str) -> list[dict[str, str]]:
        """A new artifact, and names of its own as the promoter would give them."""
        name = self.config(code)  # uploads the artifact; its own model and configuration stand aside
        artifact = f"s3://{self.name}/{name}/model.tar.gz"
        given = {"Config": f"{name}-stack", "Artifact": artifact}
        return [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]

    def deploy(self, verb: str, code: str, template: dict[str, Any] = TEMPLATE) -> dict[str, Any]:
        deploy = getattr(self.cloudformation, f"{verb}_stack")
        deploy(StackName=self.name, TemplateBody=json.dumps(template), Parameters=self.parameters(code))
        self.cloudformation.get_waiter(f"stack_{verb}_complete").wait(StackName=self.name, WaiterConfig=FAST)
        return self.stack()

    def stack(self) -> dict[str, Any]:
        stack: dict[str, Any] = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return stack

    def reasons(self) -> str:
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return " ".join(event.get("ResourceStatusReason", "") for event in events)


@pytest.fixture
def stacked(client: ClientOf) -> Stacked:
    return Stacked(client)


def test_an_update_replaces_model_and_configuration_and_updates_the_endpoint(stacked: Stacked) -> None:
    created = stacked.deploy("create", ANSWER.format(word="old"))
    outputs = {output["OutputKey"]: output["OutputValue"] for output in created["Outputs"]}
    first = stacked.sagemaker.describe_endpoint(EndpointName=stacked.name)
    stacked.deploy("update", ANSWER.format(word="new"))
    second = stacked.sagemaker.describe_endpoint(EndpointName=stacked.name)
    assert outputs["Name"] == stacked.name
    assert outputs["Arn"].startswith("arn:aws:sagemaker:us-east-1:000000000000:model/")
    assert first["CreationTime"] == second["CreationTime"]  # updated in place
    assert first["EndpointConfigName"] != second["EndpointConfigName"]
    assert stacked.ask("x") == "new x"
    models = stacked.sagemaker.list_models(NameContains=stacked.name)["Models"]
    assert len([model for model in models if model["ModelName"].endswith("-stack")]) == 1  # the old one is gone


def test_a_model_that_does_not_load_rolls_the_stack_back_while_the_old_one_serves(stacked: Stacked) -> None:
    stacked.deploy("create", ANSWER.format(word="old"))
    with pytest.raises(WaiterError):
        stacked.deploy("update", BROKEN)
    assert stacked.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "model.json has another digest" in stacked.reasons()
    assert stacked.ask("x") == "old x"


def test_a_first_model_that_does_not_load_leaves_nothing_behind(stacked: Stacked) -> None:
    with pytest.raises(WaiterError):
        stacked.deploy("create", BROKEN)
    assert "model.json has another digest" in stacked.reasons()
    assert stacked.sagemaker.list_endpoints(NameContains=stacked.name)["Endpoints"] == []


def test_an_unknown_property_is_named(stacked: Stacked) -> None:
    template = json.loads(json.dumps(TEMPLATE))
    template["Resources"]["Model"]["Properties"]["Colour"] = "red"
    with pytest.raises(WaiterError):
        stacked.deploy("create", ANSWER.format(word="m"), template)
    assert "Colour" in stacked.reasons()


def test_an_unknown_attribute_is_named(stacked: Stacked) -> None:
    template = json.loads(json.dumps(TEMPLATE))
    template["Outputs"] = {"Group": {"Value": {"Fn::GetAtt": ["Endpoint", "Colour"]}}}
    with pytest.raises(WaiterError):
        stacked.deploy("create", ANSWER.format(word="m"), template)
    assert "Colour" in stacked.reasons()


def test_the_tags_of_a_group_follow_the_template_and_nothing_is_replaced(stacked: Stacked) -> None:
    name = f"group-{uuid.uuid4().hex[:8]}"

    def template(tags: dict[str, str]) -> str:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        properties = {"ModelPackageGroupName": name, "Tags": listed}
        return json.dumps({"Resources": {"G": {"Type": "AWS::SageMaker::ModelPackageGroup", "Properties": properties}}})

    stacked.cloudformation.create_stack(StackName=name, TemplateBody=template({"a": "1", "b": "1"}))
    stacked.cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=FAST)
    before = stacked.sagemaker.describe_model_package_group(ModelPackageGroupName=name)
    stacked.cloudformation.update_stack(StackName=name, TemplateBody=template({"b": "2"}))
    stacked.cloudformation.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig=FAST)
    after = stacked.sagemaker.describe_model_package_group(ModelPackageGroupName=name)
    assert before["CreationTime"] == after["CreationTime"]
    tags = stacked.sagemaker.list_tags(ResourceArn=after["ModelPackageGroupArn"])["Tags"]
    own = {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith("aws:")}
    assert own == {"b": "2"}
    assert {"Key": "aws:cloudformation:stack-name", "Value": name} in tags
