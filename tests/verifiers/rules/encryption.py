"""Storage: encrypted with our key, shut to the public, TLS only, and readable by the AWS services that send to it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.roles import Policy, allows, listed, principals, resource_policies, statements
from tests.verifiers.rules.targets import targets

KEY_PROPERTY = {
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::Logs::LogGroup": "KmsKeyId",
}


def buckets(assembly: Assembly) -> Iterator[Finding]:
    for bucket in assembly.of("AWS::S3::Bucket"):
        given = bucket.properties
        blocked = given.get("PublicAccessBlockConfiguration", {})
        if len(blocked) != 4 or set(blocked.values()) != {True}:
            yield bucket.found("bucket-public", "public access is not blocked in all four ways")
        if given.get("VersioningConfiguration", {}).get("Status") != "Enabled":
            yield bucket.found("bucket-versions", "versions are not kept")
        if not given.get("BucketEncryption"):
            yield bucket.found("bucket-encryption", "no BucketEncryption")


def plain_http(assembly: Assembly) -> Iterator[Finding]:
    for resource in assembly.of("AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::SQS::Queue"):
        if not _denies_plain_http(assembly, resource.arn):
            yield resource.found("plain-http", "plain http is not refused")


def unencrypted(assembly: Assembly) -> Iterator[Finding]:
    for kind, key in KEY_PROPERTY.items():
        for resource in assembly.of(kind):
            if not resource.properties.get(key):
                yield resource.found("unencrypted", f"no {key}")


def _denies_plain_http(assembly: Assembly, arn: str) -> bool:
    for policy in resource_policies(assembly):
        for statement in policy.statements:
            secure = (statement.get("Condition") or {}).get("Bool", {}).get("aws:SecureTransport")
            if (
                statement["Effect"] == "Deny"
                and str(secure).lower() == "false"
                and arn in listed(statement["Resource"])
            ):
                return "*" in principals(statement, "AWS")
    return False


def data_events(assembly: Assembly) -> Iterator[Finding]:
    """A bucket that a rule listens to sends its events."""
    listened = {
        name
        for rule in assembly.of("AWS::Events::Rule")
        for name in listed(rule.properties.get("EventPattern", {}).get("detail", {}).get("bucket", {}).get("name"))
        if isinstance(name, str)
    }
    known = {bucket.name: bucket for bucket in assembly.of("AWS::S3::Bucket")}
    for name in listened:
        if name not in known:
            yield Finding("bucket-unknown", name, "a rule listens to a bucket that is not in these templates")
            continue
        sends = known[name].properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration", {})
        if str(sends.get("EventBridgeEnabled")).lower() != "true":
            yield known[name].found("bucket-silent", "the bucket sends EventBridge nothing")


def senders(assembly: Assembly) -> Iterator[Finding]:
    """EventBridge and its Scheduler may use the key of each topic and queue that they send to, or messages vanish in silence."""
    keys = {key.arn: key for key in assembly.of("AWS::KMS::Key")}
    known = {resource.arn: resource for resource in assembly.of("AWS::SQS::Queue", "AWS::SNS::Topic")}
    for sender, target in targets(assembly):
        service = "scheduler.amazonaws.com" if "Schedule" in sender.kind else "events.amazonaws.com"
        for arn in filter(None, [target.get("Arn"), target.get("DeadLetterConfig", {}).get("Arn")]):
            if arn in known and service == "events.amazonaws.com":
                yield from may_encrypt(known[arn], keys, service)


def may_encrypt(resource: Resource, keys: dict[str, Resource], service: str) -> Iterator[Finding]:
    given = str(resource.properties.get("KmsMasterKeyId", ""))
    key = next((key for arn, key in keys.items() if given in {arn, key.name}), None)
    if key is None:
        return
    policy = Policy(key, statements(key.properties.get("KeyPolicy")))
    for action in ("kms:GenerateDataKey", "kms:Decrypt"):
        if not any(service in principals(s, "Service") and allows([s], action, "*") for s in policy.statements):
            yield resource.found("key-sender", f"{service} may not {action}, so what it sends here is dropped")


def keys(assembly: Assembly) -> Iterator[Finding]:
    for key in assembly.of("AWS::KMS::Key"):
        if not key.properties.get("EnableKeyRotation"):
            yield key.found("key-rotation", "the key is not rotated")
        for statement in statements(key.properties.get("KeyPolicy")):
            if (
                "*" in principals(statement, "AWS")
                and not statement.get("Condition")
                and statement["Effect"] == "Allow"
            ):
                yield key.found("key-public", "anybody may use the key")
