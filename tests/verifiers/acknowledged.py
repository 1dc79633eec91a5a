"""Findings that stay, each with its reason: what the check asks is wrong here, or costs a user more than it gives.

The id carries the verifier or pack before `::`; a star in it or in `where` stands for anything. `where` is stack/logical id.
An entry that no finding needs any more fails the tests, and so does a reason too short to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.verifiers.assembly import Finding


@dataclass(frozen=True)
class Acknowledgement:
    """One reason for one check, wherever the pattern points."""

    check: str
    where: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        return _is_like(finding.check, self.check) and _is_like(finding.where, self.where)


def _is_like(text: str, pattern: str) -> bool:
    """Only the star is special: cdk-nag's ids have brackets."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


_IAM5 = "AwsSolutions::AwsSolutions-IAM5"
_NAMED_LATER = "SageMaker or the promoter ends these names with an execution's id or a digest, after the stack was made"
_SMALL = (
    "reserving concurrency fails in new accounts, whose whole limit is 10; a doubled call changes nothing by design"
)
_NO_VPC = (
    "the functions call AWS's public APIs only; in a VPC each would need seven endpoints that are paid by the hour"
)
_OWN_WORK = "it is this role's work; what it may pass is one role by its ARN, whose own permissions the promises bound"
_WAITS = "the CDK's class lets a function wait for its role, which it names too: said twice where both are in one stack"

ACKNOWLEDGED: tuple[Acknowledgement, ...] = (
    Acknowledgement(
        f"{_IAM5}[Resource::<*.Arn>/*/*]", "*", "objects under one folder of one bucket have no fixed keys"
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::arn:<AWS::Partition>:s3:::*/*/*]",
        "*-account/*",
        "the same in the bucket of another account",
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::*:log-stream:*]", "*", "a log group's streams are named by the service at run time"
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::*:log-group:/aws/sagemaker/*]", "*", "SageMaker names the log groups of its jobs itself"
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::*:model-package/*/*]", "*", "the versions of one group: each registration adds one"
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::*:pipeline/*/execution/*]", "*", "the executions of one pipeline: each start adds one"
    ),
    Acknowledgement(f"{_IAM5}[Resource::*:stack/*/*]", "*", "a stack's ARN ends in an id that CloudFormation draws"),
    Acknowledgement(f"{_IAM5}[Resource::*:endpoint-config/*-*]", "*", _NAMED_LATER),
    Acknowledgement(f"{_IAM5}[Resource::*:model/*-*]", "*", _NAMED_LATER),
    Acknowledgement(f"{_IAM5}[Resource::*-job/pipelines-*]", "*", _NAMED_LATER),
    Acknowledgement(
        f"{_IAM5}[Resource::*:ecr:*:repository/sagemaker-*]", "*", "AWS's own image accounts differ by region"
    ),
    Acknowledgement(
        f"{_IAM5}[Resource::*]", "*", "these actions know no resources; the rule star-resource holds the others"
    ),
    Acknowledgement("NIST.800.53.R5::NIST.800.53.R5-LambdaConcurrency", "*Function*", _SMALL),
    Acknowledgement("checkov::CKV_AWS_115", "*Function*", _SMALL),
    Acknowledgement("NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC", "*Function*", _NO_VPC),
    Acknowledgement("checkov::CKV_AWS_117", "*Function*", _NO_VPC),
    Acknowledgement(
        "NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled",
        "*Storage*",
        "a second region is a decision about cost and law that a template cannot take; versions guard against mistakes",
    ),
    Acknowledgement(
        "NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS",
        "*StorageAccessLog*",
        "S3 delivers access logs to no bucket whose default encryption is KMS",
    ),
    Acknowledgement(
        "checkov::CKV_AWS_18", "*StorageAccessLog*", "the log bucket's own log would log its own deliveries"
    ),
    Acknowledgement(
        "Serverless::Serverless-SQSRedrivePolicy",
        "*DeadLetterQueue*",
        "it is the dead-letter queue of all others itself",
    ),
    Acknowledgement(
        "Serverless::Serverless-SNSRedrivePolicy",
        "*TopicEmail*",
        "a queue is no use to a person's mailbox that refuses",
    ),
    Acknowledgement(
        "cfn-lint::E3703",
        "*-deploy/ModelDeployPipeline*",
        "a hint of cfn-lint (prefer Fn::Sub to Fn::Join) that its check of JSON text in a configuration reports as an error",
    ),
    Acknowledgement("cfn-lint::W3005", "*-foundation/NoticesFunction*", _WAITS),
    Acknowledgement("cloudformation-validate::W3005", "*-foundation/NoticesFunction*", _WAITS),
    Acknowledgement(
        "parliament::RESOURCE_MISMATCH",
        "*loud*ormation*Permissions*",
        "CreateModel on a model package is what AWS's guide to cross-account registries grants; IAM's data lacks it",
    ),
    Acknowledgement("iamprover::privesc-passrole-cloudformation", "*/*Deploy*", _OWN_WORK),
    Acknowledgement("iamprover::privesc-cloudformation-stack-hijack", "*/*Deploy*", _OWN_WORK),
    Acknowledgement("iamprover::privesc-passrole-sagemaker", "*RolesSageMakerPipeline*", _OWN_WORK),
)


def open_findings(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if not any(entry.covers(finding) for entry in ACKNOWLEDGED)]


def stale(findings: Iterable[Finding]) -> list[Acknowledgement]:
    found = list(findings)
    return [entry for entry in ACKNOWLEDGED if not any(entry.covers(finding) for finding in found)]
