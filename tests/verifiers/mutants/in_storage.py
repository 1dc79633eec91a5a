"""Faults in what is stored: open, unencrypted, unversioned, or silent where it should tell."""

from __future__ import annotations

import json
from typing import cast

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Change, Json, Mutant, drop, properties, put, remove, resource

BUCKET, QUEUE, TOPIC, KEY = "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::KMS::Key"
ALARM, REPOSITORY = "AWS::CloudWatch::Alarm", "AWS::CodeCommit::Repository"
GROUP = "AWS::SageMaker::ModelPackageGroup"


def _key_for_anybody(assembly: Assembly) -> None:
    statements = properties(assembly, KEY)["KeyPolicy"]["Statement"]
    statements.append({"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"})


def _key_not_for_events(assembly: Assembly) -> None:
    policy = properties(assembly, KEY)["KeyPolicy"]
    policy["Statement"] = [one for one in policy["Statement"] if one.get("Sid") != "UndeliveredEvents"]


def _key_not_for_alarms(assembly: Assembly) -> None:
    policy = properties(assembly, KEY)["KeyPolicy"]
    policy["Statement"] = [one for one in policy["Statement"] if one.get("Sid") != "Alarms"]


def _topic_not_for_alarms(assembly: Assembly) -> None:
    document = properties(assembly, "AWS::SNS::TopicPolicy")["PolicyDocument"]
    document["Statement"] = [one for one in document["Statement"] if one.get("Sid") != "Alarms"]


def _plain_http(assembly: Assembly) -> None:
    document = properties(assembly, "AWS::S3::BucketPolicy", "StorageData")["PolicyDocument"]
    document["Statement"] = [one for one in document["Statement"] if "SecureTransport" not in str(one)]


def _public_policy(assembly: Assembly) -> None:
    document = properties(assembly, "AWS::S3::BucketPolicy", "StorageData")["PolicyDocument"]
    objects = {"Fn::Join": ["", [document["Statement"][0]["Resource"][0], "/*"]]}
    document["Statement"].append(
        {"Sid": "All", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": objects}
    )


def _write_once(assembly: Assembly) -> Json:
    document = properties(assembly, "AWS::S3::BucketPolicy", "StorageArtifacts")["PolicyDocument"]
    [found] = [one for one in document["Statement"] if one.get("Sid") == "WriteOnce"]
    return cast("Json", found)


def _code_overwritten(assembly: Assembly) -> None:
    document = properties(assembly, "AWS::S3::BucketPolicy", "StorageArtifacts")["PolicyDocument"]
    document["Statement"] = [one for one in document["Statement"] if one.get("Sid") != "WriteOnce"]


def _code_only_overwritten(assembly: Assembly) -> None:
    _write_once(assembly)["Condition"] = {"Null": {"s3:if-none-match": "false"}}


def _code_by_a_copy(assembly: Assembly) -> None:
    _write_once(assembly)["Condition"] = {"Null": {"s3:if-none-match": "true", "s3:x-amz-copy-source": "true"}}


def _code_by_one_account(assembly: Assembly) -> None:
    _write_once(assembly)["Principal"] = {"AWS": "arn:aws:iam::999999999999:root"}


def _code_elsewhere(assembly: Assembly) -> None:
    statement = _write_once(assembly)
    statement["Resource"] = json.loads(json.dumps(statement["Resource"]).replace("/code/", "/codes/"))


def _archives_overwritten(assembly: Assembly) -> None:
    statement = _write_once(assembly)
    statement["Resource"] = [one for one in statement["Resource"] if "/models/" not in json.dumps(one)]


def _kept_for_ever(kind: str, which: str) -> Change:
    """Also where its creation is rolled back."""

    def change(assembly: Assembly) -> None:
        resource(assembly, kind, which)["DeletionPolicy"] = "Retain"

    return change


def _gone_with_its_stack(kind: str, which: str) -> Change:
    def change(assembly: Assembly) -> None:
        found = resource(assembly, kind, which)
        del found["DeletionPolicy"], found["UpdateReplacePolicy"]

    return change


def _replaced_with_its_content(assembly: Assembly) -> None:
    resource(assembly, BUCKET, "StorageArtifacts")["UpdateReplacePolicy"] = "Delete"


def _topic_kept(assembly: Assembly) -> None:
    resource(assembly, TOPIC, "")["DeletionPolicy"] = "RetainExceptOnCreate"


def _two_rules_for_all(assembly: Assembly) -> None:
    rules = properties(assembly, BUCKET, "AccessLog")["LifecycleConfiguration"]["Rules"]
    rules.append({"Id": "LogsOfAYear", "Status": "Enabled", "ExpirationInDays": 365})


def _two_rules_for_reports(assembly: Assembly) -> None:
    rules = properties(assembly, BUCKET, "StorageArtifacts")["LifecycleConfiguration"]["Rules"]
    rules.append(next(rule for rule in rules if rule.get("Prefix") == "reports/") | {"Id": "Again"})


def _secrets_in_the_topic(assembly: Assembly) -> None:
    properties(assembly, TOPIC)["KmsMasterKeyId"] = {"Ref": "NoSuchKey"}


MUTANTS = (
    Mutant(
        "the data bucket is open to the public", drop(BUCKET, "Data", "PublicAccessBlockConfiguration"), "bucket-public"
    ),
    Mutant(
        "public ACLs are not blocked",
        put(BUCKET, "Data", "PublicAccessBlockConfiguration.BlockPublicAcls", False),
        "checkov::CKV_AWS_53",
    ),
    Mutant("the data bucket keeps no versions", drop(BUCKET, "Data", "VersioningConfiguration"), "bucket-versions"),
    Mutant("the data bucket is not encrypted", drop(BUCKET, "Data", "BucketEncryption"), "bucket-encryption"),
    Mutant(
        "the data bucket writes no access log",
        drop(BUCKET, "Data", "LoggingConfiguration"),
        "AwsSolutions::AwsSolutions-S1",
    ),
    Mutant("the data bucket takes plain http", _plain_http, "plain-http"),
    Mutant("the data bucket's policy lets anybody read", _public_policy, "policy-public"),
    Mutant("code may be overwritten", _code_overwritten, "overwriting"),
    Mutant(
        "code may be overwritten (as the prover sees it)",
        _code_overwritten,
        "promise::nobody overwrites code, nor writes any without asking that there be none",
    ),
    Mutant("code may be written only over what is there", _code_only_overwritten, "overwriting"),
    Mutant("code may be overwritten by a copy", _code_by_a_copy, "overwriting"),
    Mutant("code may be overwritten by every account but one", _code_by_one_account, "overwriting"),
    Mutant(
        "what may not be overwritten is not where the code is",
        _code_elsewhere,
        "promise::nobody overwrites code, nor writes any without asking that there be none",
    ),
    Mutant("a sealed archive may be overwritten", _archives_overwritten, "overwriting"),
    Mutant(
        "a sealed archive may be overwritten by the seal (as the prover sees it)",
        _archives_overwritten,
        "promise::nobody overwrites a sealed archive, not even the seal",
    ),
    Mutant("a bucket stays after a first deployment that failed", _kept_for_ever(BUCKET, "StorageData"), "retention"),
    Mutant("a key stays, and costs, after each deployment that failed", _kept_for_ever(KEY, ""), "retention"),
    Mutant("the group stays in the way of the next first deployment", _kept_for_ever(GROUP, ""), "retention"),
    Mutant("the models go with their stack", _gone_with_its_stack(BUCKET, "StorageArtifacts"), "retention"),
    Mutant("the registry goes with its stack", _gone_with_its_stack(GROUP, ""), "retention"),
    Mutant("a repository goes with its stack", _gone_with_its_stack(REPOSITORY, "-model-build"), "retention"),
    Mutant("the models go where their bucket is replaced", _replaced_with_its_content, "retention"),
    Mutant("the topic outlives its stack", _topic_kept, "retention"),
    Mutant(
        "the registry's group has a description, which can never be changed",
        put(GROUP, "", "ModelPackageGroupDescription", "Every version"),
        "create-only",
    ),
    Mutant("two lifecycle rules for a whole bucket", _two_rules_for_all, "lifecycle-alike"),
    Mutant("two lifecycle rules for one folder", _two_rules_for_reports, "lifecycle-alike"),
    Mutant(
        "the queue has a name, which cannot be had again at once",
        put(QUEUE, "DeadLetterQueue", "QueueName", "abalone-undelivered"),
        "queue-named",
    ),
    Mutant("the data bucket sends no events", drop(BUCKET, "Data", "NotificationConfiguration"), "bucket-silent"),
    Mutant(
        "an unknown kind of storage encryption",
        put(
            BUCKET,
            "Data",
            "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.SSEAlgorithm",
            "aws:kmz",
        ),
        "cloudformation-validate::W3030",
    ),
    Mutant(
        "a misspelt property",
        put(BUCKET, "Data", "VersionConfiguration", {"Status": "Enabled"}),
        "cloudformation-validate::F3002",
    ),
    Mutant("the topic is not encrypted", drop(TOPIC, "", "KmsMasterKeyId"), "unencrypted"),
    Mutant("the topic's key does not exist", _secrets_in_the_topic, "cloudformation-validate::F1020"),
    Mutant("the topic takes plain http", remove("AWS::SNS::TopicPolicy", "Topic"), "plain-http"),
    Mutant(
        "the queue of undelivered events is not encrypted",
        drop(QUEUE, "DeadLetterQueue", "KmsMasterKeyId"),
        "unencrypted",
    ),
    Mutant("EventBridge may not encrypt for the queue, and messages vanish", _key_not_for_events, "key-sender"),
    Mutant("CloudWatch may not use the topic's key, and alarms are silent", _key_not_for_alarms, "key-sender"),
    Mutant("the topic does not let alarms in", _topic_not_for_alarms, "alarm-permission"),
    Mutant("nobody is told of the undelivered", remove(ALARM, "-undelivered"), "alarm-missing"),
    Mutant("an alarm that tells nobody", drop(ALARM, "-undelivered", "AlarmActions"), "alarm-unheard"),
    Mutant("the key is not rotated", drop(KEY, "", "EnableKeyRotation"), "key-rotation"),
    Mutant("anybody may use the key", _key_for_anybody, "key-public"),
    Mutant("anybody may use the key (as checkov sees it)", _key_for_anybody, "checkov::CKV_AWS_33"),
)
