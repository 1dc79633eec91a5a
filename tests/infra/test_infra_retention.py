"""How well what is kept is kept; what outlives its stack is a rule of the verifiers (rules/retention.py)."""

from __future__ import annotations

import pytest

from infra.settings.names import Names
from tests.verifiers.assembly import Assembly, Resource


def test_every_bucket_is_private_encrypted_versioned_and_speaks_tls_alone(assembly: Assembly) -> None:
    policies = {
        one.properties["Bucket"]: one.properties["PolicyDocument"] for one in assembly.of("AWS::S3::BucketPolicy")
    }
    for bucket in assembly.of("AWS::S3::Bucket"):
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket.properties["VersioningConfiguration"] == {"Status": "Enabled"}
        assert bucket.properties["BucketEncryption"]
        denies = [one for one in policies[bucket.name]["Statement"] if one["Effect"] == "Deny"]
        once = {"s3:if-none-match"} if "StorageArtifacts" in bucket.logical_id else set()
        assert {key for one in denies for test in one["Condition"].values() for key in test} == {
            "aws:SecureTransport",
            "s3:TlsVersion",
            *once,
        }


def test_data_and_artifacts_are_under_the_projects_key_and_every_access_is_written_down(assembly: Assembly) -> None:
    [key] = assembly.of("AWS::KMS::Key")
    log = of(assembly, "AccessLog")
    assert key.properties["EnableKeyRotation"] is True
    for bucket in (of(assembly, "StorageData"), of(assembly, "StorageArtifacts")):
        [rule] = bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key.arn}
        assert bucket.properties["LoggingConfiguration"]["DestinationBucketName"] == log.name


def test_no_lifecycle_rule_reaches_data_models_or_code(assembly: Assembly) -> None:
    ends = {
        bucket.logical_id: {rule["Prefix"] for rule in rules(bucket) if "ExpirationInDays" in rule}
        for bucket in (of(assembly, "StorageData"), of(assembly, "StorageArtifacts"))
    }
    data, artifacts = ends.values()
    assert data == set()
    passing = {"abalone-model-build/BuildCode/", "abalone-model-deploy/DeployCode/", "abalone-model-deploy/Built/"}
    assert artifacts == {*passing, "data-capture/", "reports/"}


@pytest.mark.parametrize("letters", range(1, 33))
def test_no_pipeline_keeps_its_artifacts_where_another_one_does_however_long_the_projects_name_is(letters: int) -> None:
    names = Names("a" * letters)
    folders = [folder for pipeline in names.artifacts for folder in names.artifact_folders(pipeline)]
    assert len(set(folders)) == len(folders) == 3
    assert all(len(artifact) <= 10 for artifacts in names.artifacts.values() for artifact in artifacts)


def test_new_data_is_told_without_a_custom_resource(assembly: Assembly) -> None:
    data = of(assembly, "StorageData")
    assert data.properties["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert [
        one.where for one in assembly.resources if one.kind.startswith(("Custom::", "AWS::CloudFormation::Custom"))
    ] == []


def test_every_log_ends_some_day_and_is_encrypted(assembly: Assembly) -> None:
    [key] = assembly.of("AWS::KMS::Key")
    groups = assembly.of("AWS::Logs::LogGroup")
    assert len(groups) == len(assembly.of("AWS::Lambda::Function", "AWS::CodeBuild::Project"))
    for group in groups:
        assert (group.properties["KmsKeyId"], group.properties["RetentionInDays"]) == (key.arn, 90)


def test_topic_and_queue_are_encrypted_with_the_key_and_speak_tls_alone(assembly: Assembly) -> None:
    [key], [topic], [queue] = (assembly.of(f"AWS::{kind}") for kind in ("KMS::Key", "SNS::Topic", "SQS::Queue"))
    assert topic.properties["KmsMasterKeyId"] == queue.properties["KmsMasterKeyId"] == key.arn
    for policy in assembly.of("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"):
        statements = policy.properties["PolicyDocument"]["Statement"]
        assert any(one["Effect"] == "Deny" and "aws:SecureTransport" in str(one["Condition"]) for one in statements)


def test_eventbridge_may_encrypt_what_it_could_not_deliver(assembly: Assembly) -> None:
    """Without the key it drops the event in silence."""
    [key] = assembly.of("AWS::KMS::Key")
    statements = key.properties["KeyPolicy"]["Statement"]
    services = {str(one["Principal"].get("Service")): set(one["Action"]) for one in statements}
    assert {"kms:Decrypt", "kms:GenerateDataKey"} <= services["events.amazonaws.com"]


def of(assembly: Assembly, what: str) -> Resource:
    [found] = [one for one in assembly.of("AWS::S3::Bucket") if what in one.logical_id]
    return found


def rules(bucket: Resource) -> list[dict[str, object]]:
    found: list[dict[str, object]] = bucket.properties["LifecycleConfiguration"]["Rules"]
    return found
