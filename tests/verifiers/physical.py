"""What CloudFormation answers for `Ref` and `Fn::GetAtt`, so that a template can be read with its names filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PARTITION, REGION, ACCOUNT = "aws", "eu-west-1", "111111111111"

# The property that names a resource; one without it is named <stack>-<logical id>, as CloudFormation would (plus a suffix).
NAME_PROPERTY = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CodeBuild::Project": "Name",
    "AWS::CodeCommit::Repository": "RepositoryName",
    "AWS::CodePipeline::Pipeline": "Name",
    "AWS::EC2::VPC": "VpcId",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroupName",
    "AWS::SageMaker::Pipeline": "PipelineName",
    "AWS::Scheduler::Schedule": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
}

# Service and resource part of the ARN; {place} is region:account.
ARN_FORMAT = {
    "AWS::CloudWatch::Alarm": "cloudwatch:{place}:alarm:{name}",
    "AWS::CodeBuild::Project": "codebuild:{place}:project/{name}",
    "AWS::CodeCommit::Repository": "codecommit:{place}:{name}",
    "AWS::CodePipeline::Pipeline": "codepipeline:{place}:{name}",
    "AWS::Events::Rule": "events:{place}:rule/{name}",
    "AWS::IAM::ManagedPolicy": "iam::{account}:policy{path}{name}",
    "AWS::IAM::Role": "iam::{account}:role{path}{name}",
    "AWS::KMS::Key": "kms:{place}:key/{name}",
    "AWS::Lambda::Function": "lambda:{place}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{place}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{place}:{name}",
    "AWS::SQS::Queue": "sqs:{place}:{name}",
    "AWS::SageMaker::ModelPackageGroup": "sagemaker:{place}:model-package-group/{name}",
    "AWS::SageMaker::Pipeline": "sagemaker:{place}:pipeline/{name}",
    "AWS::Scheduler::Schedule": "scheduler:{place}:schedule/default/{name}",
    "AWS::Scheduler::ScheduleGroup": "scheduler:{place}:schedule-group/{name}",
}

REF_IS_ARN = {"AWS::IAM::ManagedPolicy", "AWS::SNS::Topic", "AWS::SageMaker::ModelPackageGroup"}
NAME_ATTRIBUTES = {"Name", "RepositoryName", "TopicName", "QueueName", "KeyId", "AlarmName"}


def arn(kind: str, name: str, place: str, properties: Mapping[str, Any]) -> str:
    account = place.partition(":")[2]
    path = properties.get("Path", "/")
    if kind not in ARN_FORMAT:
        return f"arn:{PARTITION}:{kind.split('::')[1].lower()}:{place}:{name}"
    return f"arn:{PARTITION}:" + ARN_FORMAT[kind].format(place=place, account=account, path=path, name=name)


def attribute(kind: str, name: str, wanted: str, place: str, properties: Mapping[str, Any]) -> str:
    """`Fn::GetAtt` for the attributes that templates use; any other keeps its name, so that it is seen in a finding."""
    if wanted in {"Arn", "TopicArn", "ModelPackageGroupArn", "PolicyArn"}:
        return arn(kind, name, place, properties)
    if wanted in NAME_ATTRIBUTES:
        return name
    if wanted in {"DomainName", "RegionalDomainName"}:
        return f"{name}.s3.amazonaws.com"
    return f"{name}.{wanted}"


def reference(kind: str, name: str, place: str, properties: Mapping[str, Any]) -> str:
    if kind == "AWS::SQS::Queue":
        region, _, account = place.partition(":")
        return f"https://sqs.{region}.amazonaws.com/{account}/{name}"
    return arn(kind, name, place, properties) if kind in REF_IS_ARN else name
