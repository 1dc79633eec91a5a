"""What ministack's CloudFormation leaves out of the types that our templates use, carried out through each service's own API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.bucket_lifecycle import lifecycle_rules
from sandbox.completeness import Supplement
from sandbox.store import Document

ClientOf = Callable[[str], Any]  # a boto3 client by its service's name


def supplements(client: ClientOf) -> Mapping[str, Supplement]:
    return {
        "AWS::S3::Bucket": Supplement(properties=tuple(_BUCKET), apply=_bucket(client)),
        "AWS::SNS::Topic": Supplement(properties=("KmsMasterKeyId",), apply=_topic(client)),
        "AWS::Lambda::Function": Supplement(properties=tuple(_FUNCTION), apply=_function(client)),
        "AWS::Scheduler::Schedule": Supplement(properties=("ScheduleExpressionTimezone",), apply=_schedule(client)),
    }


def _bucket(client: ClientOf) -> Callable[[str, Document, Document], None]:
    def apply(name: str, old: Document, new: Document) -> None:
        for member, set_or_reset in _BUCKET.items():
            if old.get(member) != new.get(member):
                set_or_reset(client("s3"), name, new.get(member))

    return apply


def _encryption(s3: Any, bucket: str, given: Document | None) -> None:
    if given is None:
        s3.delete_bucket_encryption(Bucket=bucket)
        return
    rules = [
        {
            "ApplyServerSideEncryptionByDefault" if k == "ServerSideEncryptionByDefault" else k: v
            for k, v in rule.items()
        }
        for rule in given["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _lifecycle(s3: Any, bucket: str, given: Document | None) -> None:
    if given is None:
        s3.delete_bucket_lifecycle(Bucket=bucket)
    else:
        rules = lifecycle_rules(given)
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _logging(s3: Any, bucket: str, given: Document | None) -> None:
    status: Document = {}
    if given is not None:  # without a destination of its own, a bucket logs to itself
        target = given.get("DestinationBucketName", bucket)
        status = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": given.get("LogFilePrefix", "")}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=status)


def _ownership(s3: Any, bucket: str, given: Document | None) -> None:
    if given is None:
        s3.delete_bucket_ownership_controls(Bucket=bucket)
    else:
        s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": given["Rules"]})


def _canned_acl(s3: Any, bucket: str, given: str | None) -> None:
    """LogDeliveryWrite in a template is log-delivery-write in the API. Private is what a bucket is anyway, with ACLs or without."""
    if given in (None, "Private"):
        return
    words = re.findall("[A-Z][a-z]*", given)
    s3.put_bucket_acl(Bucket=bucket, ACL="-".join(words).lower())


def _tags(s3: Any, bucket: str, given: list[Document] | None) -> None:
    if given:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": given})
    else:
        s3.delete_bucket_tagging(Bucket=bucket)


_BUCKET: dict[str, Callable[[Any, str, Any], None]] = {
    "BucketEncryption": _encryption,
    "LifecycleConfiguration": _lifecycle,
    "LoggingConfiguration": _logging,
    "OwnershipControls": _ownership,
    "AccessControl": _canned_acl,
    "Tags": _tags,
}


def _topic(client: ClientOf) -> Callable[[str, Document, Document], None]:
    def apply(arn: str, _: Document, new: Document) -> None:
        key = new.get("KmsMasterKeyId", "")
        client("sns").set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue=key)

    return apply


_FUNCTION = {"DeadLetterConfig": "DeadLetterConfig", "KmsKeyArn": "KMSKeyArn"}  # property -> the API's member


def _function(client: ClientOf) -> Callable[[str, Document, Document], None]:
    def apply(name: str, _: Document, new: Document) -> None:
        given = {member: new[its] for its, member in _FUNCTION.items() if its in new}
        none = {"DeadLetterConfig": {"TargetArn": ""}, "KMSKeyArn": ""}  # how the API takes them away
        client("lambda").update_function_configuration(FunctionName=name, **{**none, **given})

    return apply


def _schedule(client: ClientOf) -> Callable[[str, Document, Document], None]:
    def apply(name: str, _: Document, new: Document) -> None:
        """UpdateSchedule takes the whole schedule."""
        scheduler, group = client("scheduler"), new.get("GroupName", "default")
        known = scheduler.get_schedule(Name=name.rpartition("/")[2], GroupName=group)
        members = scheduler.meta.service_model.operation_model("UpdateSchedule").input_shape.members
        whole = {member: value for member, value in known.items() if member in members}
        zone = new.get("ScheduleExpressionTimezone", "UTC")
        scheduler.update_schedule(**{**whole, "ScheduleExpressionTimezone": zone})

    return apply
