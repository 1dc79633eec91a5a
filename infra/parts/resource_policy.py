"""A policy on the side of the resource: on a bucket, a topic or a queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.iam.statements import Statement, Statements, document
from infra.parts.resource import Resource
from infra.parts.unit import Unit


class ResourcePolicy(Unit):
    """The type says what it is on, the target which one, in the property that the type has for it."""

    def __init__(
        self,
        scope: Unit,
        construct_id: str,
        *,
        type: str,  # noqa: A002 (CloudFormation's word)
        target: Mapping[str, object],
        statements: Statements,
    ) -> None:
        super().__init__(scope, construct_id)
        Resource(self, "Resource", type=type, properties={**target, "PolicyDocument": document(statements)})


def refuse_plain_text(action: str, resources: Sequence[str]) -> Statement:
    return _refuse(action, resources, {"Bool": {"aws:SecureTransport": "false"}})


def refuse_old_tls(action: str, resources: Sequence[str]) -> Statement:
    return _refuse(action, resources, {"NumericLessThan": {"s3:TlsVersion": 1.2}})


def refuse_overwriting(objects: Sequence[str]) -> Statement:
    """For everybody: an object there is written once, by a request that itself says "only if there is none" (If-None-Match).

    A copy and an upload in parts are refused with it: a copy cannot say so, and of an upload only the last request can.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    return _refuse("s3:PutObject", objects, {"Null": {"s3:if-none-match": "true"}}) | {"Sid": "WriteOnce"}


def _refuse(action: str, resources: Sequence[str], condition: Mapping[str, object]) -> Statement:
    everybody = {"Principal": {"AWS": "*"}}
    return {"Effect": "Deny", **everybody, "Action": action, "Resource": [*resources], "Condition": condition}
