"""The KMS permissions behind what S3, SNS and SQS keep encrypted with a key of the account: ministack asks for none of them.

S3 (user guide, "Using server-side encryption with AWS KMS keys", and API_GetObject, API_CreateMultipartUpload), SNS ("Key
management", publishers) and SQS ("Key management", producers and consumers). AWS's own keys (alias/aws/...) may be used by all of
the account through their service, so nothing is asked for those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol
from urllib.parse import unquote

from sandbox.iam.call import Call
from sandbox.iam.needs import Need
from sandbox.settings import SandboxSettings

_DECRYPT, _GENERATE = "kms:Decrypt", "kms:GenerateDataKey"
_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_ALGORITHM = "x-amz-server-side-encryption"
_ARN_OF_OBJECT = "kms:EncryptionContext:aws:s3:arn"
_OF_MESSAGES = {
    "Publish": (_GENERATE, _DECRYPT),
    "PublishBatch": (_GENERATE, _DECRYPT),
    "SendMessage": (_GENERATE, _DECRYPT),
    "SendMessageBatch": (_GENERATE, _DECRYPT),
    "ReceiveMessage": (_DECRYPT,),
}
_NOT_THE_OBJECT = ("acl", "attributes", "legal-hold", "restore", "retention", "select", "tagging", "torrent")
SERVICES = ("s3", "sns", "sqs")


class Keys(Protocol):
    """Which key something is encrypted with: the ARN of a key of the account, or None."""

    def of_bucket(self, bucket: str) -> str | None:
        """Its default for new objects."""

    def of_object(self, bucket: str, key: str, version: str | None) -> str | None:
        """The one that it was put with."""

    def of_topic(self, arn: str) -> str | None:
        """The topic's."""

    def of_queue(self, url: str) -> str | None:
        """The queue's."""

    def arn_of(self, named: str) -> str | None:
        """Of a key by id, alias or ARN, unless it is AWS's own."""


class Encryption:
    """What a request takes of the keys behind what it reads and writes."""

    def __init__(self, keys: Keys, settings: SandboxSettings) -> None:
        self._keys, self._settings = keys, settings

    def of_objects(self, call: Call) -> Iterator[Need]:
        """S3's, in path style."""
        bucket, _, key = call.path.lstrip("/").partition("/")
        query = call.query
        if not key or any(name in query for name in _NOT_THE_OBJECT):
            return
        context = {_ARN_OF_OBJECT: f"arn:aws:s3:::{bucket}/{key}"}
        if call.method == "GET" and "uploadId" not in query:
            version = query.get("versionId", [None])[0]
            yield from self._needs("s3", (_DECRYPT,), self._keys.of_object(bucket, key, version), context)
        elif "uploadId" in query and call.method in ("PUT", "POST"):
            yield from self._needs("s3", (_DECRYPT,), self._keys.of_bucket(bucket), context)
        elif call.method == "PUT" or "uploads" in query:
            yield from self._needs("s3", (_GENERATE,), self._of_write(bucket, call.headers), context)
        if source := call.headers.get("x-amz-copy-source"):
            yield from self._of_source(source)

    def of_messages(self, service: str, call: Call) -> Iterator[Need]:
        """SNS's by form, SQS's by JSON or form."""
        parameters: Mapping[str, object] = call.members if call.target else call.form
        actions = _OF_MESSAGES.get(call.target or str(parameters.get("Action")), ())
        topic, queue = str(parameters.get("TopicArn", "")), str(parameters.get("QueueUrl", ""))
        if actions and (topic or queue):
            key = self._keys.of_topic(topic) if service == "sns" else self._keys.of_queue(queue)
            yield from self._needs(service, actions, key, {})

    def _of_source(self, source: str) -> Iterator[Need]:
        name, _, version = unquote(source).lstrip("/").partition("?versionId=")
        bucket, _, key = name.partition("/")
        context = {_ARN_OF_OBJECT: f"arn:aws:s3:::{name}"}
        yield from self._needs("s3", (_DECRYPT,), self._keys.of_object(bucket, key, version or None), context)

    def _of_write(self, bucket: str, headers: Mapping[str, str]) -> str | None:
        algorithm = headers.get(_ALGORITHM)
        if algorithm is None:
            return self._keys.of_bucket(bucket)
        named = headers.get(_KEY) if algorithm == "aws:kms" else None
        return self._keys.arn_of(named) if named else None

    def _needs(
        self, service: str, actions: tuple[str, ...], key: str | None, context: Mapping[str, str]
    ) -> Iterator[Need]:
        if key is None:
            return
        via = f"{service}.{self._settings.region}.amazonaws.com"
        keys = {"kms:ViaService": via, "kms:CallerAccount": self._settings.account, **context}
        for action in actions:
            yield Need(action=action, resource=key, keys=keys)
