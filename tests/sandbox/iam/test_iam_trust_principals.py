"""A trust policy names roles and users that are there, and goes on naming those very ones."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, Role, allow, trusting


def invalid(principal: str) -> str:
    return f'Invalid principal in policy: "AWS":"{principal}"'


@pytest.fixture
def nobody(sandbox: SandboxSettings, unique: str) -> str:
    """The ARN of a role that nobody has made yet."""
    return f"arn:aws:iam::{sandbox.account}:role/{unique}-nobody"


def refused(client: ClientOf, operation: str, **request: object) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        getattr(client("iam"), operation)(**request)
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def test_a_role_that_trusts_one_that_is_not_there_is_refused_when_it_is_made(
    client: ClientOf, unique: str, nobody: str
) -> None:
    request = {"RoleName": unique, "AssumeRolePolicyDocument": trusting({"AWS": nobody})}
    assert refused(client, "create_role", **request) == ("MalformedPolicyDocument", invalid(nobody))
    with pytest.raises(ClientError, match="NoSuchEntity"):
        client("iam").get_role(RoleName=unique)


@pytest.mark.parametrize("kind", ["user/nobody", "role/no/path", "role/*"])
def test_no_principal_is_taken_on_trust(client: ClientOf, sandbox: SandboxSettings, unique: str, kind: str) -> None:
    principal = f"arn:aws:iam::{sandbox.account}:{kind}"
    request = {"RoleName": unique, "AssumeRolePolicyDocument": trusting({"AWS": principal})}
    assert refused(client, "create_role", **request)[1] == invalid(principal)


def test_a_changed_trust_is_held_to_the_same(client: ClientOf, role: MakeRole, nobody: str) -> None:
    made = role()
    request = {"RoleName": made.name, "PolicyDocument": trusting({"AWS": nobody})}
    assert refused(client, "update_assume_role_policy", **request) == ("MalformedPolicyDocument", invalid(nobody))


def test_accounts_services_and_identities_that_are_there_are_taken(
    client: ClientOf, sandbox: SandboxSettings, role: MakeRole, unique: str
) -> None:
    client("iam").create_user(UserName=unique)
    for principal in (
        {"AWS": [role().arn, f"arn:aws:iam::{sandbox.account}:user/{unique}"]},
        {"AWS": f"arn:aws:iam::{sandbox.account}:root", "Service": "lambda.amazonaws.com"},
        {"AWS": "222222222222"},
        {"AWS": "arn:aws:iam::222222222222:role/of-another-account"},
    ):
        role(trusted=principal)


def stack_of(client: ClientOf, name: str, **roles: dict[str, Any]) -> str:
    """A stack of roles; its status in the end, and why a resource failed."""
    resources = {
        logical_id: {
            "Type": "AWS::IAM::Role",
            "Properties": {"RoleName": f"{name}-{logical_id}", "AssumeRolePolicyDocument": trust},
        }
        for logical_id, trust in roles.items()
    }
    return made(client, name, resources)


def made(client: ClientOf, name: str, resources: dict[str, Any]) -> str:
    cloudformation = client("cloudformation")
    request = {"StackName": name, "TemplateBody": json.dumps({"Resources": resources})}
    cloudformation.create_stack(**request, Capabilities=["CAPABILITY_NAMED_IAM"])
    with suppress(WaiterError):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.1})
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"]]
    return "; ".join([cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"], *reasons])


def naming(principal: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_the_policies_of_buckets_and_keys_are_held_to_the_same(
    client: ClientOf, role: MakeRole, unique: str, nobody: str
) -> None:
    s3, kms = client("s3"), client("kms")
    s3.create_bucket(Bucket=unique)
    with pytest.raises(ClientError, match=r"\(MalformedPolicy\) .*: Invalid principal in policy"):
        s3.put_bucket_policy(Bucket=unique, Policy=json.dumps(naming(nobody)))
    with pytest.raises(ClientError, match=r"MalformedPolicyDocumentException.* one or more invalid principals"):
        kms.create_key(Policy=json.dumps(naming(nobody)))
    named = role(trusted={"AWS": "222222222222"})
    policy = json.dumps(naming(named.arn))
    s3.put_bucket_policy(Bucket=unique, Policy=policy)
    key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]
    client("iam").delete_role(RoleName=named.name)
    for kept in (s3.get_bucket_policy(Bucket=unique), kms.get_key_policy(KeyId=key, PolicyName="default")):
        assert json.loads(kept["Policy"])["Statement"][0]["Principal"]["AWS"].startswith("AROA")


@pytest.mark.parametrize(
    ("kind", "properties"),
    [("AWS::S3::BucketPolicy", {"PolicyDocument": {}}), ("AWS::KMS::Key", {"KeyPolicy": {}})],
)
def test_so_are_those_of_a_stack(
    client: ClientOf, unique: str, nobody: str, kind: str, properties: dict[str, Any]
) -> None:
    client("s3").create_bucket(Bucket=unique)
    where = {"Bucket": unique} if "S3" in kind else {}
    resource = {"Type": kind, "Properties": where | dict.fromkeys(properties, naming(nobody))}
    said = made(client, unique, {"Policy": resource})
    assert said.startswith("ROLLBACK_COMPLETE")
    assert "invalid principal" in said.lower()
    assert nobody in said


def test_a_stack_that_comes_before_the_role_it_trusts_fails(client: ClientOf, unique: str, nobody: str) -> None:
    said = stack_of(client, unique, Early=json.loads(trusting({"AWS": nobody})))
    assert said.startswith("ROLLBACK_COMPLETE")
    assert invalid(nobody) in said


def test_a_stack_that_trusts_the_account_and_names_the_role_in_a_condition_may_come_first(
    client: ClientOf, sandbox: SandboxSettings, role: MakeRole, unique: str
) -> None:
    root, acting = f"arn:aws:iam::{sandbox.account}:root", f"arn:aws:iam::{sandbox.account}:role/{unique}-late"
    trust = json.loads(trusting({"AWS": root}, ArnEquals={"aws:PrincipalArn": acting}))
    assert stack_of(client, unique, Early=trust) == "CREATE_COMPLETE"
    wanted = f"arn:aws:iam::{sandbox.account}:role/{unique}-Early"
    with pytest.raises(ClientError, match="AccessDenied"):
        role(allow("sts:AssumeRole")).client("sts").assume_role(RoleArn=wanted, RoleSessionName="test")
    for _ in range(2):  # made, and made anew
        assume(late_role(client, sandbox, unique), wanted)


def test_a_role_that_is_made_anew_is_another_one(
    client: ClientOf, sandbox: SandboxSettings, role: MakeRole, unique: str
) -> None:
    first = late_role(client, sandbox, unique)
    wanted = role(trusted={"AWS": first.arn})
    assume(first, wanted.arn)
    again = late_role(client, sandbox, unique)
    assert again.arn == first.arn
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        assume(again, wanted.arn)
    kept = client("iam").get_role(RoleName=wanted.name)["Role"]["AssumeRolePolicyDocument"]
    assert kept["Statement"][0]["Principal"]["AWS"].startswith("AROA")
    client("iam").update_assume_role_policy(RoleName=wanted.name, PolicyDocument=trusting({"AWS": again.arn}))
    assume(again, wanted.arn)


def late_role(client: ClientOf, sandbox: SandboxSettings, unique: str) -> Role:
    """Of one name; whichever there is goes first."""
    iam, name = client("iam"), f"{unique}-late"
    with suppress(ClientError):
        iam.delete_role_policy(RoleName=name, PolicyName="own")
        iam.delete_role(RoleName=name)
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting({"AWS": sandbox.account}))
    document = {"Version": "2012-10-17", "Statement": [allow("sts:AssumeRole")]}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(document))
    return Role(
        name, f"arn:aws:iam::{sandbox.account}:role/{name}", lambda service: _acting(client, sandbox, name, service)
    )


def _acting(client: ClientOf, sandbox: SandboxSettings, name: str, service: str) -> Any:
    import boto3  # noqa: PLC0415

    arn = f"arn:aws:iam::{sandbox.account}:role/{name}"
    taken = client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    session: Any = boto3.Session(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
    return session.client(service, region_name=sandbox.region, endpoint_url=sandbox.endpoint_url)


def assume(acting: Role, wanted: str) -> None:
    acting.client("sts").assume_role(RoleArn=wanted, RoleSessionName="test")
