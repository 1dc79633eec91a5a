"""What happens to a stage: the pipeline asks CloudFormation, and CloudFormation alone changes the stage's endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import aws_iam as iam

from infra.ground import Ground
from infra.statements import Statements, allow, pass_role

_STACK_VERBS = (
    "CreateStack",
    "DeleteStack",
    "DescribeStackEvents",
    "DescribeStackResources",
    "DescribeStacks",
    "GetTemplate",
    "UpdateStack",
)


def deploy_stages(ground: Ground, *, roles: Mapping[str, iam.IRole]) -> Statements:
    """Of the pipeline: creates and updates the stacks of the stages here, in the name of the stages' roles."""
    if not roles:
        return []
    stacks = [ground.arn("cloudformation", "stack", f"{ground.names.endpoint(stage)}/*") for stage in roles]
    return [
        allow("DeployStages", [f"cloudformation:{verb}" for verb in _STACK_VERBS], stacks),
        pass_role("GiveCloudFormationItsRole", [*roles.values()], to="cloudformation.amazonaws.com"),
    ]


def ask_for_approval(ground: Ground) -> iam.PolicyStatement:
    return allow("AskForApproval", ["sns:Publish"], [ground.topic.topic_arn])


def change_endpoint(ground: Ground, *, stage: str, endpoint: iam.IRole) -> Statements:
    """Of CloudFormation: this stage's endpoint, and the configs and models named after it; no other stage's."""
    name = ground.names.endpoint(stage)
    parts = {"Endpoint": ground.sagemaker("endpoint", name)}
    parts |= {what: ground.sagemaker(kind, f"{name}-*") for what, kind in _PARTS.items()}
    verbs = [f"sagemaker:{verb}{what}" for what in parts for verb in ("Create", "Delete", "Describe")]
    return [
        allow("ChangeTheEndpoint", [*verbs, "sagemaker:UpdateEndpoint"], [*parts.values()]),
        allow("TagIt", ["sagemaker:AddTags", "sagemaker:DeleteTags", "sagemaker:ListTags"], [*parts.values()]),
        allow(
            "ServeRegisteredVersions",
            ["sagemaker:CreateModel", "sagemaker:DescribeModelPackage"],
            [ground.registry.versions_arn],
        ),
        pass_role("GiveTheEndpointItsRole", [endpoint], to="sagemaker.amazonaws.com"),
    ]


_PARTS = {"EndpointConfig": "endpoint-config", "Model": "model"}
