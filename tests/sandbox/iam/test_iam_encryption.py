"""What is encrypted with a key of the account takes a permission on that key, by way of the service that holds it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.backplane import S3Objects
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, refusal

VIA_S3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}


@pytest.fixture
def key(client: ClientOf) -> str:
    return str(client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def bucket(client: ClientOf, key: str, unique: str) -> str:
    """Encrypted with the key by default; holds an object `there`."""
    name = f"encrypted-{unique}"
    s3 = client("s3")
    s3.create_bucket(Bucket=name)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]},
    )
    s3.put_object(Bucket=name, Key="there", Body=b"1")
    return name


def test_an_encrypted_object_is_read_with_the_key_alone(role: MakeRole, bucket: str, key: str) -> None:
    reading = {"Bucket": bucket, "Key": "there"}
    message = refusal(role(allow("s3:*")).client("s3").get_object, **reading)
    assert f"perform: kms:Decrypt on resource: {key} because no identity-based policy" in message
    reader = role(allow("s3:*"), allow("kms:Decrypt", key, StringEquals=VIA_S3)).client("s3")
    assert reader.get_object(**reading)["Body"].read() == b"1"


def test_an_object_is_put_into_an_encrypted_bucket_with_the_key_alone(role: MakeRole, bucket: str, key: str) -> None:
    writing: dict[str, Any] = {"Bucket": bucket, "Key": "new", "Body": b"2"}
    assert "kms:GenerateDataKey" in refusal(role(allow("s3:*")).client("s3").put_object, **writing)
    writer = role(allow("s3:*"), allow("kms:GenerateDataKey", key)).client("s3")
    assert writer.put_object(**writing)["ServerSideEncryption"] == "aws:kms"


def test_a_permission_by_way_of_another_service_does_not_open_an_object(role: MakeRole, bucket: str, key: str) -> None:
    via_sqs = {"kms:ViaService": "sqs.us-east-1.amazonaws.com"}
    reader = role(allow("s3:*"), allow("kms:Decrypt", key, StringEquals=via_sqs)).client("s3")
    refusal(reader.get_object, Bucket=bucket, Key="there")


def test_a_key_policy_that_names_nobody_of_the_account_keeps_everybody_out(
    role: MakeRole, client: ClientOf, bucket: str, key: str
) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": "kms:*",
        "Resource": "*",
    }
    client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps({"Statement": [service]}))
    refusal(role(allow("*")).client("s3").get_object, Bucket=bucket, Key="there")


def test_a_copy_takes_both_keys(role: MakeRole, client: ClientOf, bucket: str, key: str, unique: str) -> None:
    client("s3").create_bucket(Bucket=f"plain-{unique}")
    copying = {"Bucket": f"plain-{unique}", "Key": "copy", "CopySource": f"{bucket}/there"}
    assert "kms:Decrypt" in refusal(role(allow("s3:*")).client("s3").copy_object, **copying)
    assert role(allow("s3:*"), allow("kms:Decrypt", key)).client("s3").copy_object(**copying)["CopyObjectResult"]


def test_an_object_in_a_bucket_without_a_key_takes_none(role: MakeRole, client: ClientOf, unique: str) -> None:
    client("s3").create_bucket(Bucket=f"plain-{unique}")
    s3 = role(allow("s3:*")).client("s3")
    s3.put_object(Bucket=f"plain-{unique}", Key="k", Body=b"3")
    assert s3.get_object(Bucket=f"plain-{unique}", Key="k")["Body"].read() == b"3"


def test_a_message_to_an_encrypted_topic_takes_the_topics_key(
    role: MakeRole, client: ClientOf, key: str, unique: str
) -> None:
    topic = client("sns").create_topic(Name=unique, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    publishing = {"TopicArn": topic, "Message": "hello"}
    assert "kms:GenerateDataKey" in refusal(role(allow("sns:*")).client("sns").publish, **publishing)
    publisher = role(allow("sns:*"), allow(["kms:GenerateDataKey", "kms:Decrypt"], key)).client("sns")
    assert publisher.publish(**publishing)["MessageId"]


def test_an_encrypted_queue_is_written_and_read_with_its_key(
    role: MakeRole, client: ClientOf, key: str, unique: str
) -> None:
    queue = client("sqs").create_queue(QueueName=unique, Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    without = role(allow("sqs:*")).client("sqs")
    assert "kms:GenerateDataKey" in refusal(without.send_message, QueueUrl=queue, MessageBody="hello")
    assert "kms:Decrypt" in refusal(without.receive_message, QueueUrl=queue)
    sender = role(allow("sqs:*"), allow(["kms:GenerateDataKey", "kms:Decrypt"], key)).client("sqs")
    sender.send_message(QueueUrl=queue, MessageBody="hello")
    assert sender.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"


def test_a_denial_of_ministacks_services_names_the_resource(
    role: MakeRole, sandbox: SandboxSettings, bucket: str
) -> None:
    """S3 puts it in quotation marks, as on AWS."""
    message = refusal(role().client("s3").get_object, Bucket=bucket, Key="k")
    assert f's3:GetObject on resource: "arn:aws:s3:::{bucket}/k" because no identity-based policy allows' in message
    queue = f"{sandbox.endpoint_url}/{sandbox.account}/any"
    message = refusal(role().client("sqs").send_message, QueueUrl=queue, MessageBody="x")
    assert f"on resource: arn:aws:sqs:{sandbox.region}:{sandbox.account}:any because" in message


def test_what_a_job_leaves_without_a_key_is_under_s3s_own_whatever_the_buckets_default(
    role: MakeRole, client: ClientOf, bucket: str, key: str
) -> None:
    """So it takes no permission on the bucket's key, and is not protected by it."""
    s3 = client("s3")
    S3Objects(s3).put(bucket=bucket, key="unnamed", body=b"1", kms_key=None)
    S3Objects(s3).put(bucket=bucket, key="named", body=b"1", kms_key=key)
    assert s3.head_object(Bucket=bucket, Key="unnamed")["SSEKMSKeyId"].endswith(":alias/aws/s3")
    assert s3.head_object(Bucket=bucket, Key="named")["SSEKMSKeyId"] == key
    reader = role(allow("s3:*")).client("s3")
    assert reader.get_object(Bucket=bucket, Key="unnamed")["Body"].read() == b"1"
    assert "kms:Decrypt" in refusal(reader.get_object, Bucket=bucket, Key="named")
