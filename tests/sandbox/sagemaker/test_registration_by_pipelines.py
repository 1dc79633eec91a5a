"""RegisterModel steps against the real registry, with IAM's answers: a group that nobody made, and none at all."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role
from tests.sandbox.sagemaker.test_registry import INFERENCE

REGISTER = {
    "InferenceSpecification": {
        **INFERENCE,
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    },
    "ModelApprovalStatus": "PendingManualApproval",
}


class Runs:
    """Pipelines of one RegisterModel step, under a role of their own."""

    def __init__(self, client: ClientOf) -> None:
        self.client, self.sagemaker = client, client("sagemaker")
        self.name = f"r-{uuid.uuid4().hex[:8]}"

    def run(self, *denied: str, **arguments: Any) -> tuple[str, dict[str, Any]]:
        """The execution and its one step."""
        refused = [{"Effect": "Deny", "Action": [*denied], "Resource": "*"}] if denied else []
        role_arn = role(self.client, self.name, statements=(*EVERYTHING, *refused))
        step = {"Name": "Register", "Type": "RegisterModel", "Arguments": {**REGISTER, **arguments}}
        definition = json.dumps({"Version": "2020-12-01", "Steps": [step]})
        name = f"{self.name}-{uuid.uuid4().hex[:6]}"
        self.sagemaker.create_pipeline(
            PipelineName=name, PipelineDefinition=definition, RoleArn=role_arn, ClientRequestToken=uuid.uuid4().hex
        )
        arn = str(self.sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"])
        while self.status(arn) == "Executing":
            pass
        (step,) = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
        return arn, step

    def status(self, arn: str) -> str:
        return str(self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"])


@pytest.fixture
def runs(client: ClientOf) -> Runs:
    return Runs(client)


def test_a_group_that_nobody_made_is_made_by_the_pipeline(runs: Runs) -> None:
    execution, step = runs.run(ModelPackageGroupName=runs.name)
    assert step["StepStatus"] == "Succeeded", step
    assert step["Metadata"]["RegisterModel"]["Arn"].endswith(f":model-package/{runs.name}/1")
    group = runs.sagemaker.describe_model_package_group(ModelPackageGroupName=runs.name)["ModelPackageGroupArn"]
    tags = runs.sagemaker.list_tags(ResourceArn=group)["Tags"]
    assert tags == [{"Key": "sagemaker:pipeline-execution-arn", "Value": execution}]
    assert runs.run(ModelPackageGroupName=runs.name)[1]["Metadata"]["RegisterModel"]["Arn"].endswith(f"/{runs.name}/2")


def test_without_a_group_a_package_without_a_version_is_registered(runs: Runs) -> None:
    execution, step = runs.run()
    assert step["StepStatus"] == "Succeeded", step
    arn = step["Metadata"]["RegisterModel"]["Arn"]
    assert arn.partition(":model-package/")[2].startswith(f"pipelines-{execution.rpartition('/')[2]}-Register-")
    assert "ModelPackageVersion" not in runs.sagemaker.describe_model_package(ModelPackageName=arn)


@pytest.mark.parametrize("action", ["sagemaker:CreateModelPackageGroup", "sagemaker:AddTags"])
def test_a_role_without_either_right_fails_though_the_group_is_there(runs: Runs, action: str) -> None:
    runs.sagemaker.create_model_package_group(ModelPackageGroupName=runs.name)
    _, step = runs.run(action, ModelPackageGroupName=runs.name)
    assert step["StepStatus"] == "Failed"
    assert step["FailureReason"].startswith("ClientError: Failed to invoke sagemaker:CreateModelPackageGroup.")
    group = f"arn:aws:sagemaker:us-east-1:000000000000:model-package-group/{runs.name}"
    assert f"is not authorized to perform: {action} on resource: {group}" in step["FailureReason"]
