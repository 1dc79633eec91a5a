"""What ministack's CloudFormation leaves out is carried out, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.bucket_lifecycle import lifecycle_rules
from sandbox.errors import NotInTheSandbox
from tests.conftest import ClientOf
from tests.sandbox.stacks import OneResource

KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
BY_KEY = [
    {"BucketKeyEnabled": True, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
]
BUCKET: dict[str, Any] = {
    "BucketEncryption": {"ServerSideEncryptionConfiguration": BY_KEY},
    "LifecycleConfiguration": {"Rules": [{"Id": "Old", "Status": "Enabled", "Prefix": "a/", "ExpirationInDays": 90}]},
    "LoggingConfiguration": {"LogFilePrefix": "log/"},
    "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
    "AccessControl": "LogDeliveryWrite",
    "Tags": [{"Key": "Project", "Value": "abalone"}],
}


def test_a_bucket_is_what_its_template_says(client: ClientOf) -> None:
    stack, s3 = OneResource(client, "AWS::S3::Bucket"), client("s3")
    name = stack.create(BUCKET, Name={"Ref": "It"})["Name"]
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert [(each["ID"], each["Expiration"], each["Filter"]) for each in lifecycle] == [
        ("Old", {"Days": 90}, {"Prefix": "a/"})
    ]
    assert s3.get_bucket_logging(Bucket=name)["LoggingEnabled"] == {"TargetBucket": name, "TargetPrefix": "log/"}
    owner = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "ObjectWriter"}]
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    assert (tags["Project"], tags["aws:cloudformation:stack-name"]) == ("abalone", stack.name)


def test_what_a_template_drops_of_a_bucket_goes_back(client: ClientOf) -> None:
    stack, s3 = OneResource(client, "AWS::S3::Bucket"), client("s3")
    name = stack.create(BUCKET, Name={"Ref": "It"})["Name"]
    stack.update({"Tags": [{"Key": "Project", "Value": "iris"}]}, Name={"Ref": "It"})
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)
    rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=name)
    assert {"Key": "Project", "Value": "iris"} in s3.get_bucket_tagging(Bucket=name)["TagSet"]


def test_a_lifecycle_rule_that_is_not_known_is_named() -> None:
    with pytest.raises(NotInTheSandbox, match=r"LifecycleConfiguration\.Rules\.ObjectSizeGreaterThan"):
        lifecycle_rules({"Rules": [{"Status": "Enabled", "ObjectSizeGreaterThan": 1}]})


def test_a_topic_has_its_key(client: ClientOf) -> None:
    arn = OneResource(client, "AWS::SNS::Topic").create({"KmsMasterKeyId": KEY}, Arn={"Ref": "It"})["Arn"]
    assert client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] == KEY


def test_a_schedule_has_its_time_zone_and_keeps_the_rest(client: ClientOf) -> None:
    stack, scheduler = OneResource(client, "AWS::Scheduler::Schedule"), client("scheduler")
    properties: dict[str, Any] = {
        "Name": stack.name,
        "ScheduleExpression": "cron(0 6 ? * MON *)",
        "ScheduleExpressionTimezone": "Europe/Paris",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60},
        "Target": {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": "arn:aws:iam::000000000000:role/r"},
    }
    stack.create(properties)
    made = scheduler.get_schedule(Name=stack.name)
    assert (made["ScheduleExpressionTimezone"], made["ScheduleExpression"]) == ("Europe/Paris", "cron(0 6 ? * MON *)")
    assert made["FlexibleTimeWindow"] == properties["FlexibleTimeWindow"]
    stack.update({**properties, "ScheduleExpressionTimezone": "Asia/Tokyo"})
    assert scheduler.get_schedule(Name=stack.name)["ScheduleExpressionTimezone"] == "Asia/Tokyo"


def test_a_function_has_its_queue_for_the_dead(client: ClientOf) -> None:
    stack, queue = OneResource(client, "AWS::Lambda::Function"), "arn:aws:sqs:us-east-1:000000000000:dead"
    properties: dict[str, Any] = {
        "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::000000000000:role/r",
        "DeadLetterConfig": {"TargetArn": queue},
    }
    name = stack.create(properties, Name={"Ref": "It"})["Name"]
    functions = client("lambda")
    assert functions.get_function_configuration(FunctionName=name)["DeadLetterConfig"] == {"TargetArn": queue}


def test_an_unknown_property_or_type_is_named(client: ClientOf) -> None:
    refusal = OneResource(client, "AWS::S3::Bucket").refusal({"Colour": "red"})
    assert "AWS::S3::Bucket: the property Colour is not in the sandbox" in refusal
    with pytest.raises(ClientError, match=r"Unrecognized resource types: \[AWS::Made::Up\]"):
        OneResource(client, "AWS::Made::Up").create({})


def test_s3_takes_the_accounts_key_where_a_request_names_none(client: ClientOf) -> None:
    s3, bucket = client("s3"), OneResource(client, "AWS::S3::Bucket").name
    s3.create_bucket(Bucket=bucket)
    answer = s3.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")
    assert answer["SSEKMSKeyId"] == "arn:aws:kms:us-east-1:000000000000:alias/aws/s3"
