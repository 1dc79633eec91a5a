"""A bucket's policy may ask for conditional writes: whoever writes says If-None-Match, and nothing is overwritten.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, deny, refusal

KEY = "code/digest/main.py"


@pytest.fixture
def bucket(client: ClientOf, unique: str) -> str:
    client("s3").create_bucket(Bucket=unique)
    return unique


def _enforce(client: ClientOf, bucket: str, **conditions: object) -> None:
    statement = deny("s3:PutObject", f"arn:aws:s3:::{bucket}/code/*", **conditions) | {"Principal": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


@pytest.fixture
def writer(client: ClientOf, role: MakeRole, bucket: str) -> Any:
    _enforce(client, bucket, Null={"s3:if-none-match": "true"})
    return role(allow("s3:*", [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])).client("s3")


def _body(client: ClientOf, bucket: str) -> bytes:
    body: bytes = client("s3").get_object(Bucket=bucket, Key=KEY)["Body"].read()
    return body


def test_a_first_write_that_asks_for_no_object_works_and_a_second_does_not(
    client: ClientOf, writer: Any, bucket: str
) -> None:
    writer.put_object(Bucket=bucket, Key=KEY, Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        writer.put_object(Bucket=bucket, Key=KEY, Body=b"second", IfNoneMatch="*")
    message = refusal(writer.put_object, Bucket=bucket, Key=KEY, Body=b"second")
    assert f's3:PutObject on resource: "arn:aws:s3:::{bucket}/{KEY}"' in message
    assert "with an explicit deny in a resource-based policy" in message
    assert _body(client, bucket) == b"first"


def test_nothing_is_written_there_without_the_header_and_anything_elsewhere(writer: Any, bucket: str) -> None:
    refusal(writer.put_object, Bucket=bucket, Key=KEY, Body=b"first")
    writer.put_object(Bucket=bucket, Key="reports/one", Body=b"first")
    writer.put_object(Bucket=bucket, Key="reports/one", Body=b"second")


def test_an_etag_is_no_way_round(client: ClientOf, writer: Any, bucket: str) -> None:
    """S3 takes the star alone for If-None-Match; any other object would else be overwritten."""
    writer.put_object(Bucket=bucket, Key=KEY, Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError, match="NotImplemented"):
        writer.put_object(Bucket=bucket, Key=KEY, Body=b"second", IfNoneMatch='"another"')
    refusal(
        writer.put_object,
        Bucket=bucket,
        Key=KEY,
        Body=b"second",
        IfMatch=writer.head_object(Bucket=bucket, Key=KEY)["ETag"],
    )
    assert _body(client, bucket) == b"first"


def test_neither_a_copy_nor_an_upload_in_parts_is_a_way_round(client: ClientOf, writer: Any, bucket: str) -> None:
    writer.put_object(Bucket=bucket, Key=KEY, Body=b"first", IfNoneMatch="*")
    writer.put_object(Bucket=bucket, Key="elsewhere", Body=b"second")
    refusal(writer.copy_object, Bucket=bucket, Key=KEY, CopySource={"Bucket": bucket, "Key": "elsewhere"})
    refusal(writer.create_multipart_upload, Bucket=bucket, Key=KEY)
    upload = client("s3").create_multipart_upload(Bucket=bucket, Key=KEY)["UploadId"]  # the root's: no policy binds it
    part = {"Bucket": bucket, "Key": KEY, "UploadId": upload}
    refusal(writer.upload_part, **part, PartNumber=1, Body=b"second")
    refusal(writer.complete_multipart_upload, **part, MultipartUpload={"Parts": []})
    assert _body(client, bucket) == b"first"


def test_an_upload_in_parts_goes_through_where_the_policy_exempts_its_parts(
    client: ClientOf, writer: Any, bucket: str
) -> None:
    """The form of AWS's example: the condition holds for operations that create objects."""
    _enforce(client, bucket, Null={"s3:if-none-match": "true"}, Bool={"s3:ObjectCreationOperation": "true"})
    upload = {"Bucket": bucket, "Key": KEY}
    upload["UploadId"] = writer.create_multipart_upload(**upload)["UploadId"]
    tag = writer.upload_part(**upload, PartNumber=1, Body=b"first")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    refusal(writer.complete_multipart_upload, **upload, MultipartUpload=parts)
    writer.complete_multipart_upload(**upload, MultipartUpload=parts, IfNoneMatch="*")
    assert _body(client, bucket) == b"first"


def test_a_policy_may_ask_for_the_object_that_is_there(client: ClientOf, writer: Any, bucket: str) -> None:
    _enforce(client, bucket, Null={"s3:if-match": "true"})
    tag = client("s3").put_object(Bucket=bucket, Key=KEY, Body=b"first")["ETag"]
    refusal(writer.put_object, Bucket=bucket, Key=KEY, Body=b"second")
    writer.put_object(Bucket=bucket, Key=KEY, Body=b"second", IfMatch=tag)
    assert _body(client, bucket) == b"second"
