"""What is still there after `cdk destroy`, and how well what is kept is kept."""

from __future__ import annotations

import pytest

from infra.names import Names
from tests.verifiers.assembly import Assembly, Resource

# Data, models, and what proves where they came from; and the key without which none of it can be read.
REPOSITORY = "AWS::CodeCommit::Repository"  # where CodeCommit is the Git host
KEPT = {"AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SageMaker::ModelPackageGroup"}


def test_data_models_and_registry_outlive_their_stack_and_nothing_else_does(assembly: Assembly) -> None:
    """A creation that is rolled back leaves nothing, or the next attempt would meet the group, and pay for another key."""
    kept = {one.kind for one in assembly.resources if one.raw.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == KEPT | {one.kind for one in assembly.of(REPOSITORY)}
    for one in assembly.of(*kept):
        policies = (one.raw["DeletionPolicy"], one.raw["UpdateReplacePolicy"])
        assert policies == ("RetainExceptOnCreate", "Retain"), one.where


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


def test_no_two_lifecycle_rules_of_a_bucket_begin_alike(assembly: Assembly) -> None:
    """S3 refuses two rules of one prefix, at least in the older form of the request."""
    for bucket in assembly.of("AWS::S3::Bucket"):
        prefixes = [str(rule.get("Prefix", "")) for rule in rules(bucket)]
        assert len(set(prefixes)) == len(prefixes), bucket.where


@pytest.mark.parametrize("letters", range(1, 33))
def test_no_pipeline_keeps_its_artifacts_where_another_one_does_however_long_the_projects_name_is(letters: int) -> None:
    names = Names("a" * letters)
    folders = [folder for pipeline in names.artifacts for folder in names.artifact_folders(pipeline)]
    assert len(set(folders)) == len(folders) == 3
    assert all(len(artifact) <= 10 for artifacts in names.artifacts.values() for artifact in artifacts)


def test_what_can_only_be_given_at_creation_is_not_given_to_the_registry(assembly: Assembly) -> None:
    """Its change asks for another group of the same name, which CloudFormation refuses."""
    [group] = assembly.of("AWS::SageMaker::ModelPackageGroup")
    assert "ModelPackageGroupDescription" not in group.properties


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
