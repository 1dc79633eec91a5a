"""Our own services refuse a role what its policies do not allow, in AWS's words."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, deny, refusal

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
CONTAINERS = {
    "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}
APPROVE_NOTHING = deny(
    ["sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"],
    StringEquals={"sagemaker:ModelApprovalStatus": "Approved"},
)


@pytest.fixture
def package(client: ClientOf, unique: str) -> str:
    """A version that waits for approval, in a group `unique`."""
    sagemaker = client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=unique)
    made = sagemaker.create_model_package(
        ModelPackageGroupName=unique,
        InferenceSpecification=CONTAINERS,
        ModelApprovalStatus="PendingManualApproval",
    )
    return str(made["ModelPackageArn"])


def test_a_refusal_names_the_role_the_action_and_the_resource(role: MakeRole, sandbox: SandboxSettings) -> None:
    actor = role()
    message = refusal(actor.client("sagemaker").describe_model, ModelName="any")
    assert message == (
        f"User: arn:aws:sts::{sandbox.account}:assumed-role/{actor.name}/test is not authorized to perform: "
        f"sagemaker:DescribeModel on resource: arn:aws:sagemaker:{sandbox.region}:{sandbox.account}:model/any "
        "because no identity-based policy allows the sagemaker:DescribeModel action"
    )


def test_a_permission_reaches_no_further_than_its_resource(role: MakeRole, unique: str) -> None:
    own = role(allow("sagemaker:CreateModelPackageGroup", f"arn:aws:sagemaker:*:*:model-package-group/{unique}"))
    sagemaker = own.client("sagemaker")
    assert sagemaker.create_model_package_group(ModelPackageGroupName=unique)["ModelPackageGroupArn"].endswith(unique)
    assert f"group/{unique}x" in refusal(sagemaker.create_model_package_group, ModelPackageGroupName=f"{unique}x")


def test_update_model_package_to_approved_is_refused_to_a_role_with_the_deny(role: MakeRole, package: str) -> None:
    sagemaker = role(allow("sagemaker:*"), APPROVE_NOTHING).client("sagemaker")
    message = refusal(
        sagemaker.update_model_package,
        ModelPackageArn=package,
        ModelApprovalStatus="Approved",
        ApprovalDescription="me",
    )
    assert message.endswith("with an explicit deny in an identity-based policy")
    assert sagemaker.describe_model_package(ModelPackageName=package)["ModelApprovalStatus"] == "PendingManualApproval"


def test_the_deny_leaves_every_other_change_of_a_version(role: MakeRole, package: str) -> None:
    sagemaker = role(allow("sagemaker:*"), APPROVE_NOTHING).client("sagemaker")
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Rejected")
    sagemaker.update_model_package(ModelPackageArn=package, CustomerMetadataProperties={"seen": "yes"})
    assert sagemaker.describe_model_package(ModelPackageName=package)["ModelApprovalStatus"] == "Rejected"


@pytest.mark.usefixtures("package")
def test_a_version_is_not_registered_as_approved_by_a_role_with_the_deny(role: MakeRole, unique: str) -> None:
    sagemaker = role(allow("sagemaker:*"), APPROVE_NOTHING).client("sagemaker")
    refusal(
        sagemaker.create_model_package,
        ModelPackageGroupName=unique,
        InferenceSpecification=CONTAINERS,
        ModelApprovalStatus="Approved",
    )


@pytest.mark.usefixtures("package")
def test_a_version_is_registered_by_who_may_do_so_in_the_group_and_among_its_versions(
    role: MakeRole, unique: str
) -> None:
    group = f"arn:aws:sagemaker:*:*:model-package-group/{unique}"
    versions = f"arn:aws:sagemaker:*:*:model-package/{unique}/*"
    request: dict[str, Any] = {"ModelPackageGroupName": unique, "InferenceSpecification": CONTAINERS}
    for half in (group, versions):
        refusal(role(allow("sagemaker:CreateModelPackage", half)).client("sagemaker").create_model_package, **request)
    whole = role(allow("sagemaker:CreateModelPackage", [group, versions])).client("sagemaker")
    assert whole.create_model_package(**request)["ModelPackageArn"].endswith(f"{unique}/2")


def test_a_model_of_a_registered_version_is_a_use_of_that_version(
    role: MakeRole, package: str, client: ClientOf, unique: str
) -> None:
    client("sagemaker").update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    serving = role(trusted={"Service": "sagemaker.amazonaws.com"}).arn
    models = allow("sagemaker:CreateModel", "arn:aws:sagemaker:*:*:model/*")
    versions = allow("sagemaker:CreateModel", "arn:aws:sagemaker:*:*:model-package/*")
    request = {
        "ModelName": unique,
        "ExecutionRoleArn": serving,
        "PrimaryContainer": {"ModelPackageName": package},
    }
    passing = allow("iam:PassRole", serving)
    assert f"model-package/{unique}/1" in refusal(role(models, passing).client("sagemaker").create_model, **request)
    refusal(role(versions, passing).client("sagemaker").create_model, **request)


def test_tags_given_at_creation_take_their_own_permission(role: MakeRole, unique: str) -> None:
    tagged = {"ModelPackageGroupName": unique, "Tags": [{"Key": "team", "Value": "ml"}]}
    create = allow("sagemaker:CreateModelPackageGroup")
    only = {"sagemaker:TaggingAction": "CreateModelPackageGroup", "aws:RequestTag/team": "ml"}
    assert "sagemaker:AddTags" in refusal(role(create).client("sagemaker").create_model_package_group, **tagged)
    tagger = role(create, allow("sagemaker:AddTags", StringEquals=only)).client("sagemaker")
    assert tagger.create_model_package_group(**tagged)["ModelPackageGroupArn"].endswith(unique)


def test_a_condition_on_tags_sees_those_of_the_resource(role: MakeRole, client: ClientOf, unique: str) -> None:
    for name, team in ((unique, "ml"), (f"{unique}-other", "web")):
        tags = [{"Key": "team", "Value": team}]
        client("sagemaker").create_model_package_group(ModelPackageGroupName=name, Tags=tags)
    for key in ("aws:ResourceTag/team", "sagemaker:ResourceTag/team"):
        sagemaker = role(allow("sagemaker:Describe*", StringEquals={key: "ml"})).client("sagemaker")
        assert sagemaker.describe_model_package_group(ModelPackageGroupName=unique)["ModelPackageGroupName"] == unique
        refusal(sagemaker.describe_model_package_group, ModelPackageGroupName=f"{unique}-other")


def test_a_model_outside_the_vpc_is_refused_to_a_role_that_stays_in_it(role: MakeRole, unique: str) -> None:
    stay = deny("sagemaker:CreateModel", Null={"sagemaker:VpcSubnets": "true"})
    sagemaker = role(allow("*"), stay).client("sagemaker")
    message = refusal(
        sagemaker.create_model, ModelName=unique, ExecutionRoleArn=f"arn:aws:iam::000000000000:role/{unique}"
    )
    assert message.endswith("with an explicit deny in an identity-based policy")


@pytest.mark.parametrize(
    ("service", "operation", "request_", "resource"),
    [
        ("codebuild", "batch_get_projects", {"names": ["p"]}, "codebuild:us-east-1:000000000000:project/p"),
        ("codebuild", "list_projects", {}, "*"),
        ("codecommit", "get_repository", {"repositoryName": "r"}, "codecommit:us-east-1:000000000000:r"),
        ("codepipeline", "get_pipeline", {"name": "p"}, "codepipeline:us-east-1:000000000000:p"),
        ("sagemaker", "list_endpoints", {}, "*"),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "e", "Body": b""}, "endpoint/e"),
    ],
)
def test_every_service_of_ours_asks(
    role: MakeRole, service: str, operation: str, request_: dict[str, Any], resource: str
) -> None:
    message = refusal(getattr(role().client(service), operation), **request_)
    assert f"{resource} because no identity-based policy" in message


def test_an_unknown_key_is_nobodys(sandbox: SandboxSettings) -> None:
    session: Any = boto3.Session("AKIAUNKNOWN", "secret", region_name=sandbox.region)
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        session.client("sagemaker", endpoint_url=sandbox.endpoint_url).list_models()


def test_a_condition_that_the_sandbox_cannot_see_is_refused_by_name(role: MakeRole) -> None:
    unseen = deny("sagemaker:CreateModel", Bool={"sagemaker:DirectGatedModelAccess": "true"})
    actor = role(allow("*"), unseen)
    with pytest.raises(ClientError, match=r"NotImplemented.*sagemaker:directgatedmodelaccess \(in own/#2\)"):
        actor.client("sagemaker").create_model(ModelName="m", ExecutionRoleArn=actor.arn)
    assert "Models" in actor.client("sagemaker").list_models()


def test_the_account_itself_may_do_everything(client: ClientOf) -> None:
    assert "Models" in client("sagemaker").list_models()
