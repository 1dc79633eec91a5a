"""What happens to a stage: the pipeline asks CloudFormation, and CloudFormation alone changes the stage's endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam

from infra.iam.arns import AccountArns
from infra.iam.statements import Statements, allow, pass_role, stay_in_vpc
from infra.settings import Stage

_LOOKS = ("DescribeStackEvents", "DescribeStackResources", "DescribeStacks", "GetTemplate")
_STACK_VERBS = ("CreateStack", "DeleteStack", *_LOOKS, "UpdateStack")
# Of a stack that is changed by change sets alone: it is neither updated nor deleted, and what is executed was made before.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
_CHANGE_SET_VERBS = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", *_LOOKS, "ExecuteChangeSet")
_PARTS = {"EndpointConfig": "endpoint-config", "Model": "model"}  # named <endpoint>-<content>


def deploy_stages(arns: AccountArns, *, roles: Mapping[str, iam.IRole], production: str) -> Statements:
    """Creates and updates the stacks of these stages, in the name of the stages' own roles; production's by a change set alone."""
    if not roles:
        return []
    updated = [_stack(arns, stage) for stage in roles if stage != production]
    changed = [_stack(arns, stage) for stage in roles if stage == production]
    return [
        *([allow("DeployStages", [f"cloudformation:{verb}" for verb in _STACK_VERBS], updated)] if updated else []),
        *(
            [allow("ChangeProduction", [f"cloudformation:{verb}" for verb in _CHANGE_SET_VERBS], changed)]
            if changed
            else []
        ),
        pass_role("GiveCloudFormationItsRole", [*roles.values()], to="cloudformation.amazonaws.com"),
    ]


def review_change(arns: AccountArns, *, stage: str) -> Statements:
    """Reads the change set of a stage's stack with the stack and its endpoint; executes nothing."""
    verbs = [f"cloudformation:{verb}" for verb in ("DescribeChangeSet", "DescribeStacks", "GetTemplate")]
    endpoint = arns.sagemaker("endpoint", arns.names.endpoint(stage))
    return [
        allow("ReadTheChange", verbs, [_stack(arns, stage)]),
        allow("SeeWhetherItIsThere", ["sagemaker:DescribeEndpoint"], [endpoint]),
    ]


def _stack(arns: AccountArns, stage: str) -> str:
    return arns.arn("cloudformation", "stack", f"{arns.names.endpoint(stage)}/*")


def change_endpoint(arns: AccountArns, *, stage: Stage, endpoint: iam.IRole) -> Statements:
    """Of CloudFormation: this stage's endpoint, and the configs and models named after it; no other stage's."""
    name = arns.names.endpoint(stage.name)
    parts = {"Endpoint": arns.sagemaker("endpoint", name)}
    parts |= {what: arns.sagemaker(kind, f"{name}-*") for what, kind in _PARTS.items()}
    verbs = [f"sagemaker:{verb}{what}" for what in parts for verb in ("Create", "Delete", "Describe")]
    return [
        allow("ChangeTheEndpoint", [*verbs, "sagemaker:UpdateEndpoint"], [*parts.values()]),
        allow("TagIt", ["sagemaker:AddTags", "sagemaker:DeleteTags", "sagemaker:ListTags"], [*parts.values()]),
        # A model made from a registered version is a use of that version too: SageMaker asks for both.
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html
        allow(
            "ServeRegisteredVersions",
            ["sagemaker:CreateModel", "sagemaker:DescribeModelPackage"],
            [arns.versions_arn],
        ),
        pass_role("GiveTheEndpointItsRole", [endpoint], to="sagemaker.amazonaws.com"),
        *stay_in_vpc(stage.vpc, "Model"),
    ]


def look_at_endpoints(arns: AccountArns, *, stages: Sequence[str]) -> Statements:
    """From an endpoint by its config and model to the version that it serves."""
    if not stages:
        return []
    names = [arns.names.endpoint(stage) for stage in stages]
    endpoints = [arns.sagemaker("endpoint", name) for name in names]
    endpoints += [arns.sagemaker(kind, f"{name}-*") for kind in _PARTS.values() for name in names]
    return [allow("LookAtEndpoints", [f"sagemaker:Describe{what}" for what in ("Endpoint", *_PARTS)], endpoints)]


def invoke_endpoints(arns: AccountArns, *, stages: Sequence[str]) -> Statements:
    if not stages:
        return []
    endpoints = [arns.sagemaker("endpoint", arns.names.endpoint(stage)) for stage in stages]
    return [allow("InvokeEndpoints", ["sagemaker:InvokeEndpoint"], endpoints)]


def assume_stage_roles(role_arns: Sequence[str]) -> Statements:
    """In the accounts of foreign stages, through the roles that are meant for it there."""
    return [allow("ActAbroad", ["sts:AssumeRole"], role_arns)] if role_arns else []
