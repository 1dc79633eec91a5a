"""What somebody who has taken over a role would try next: who, which call, what it would do.

A `$name` in a request is something of the deployed project, which `test_attacks.py` fills in. Each call would do harm if it got
through: nothing but permissions stands in its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Request = Mapping[str, Any]

JOBS = ("Job", "Endpoint", "SageMakerPipeline")
BUILDS = ("Build", "Deploy", "SmokeTest")
STAGES = ("CloudFormationStaging", "CloudFormationProduction")
PIPELINES = ("BuildPipeline", "DeployPipeline")
FUNCTIONS = ("DataArrival", "DataCheck", "ModelSeal", "Notices", "Reconciler", "Retraining", "Review")
ROLES = (*JOBS, *BUILDS, *STAGES, *PIPELINES, *FUNCTIONS, "Events", "Timer")
APPROVER = "Approver"
EVERYBODY = (*ROLES, APPROVER)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of one actor."""

    actor: str
    action: str
    """service and operation as boto3 knows them, s3:PutObject"""
    would: str
    request: Request = field(default_factory=dict)
    denied: str = ""
    """the permission that is missing, where it is not the action's own"""

    @property
    def permission(self) -> str:
        return self.denied or self.action

    def __str__(self) -> str:
        return f"{self.actor} {self.action}: {self.would}"


def but(*spared: str) -> tuple[str, ...]:
    """Everybody else."""
    return tuple(actor for actor in EVERYBODY if actor not in spared)


def by(actors: Sequence[str], action: str, would: str, *, denied: str = "", **request: Any) -> Iterator[Call]:
    for actor in actors:
        yield Call(actor=actor, action=action, would=would, request=request, denied=denied)


EVIL = b"anything else"
OBJECT: dict[str, Any] = {"Bucket": "$artifacts", "Body": EVIL}
PACKAGE: dict[str, Any] = {
    "InferenceSpecification": {
        "Containers": [{"Image": "$image", "ModelDataUrl": "s3://$artifacts/$output"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    },
    "ModelApprovalStatus": "Approved",
}
CONTAINER: dict[str, Any] = {"PrimaryContainer": {"Image": "$image", "ModelDataUrl": "s3://$artifacts/$output"}}
TRAINING: dict[str, Any] = {
    "AlgorithmSpecification": {"TrainingImage": "$image", "TrainingInputMode": "File"},
    "OutputDataConfig": {"S3OutputPath": "s3://$artifacts/$pipeline/"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "InputDataConfig": [
        {
            "ChannelName": "train",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": "s3://$data/data/",
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
        }
    ],
}
ANYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}]}
)
ALLOWED = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
UNKNOWN = "00000000-0000-0000-0000-000000000000"  # of an approval or a job: whoever may not answer it is told so before

OF_THE_REGISTRY = (
    *by(
        ROLES,
        "sagemaker:UpdateModelPackage",
        "approve a version",
        ModelPackageArn="$second",
        ModelApprovalStatus="Approved",
    ),
    *by(
        (*JOBS, *BUILDS, "Notices", "Reconciler", "ModelSeal"),
        "sagemaker:UpdateModelPackage",
        "give a version the digests of another archive",
        ModelPackageArn="$second",
        CustomerMetadataProperties={"ArchiveSha256": "0" * 64},
    ),
    *by(
        (*JOBS, *BUILDS, "ModelSeal", "Reconciler"),
        "sagemaker:CreateModelPackage",
        "register an approved version",
        ModelPackageGroupName="$group",
        **PACKAGE,
    ),
    *by(
        JOBS,
        "sagemaker:CreateModelPackage",
        "register an approved version in another group",
        ModelPackageGroupName="another",
        **PACKAGE,
    ),
    *by(
        ("SageMakerPipeline", "Build"),
        "sagemaker:CreateModelPackage",
        "register an approved package without a version",
        ModelPackageName="loose",
        **PACKAGE,
    ),
    *by(EVERYBODY, "sagemaker:DeleteModelPackage", "delete a version", ModelPackageName="$second"),
    *by(
        (*JOBS, *BUILDS, APPROVER),
        "sagemaker:DeleteModelPackageGroup",
        "delete the registry's group",
        ModelPackageGroupName="$group",
    ),
    *by(
        (*JOBS, *BUILDS, APPROVER),
        "sagemaker:PutModelPackageGroupPolicy",
        "open the registry's group to anybody",
        ModelPackageGroupName="$group",
        ResourcePolicy=ANYTHING,
    ),
)

OF_OBJECTS = (
    *by(but("ModelSeal"), "s3:PutObject", "write over a sealed archive", **OBJECT, Key="$sealed"),
    *by(
        but("ModelSeal"),
        "s3:PutObject",
        "seal an archive of one's own",
        **OBJECT,
        Key=f"models/{'0' * 64}/model.tar.gz",
        IfNoneMatch="*",
    ),
    *by(("ModelSeal",), "s3:PutObject", "write over what it has sealed", **OBJECT, Key="$sealed"),
    *by(EVERYBODY, "s3:DeleteObject", "delete a sealed archive", Bucket="$artifacts", Key="$sealed"),
    *by(
        but("Build"),
        "s3:PutObject",
        "have the jobs run other code",
        **OBJECT,
        Key=f"code/{'0' * 64}/code.tar.gz",
        IfNoneMatch="*",
    ),
    *by(("Build", "Job", "Deploy"), "s3:PutObject", "write over published code", **OBJECT, Key="$code"),
    *by(EVERYBODY, "s3:DeleteObject", "delete published code", Bucket="$artifacts", Key="$code"),
    *by(but("Deploy", "DeployPipeline"), "s3:PutObject", "replace what waits for a person", **OBJECT, Key="$built"),
    *by(
        but("DeployPipeline"),
        "s3:PutObject",
        "replace the source that the smoke test is run from",
        **OBJECT,
        Key="$source",
    ),
    *by(
        but("SmokeTest"),
        "s3:PutObject",
        "write the report that the approver reads",
        **OBJECT,
        Key="$report",
    ),
    *by(but("Job"), "s3:PutObject", "write over what a job has left", **OBJECT, Key="$output"),
    *by(
        ("Job", "SageMakerPipeline", *BUILDS), "s3:DeleteObject", "delete a report", Bucket="$artifacts", Key="$report"
    ),
    *by(EVERYBODY, "s3:PutObject", "poison the data", Bucket="$data", Body=EVIL, Key="data/poison.csv"),
    *by(EVERYBODY, "s3:DeleteObject", "delete the data", Bucket="$data", Key="$rows"),
    *by(but("Job"), "s3:GetObject", "read the data", Bucket="$data", Key="$rows"),
    *by(
        (*BUILDS, "Endpoint", "Notices", "Review", APPROVER),
        "s3:GetObject",
        "read what a job has left",
        Bucket="$artifacts",
        Key="$output",
    ),
    *by(
        ("Build", *PIPELINES, *STAGES, "Review", "Reconciler", "Notices", APPROVER),
        "s3:GetObject",
        "read a model",
        Bucket="$artifacts",
        Key="$sealed",
    ),
    *by(
        ("Job", "Build", "Deploy", "ModelSeal", APPROVER),
        "s3:PutBucketPolicy",
        "open the bucket to anybody",
        Bucket="$artifacts",
        Policy=ANYTHING,
    ),
    *by(
        ("Job", "Build", "Deploy", "ModelSeal"),
        "s3:DeleteBucketPolicy",
        "take away that code is written once",
        Bucket="$artifacts",
    ),
    *by(
        ("Job", "Build", "Deploy", "ModelSeal"),
        "s3:PutBucketVersioning",
        "keep no old states any more",
        Bucket="$artifacts",
        VersioningConfiguration={"Status": "Suspended"},
    ),
    *by(
        ("Job", "Build", "Deploy", "ModelSeal"),
        "s3:PutBucketLifecycleConfiguration",
        "have the models expire",
        denied="s3:PutLifecycleConfiguration",
        Bucket="$artifacts",
        LifecycleConfiguration={
            "Rules": [{"ID": "evil", "Status": "Enabled", "Filter": {"Prefix": "models/"}, "Expiration": {"Days": 1}}]
        },
    ),
)

OF_THE_WAY_TO_PRODUCTION = (
    *by(
        ROLES,
        "codepipeline:PutApprovalResult",
        "approve a deployment",
        pipelineName="$deploy",
        stageName="DeployProd",
        actionName="Approve",
        result={"summary": "fine", "status": "Approved"},
        token=UNKNOWN,
    ),
    *by(
        but("Review"),
        "codepipeline:PutJobSuccessResult",
        "answer for the review",
        jobId=UNKNOWN,
    ),
    *by(
        but("Reconciler", "Events"),
        "codepipeline:StartPipelineExecution",
        "order a deployment",
        name="$deploy",
    ),
    *by(
        (*BUILDS, *FUNCTIONS, APPROVER),
        "codepipeline:StartPipelineExecution",
        "have model-build built",
        name="$build",
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler", "Review", APPROVER),
        "codepipeline:RetryStageExecution",
        "repeat production",
        pipelineName="$deploy",
        stageName="DeployProd",
        pipelineExecutionId="$execution",
        retryMode="ALL_ACTIONS",
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler", "Review", APPROVER),
        "codepipeline:OverrideStageCondition",
        "enter a stage past its condition",
        pipelineName="$deploy",
        stageName="DeployProd",
        pipelineExecutionId="$execution",
        conditionType="BEFORE_ENTRY",
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler", "Review", APPROVER),
        "codepipeline:RollbackStage",
        "bring back an older deployment",
        pipelineName="$deploy",
        stageName="DeployProd",
        targetPipelineExecutionId="$execution",
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler", "Review", APPROVER),
        "codepipeline:StopPipelineExecution",
        "stop a deployment",
        pipelineName="$deploy",
        pipelineExecutionId="$execution",
        abandon=True,
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler"),
        "codepipeline:DisableStageTransition",
        "keep deployments from production",
        pipelineName="$deploy",
        stageName="DeployProd",
        transitionType="Inbound",
        reason="evil",
    ),
    *by(
        (*BUILDS, *PIPELINES, "Reconciler"),
        "codepipeline:UpdatePipeline",
        "take the approval out of the pipeline",
        pipeline="$definition",
    ),
    *by(
        but("BuildPipeline", "DeployPipeline"),
        "codebuild:StartBuild",
        "build with another specification",
        projectName="$deploy",
        buildspecOverride="version: 0.2\nphases: {build: {commands: ['true']}}\n",
    ),
    *by(("BuildPipeline",), "codebuild:StartBuild", "build for the other pipeline", projectName="$deploy"),
    *by(
        (*PIPELINES, *BUILDS, "Job", "Notices", APPROVER),
        "codecommit:PutFile",
        "push to model-deploy",
        repositoryName="$deploy",
        branchName="main",
        filePath="promoter/evil.py",
        fileContent=EVIL,
        parentCommitId="$head",
    ),
    *by(
        (*PIPELINES, *BUILDS, "Job"),
        "codecommit:DeleteRepository",
        "delete a repository",
        repositoryName="$deploy",
    ),
)

OF_STACKS = (
    *by(
        EVERYBODY,
        "cloudformation:UpdateStack",
        "change production past the review",
        StackName="$prod",
        TemplateBody=TEMPLATE,
    ),
    *by(EVERYBODY, "cloudformation:DeleteStack", "delete production", StackName="$prod"),
    *by(
        but("DeployPipeline"),
        "cloudformation:CreateChangeSet",
        "put another change in the place of production's",
        StackName="$prod",
        ChangeSetName="execution-$execution",
        TemplateBody=TEMPLATE,
    ),
    *by(
        but("DeployPipeline"),
        "cloudformation:ExecuteChangeSet",
        "carry a change out before it is approved",
        StackName="$prod",
        ChangeSetName="execution-$execution",
    ),
    *by(
        but("DeployPipeline"),
        "cloudformation:DeleteChangeSet",
        "delete the change that waits for a person",
        StackName="$prod",
        ChangeSetName="execution-$execution",
    ),
    *by(
        ("DeployPipeline",),
        "cloudformation:CreateChangeSet",
        "have production changed by the endpoint's role",
        denied="iam:PassRole",
        StackName="$prod",
        ChangeSetName="execution-evil",
        TemplateBody=TEMPLATE,
        RoleARN="$Endpoint",
    ),
    *by(
        ("DeployPipeline",),
        "cloudformation:UpdateStack",
        "have staging changed by the pipeline's own role",
        denied="iam:PassRole",
        StackName="$staging",
        TemplateBody=TEMPLATE,
        RoleARN="$DeployPipeline",
    ),
    *by(
        but("DeployPipeline"),
        "cloudformation:UpdateStack",
        "change staging",
        StackName="$staging",
        TemplateBody=TEMPLATE,
    ),
    *by(
        EVERYBODY,
        "cloudformation:CreateStack",
        "make a stack of one's own",
        StackName="another",
        TemplateBody=TEMPLATE,
    ),
    *by(
        ("DeployPipeline", *STAGES, *BUILDS),
        "cloudformation:UpdateStack",
        "change what all stands on",
        StackName="$foundation",
        TemplateBody=TEMPLATE,
    ),
)

OF_ENDPOINTS = (
    *by(
        but("CloudFormationProduction"),
        "sagemaker:UpdateEndpoint",
        "have production serve something else",
        EndpointName="$prod",
        EndpointConfigName="$staging_config",
    ),
    *by(but("CloudFormationProduction"), "sagemaker:DeleteEndpoint", "delete production", EndpointName="$prod"),
    *by(but("CloudFormationStaging"), "sagemaker:DeleteEndpoint", "delete staging", EndpointName="$staging"),
    *by(
        EVERYBODY,
        "sagemaker:CreateEndpoint",
        "serve under a name of one's own",
        EndpointName="another",
        EndpointConfigName="$staging_config",
    ),
    *by(
        but("SmokeTest"),
        "sagemaker-runtime:InvokeEndpoint",
        "ask production",
        denied="sagemaker:InvokeEndpoint",
        EndpointName="$prod",
        ContentType="text/csv",
        Body=b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15",
    ),
    *by(
        but("CloudFormationProduction"),
        "sagemaker:CreateModel",
        "make a model under production's name",
        ModelName="$prod-evil",
        ExecutionRoleArn="$Endpoint",
        **CONTAINER,
    ),
    *by(
        ("CloudFormationProduction",),
        "sagemaker:CreateModel",
        "make a model of what a job has left, which its role cannot read",
        denied="s3:GetObject",
        ModelName="$prod-evil",
        ExecutionRoleArn="$Endpoint",
        **CONTAINER,
    ),
    *by(
        ("CloudFormationProduction",),
        "sagemaker:CreateModel",
        "have a model serve with a stage's role",
        denied="iam:PassRole",
        ModelName="$prod-evil",
        ExecutionRoleArn="$CloudFormationProduction",
        **CONTAINER,
    ),
)

OF_TRAINING = (
    *by(
        but("Build", "DataArrival", "Retraining"),
        "sagemaker:StartPipelineExecution",
        "train",
        PipelineName="$pipeline",
        ClientRequestToken="0" * 32,
    ),
    *by(
        but("Build"),
        "sagemaker:UpdatePipeline",
        "train something else",
        PipelineName="$pipeline",
        PipelineDefinition="$published",
    ),
    *by(
        ("Build",),
        "sagemaker:UpdatePipeline",
        "train as another role",
        denied="iam:PassRole",
        PipelineName="$pipeline",
        RoleArn="$CloudFormationProduction",
    ),
    *by(
        but("Build"),
        "sagemaker:DeletePipeline",
        "delete the pipeline",
        PipelineName="$pipeline",
        ClientRequestToken="0" * 32,
    ),
    *by(
        EVERYBODY,
        "sagemaker:CreateTrainingJob",
        "run a job under a name of one's own",
        TrainingJobName="another",
        RoleArn="$Job",
        **TRAINING,
    ),
    *by(
        ("SageMakerPipeline",),
        "sagemaker:CreateTrainingJob",
        "run a job with the endpoint's role",
        denied="iam:PassRole",
        TrainingJobName="pipelines-evil",
        RoleArn="$Endpoint",
        **TRAINING,
    ),
    *by(
        ("SageMakerPipeline",),
        "sagemaker:CreateTrainingJob",
        "run a job with the pipeline's role",
        denied="iam:PassRole",
        TrainingJobName="pipelines-evil",
        RoleArn="$SageMakerPipeline",
        **TRAINING,
    ),
)

OF_THE_MACHINERY = (
    *by(
        but("SageMakerPipeline"),
        "lambda:Invoke",
        "have another archive sealed",
        denied="lambda:InvokeFunction",
        FunctionName="$seal",
        Payload=b"{}",
    ),
    *by(
        but("DeployPipeline"),
        "lambda:Invoke",
        "have the review answer",
        denied="lambda:InvokeFunction",
        FunctionName="$review",
        Payload=b"{}",
    ),
    *by(
        EVERYBODY,
        "lambda:UpdateFunctionCode",
        "replace the code of the review",
        FunctionName="$review",
        S3Bucket="$artifacts",
        S3Key="$output",
    ),
    *by(
        EVERYBODY,
        "lambda:UpdateFunctionConfiguration",
        "have the seal write elsewhere",
        FunctionName="$seal",
        Environment={"Variables": {"MODELS_PREFIX_URI": "s3://$artifacts/$pipeline/"}},
    ),
    *by(
        ("Job", "Build", "Deploy", "Reconciler"),
        "lambda:AddPermission",
        "let anybody invoke the seal",
        FunctionName="$seal",
        StatementId="evil",
        Action="lambda:InvokeFunction",
        Principal="*",
    ),
    *by(
        EVERYBODY,
        "events:PutEvents",
        "tell of an approval that nobody gave",
        Entries=[{"Source": "evil", "DetailType": "SageMaker Model Package State Change", "Detail": "{}"}],
    ),
    *by(but(), "events:DisableRule", "keep decisions from being heard", Name="$rule"),
    *by(
        ("Job", "Build", "Deploy", "Events"),
        "events:PutTargets",
        "start something else by a rule",
        Rule="$rule",
        Targets=[{"Id": "evil", "Arn": "$reconciler"}],
    ),
    *by(
        ("DataArrival",),
        "scheduler:CreateSchedule",
        "set a schedule that acts as a build",
        denied="iam:PassRole",
        Name="$project-data-arrival-evil",
        GroupName="$project",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "$reconciler", "RoleArn": "$Build"},
    ),
    *by(
        but(),
        "scheduler:CreateSchedule",
        "set a schedule of one's own",
        Name="another",
        GroupName="$project",
        ScheduleExpression="rate(1 hour)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "$reconciler", "RoleArn": "$Timer"},
    ),
    *by(but("Notices"), "sns:Publish", "send a notice with a command of one's own", TopicArn="$topic", Message="evil"),
    *by(
        EVERYBODY,
        "sqs:ReceiveMessage",
        "take what was undelivered out of sight",
        QueueUrl="$queue",
    ),
    *by(
        (*JOBS, *BUILDS, *FUNCTIONS),
        "logs:DeleteLogGroup",
        "delete a log",
        logGroupName="/aws/lambda/$review",
    ),
)

OF_IDENTITIES = (
    *by(
        EVERYBODY,
        "sts:AssumeRole",
        "act as production's CloudFormation",
        RoleArn="$CloudFormationProduction",
        RoleSessionName="evil",
    ),
    *by(
        ("Deploy", "DeployPipeline", "SmokeTest"),
        "sts:AssumeRole",
        "act as the seal",
        RoleArn="$ModelSeal",
        RoleSessionName="evil",
    ),
    *by(
        EVERYBODY,
        "iam:PutRolePolicy",
        "allow oneself everything",
        RoleName="$own",
        PolicyName="evil",
        PolicyDocument=ALLOWED,
    ),
    *by(
        EVERYBODY,
        "iam:DetachRolePolicy",
        "take off the refusal to approve",
        RoleName="$own",
        PolicyArn="$refusal",
    ),
    *by(
        EVERYBODY,
        "iam:CreatePolicyVersion",
        "turn the refusal to approve into a right",
        PolicyArn="$refusal",
        PolicyDocument=ALLOWED,
        SetAsDefault=True,
    ),
    *by(
        ("Job", *BUILDS, "Reconciler"),
        "iam:AttachRolePolicy",
        "get the approver's rights",
        RoleName="$own",
        PolicyArn="$approver",
    ),
    *by(
        ("Job", *BUILDS, "Reconciler"),
        "iam:UpdateAssumeRolePolicy",
        "let anybody act as the seal",
        RoleName="$seal_role",
        PolicyDocument=ANYTHING,
    ),
    *by(("Job", *BUILDS, "Reconciler", APPROVER), "iam:CreateUser", "make a user", UserName="evil"),
    *by(("Job", *BUILDS, "Reconciler", APPROVER), "iam:CreateAccessKey", "make a key that lasts", UserName="evil"),
    *by(EVERYBODY, "kms:ScheduleKeyDeletion", "make all of it unreadable", KeyId="$key"),
    *by(
        ("Job", "Build", "Deploy", "ModelSeal"),
        "kms:PutKeyPolicy",
        "open the key to anybody",
        KeyId="$key",
        PolicyName="default",
        Policy=ANYTHING,
    ),
    *by(
        EVERYBODY,
        "kms:GenerateDataKey",
        "use the key past the services that it is for",
        KeyId="$key",
        KeySpec="AES_256",
    ),
    *by(("Job", *BUILDS, "Endpoint"), "secretsmanager:GetSecretValue", "read a secret", SecretId="a-secret"),
    *by(("Job", *BUILDS, "Endpoint"), "ssm:GetParameter", "read a parameter", Name="/a-parameter"),
)

ATTACKS: tuple[Call, ...] = (
    *OF_THE_REGISTRY,
    *OF_OBJECTS,
    *OF_THE_WAY_TO_PRODUCTION,
    *OF_STACKS,
    *OF_ENDPOINTS,
    *OF_TRAINING,
    *OF_THE_MACHINERY,
    *OF_IDENTITIES,
)

# What a role may do by design. Of those that could do harm the comment says what stands behind them.
WORK: tuple[Call, ...] = (
    # SealModel compares with what Evaluate measured; versions name the sealed copy (test_sealed_archive.py).
    *by(("Job",), "s3:PutObject", "leave what it has made", **OBJECT, Key="$pipeline/trial/model.tar.gz"),
    *by(("Job",), "s3:GetObject", "read the data", Bucket="$data", Key="$rows"),
    *by(
        ("Job", "Endpoint", "SmokeTest", "Deploy", "ModelSeal"),
        "s3:GetObject",
        "read a model",
        Bucket="$artifacts",
        Key="$sealed",
    ),
    # Nothing names it: the SageMaker pipeline alone registers versions.
    *by(("ModelSeal",), "s3:PutObject", "seal once", **OBJECT, Key="models/trial/model.tar.gz", IfNoneMatch="*"),
    *by(
        ("SageMakerPipeline",),
        "sagemaker:DescribeModelPackageGroup",
        "look at the group",
        ModelPackageGroupName="$group",
    ),
    *by(("Build",), "sagemaker:DescribePipeline", "look at what is published", PipelineName="$pipeline"),
    *by(("Build",), "s3:PutObject", "upload code once", **OBJECT, Key="code/trial/code.tar.gz", IfNoneMatch="*"),
    # Production executes a change set that was made before (test_broken_versions.py).
    *by(("Deploy",), "s3:PutObject", "leave what it has built", **OBJECT, Key="$built-trial"),
    *by(("Deploy",), "sagemaker:DescribeModelPackage", "look at a version", ModelPackageName="$second"),
    *by(("SmokeTest",), "sagemaker:DescribeEndpoint", "look at production", EndpointName="$prod"),
    *by(("CloudFormationStaging",), "sagemaker:DescribeEndpoint", "look at staging", EndpointName="$staging"),
    *by(("CloudFormationProduction",), "sagemaker:DescribeEndpoint", "look at production", EndpointName="$prod"),
    # IAM has no condition on what a model is made of, beyond what the endpoint's role can read; the review refuses a template
    # that makes one of anything but the registered version (test_broken_versions.py).
    *by(
        ("CloudFormationProduction",),
        "sagemaker:CreateModel",
        "make a model of a sealed archive that nobody has approved",
        ModelName="$prod-trial",
        ExecutionRoleArn="$Endpoint",
        PrimaryContainer={"Image": "$image", "ModelDataUrl": "s3://$artifacts/$sealed"},
    ),
    *by(("BuildPipeline",), "codecommit:GetBranch", "fetch the source", repositoryName="$build", branchName="main"),
    *by(("DeployPipeline",), "codecommit:GetBranch", "fetch the source", repositoryName="$deploy", branchName="main"),
    *by(("DeployPipeline",), "cloudformation:DescribeStacks", "look at staging", StackName="$staging"),
    *by(("Review",), "cloudformation:DescribeStacks", "look at production", StackName="$prod"),
    *by(
        ("Reconciler", "DataCheck", "Notices"),
        "sagemaker:ListModelPackages",
        "list versions",
        ModelPackageGroupName="$group",
    ),
    *by(("DataArrival", "Retraining"), "sagemaker:ListPipelineExecutions", "see what runs", PipelineName="$pipeline"),
    *by(("Notices",), "sns:Publish", "notify", TopicArn="$topic", Message="trial"),
    *by(("Timer",), "lambda:Invoke", "wake the reconciler", FunctionName="$reconciler", Payload=b"{}"),
    *by((APPROVER,), "codepipeline:GetPipelineState", "see what waits", name="$deploy"),
    *by(
        (APPROVER,),
        "sagemaker:UpdateModelPackage",
        "reject a version",
        ModelPackageArn="$third",
        ModelApprovalStatus="Rejected",
    ),
    *by(("Events",), "codepipeline:StartPipelineExecution", "start a pipeline", name="$build"),
)
