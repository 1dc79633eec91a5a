"""What SageMaker's roles may do: the pipeline that starts jobs, the jobs, and the endpoints' containers."""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from infra.iam.arns import AccountArns, ProjectArns
from infra.iam.statements import (
    Statements,
    allow,
    encrypt_outputs,
    list_objects,
    pass_role,
    read_objects,
    stay_in_vpc,
    use_key,
    write_objects,
)
from infra.settings import Settings
from infra.settings.names import CAPTURED, CODE, MODELS

# A pipeline's jobs and models are called so by the service itself.
_OF_PIPELINES = "pipelines-*"
_JOBS = ("ProcessingJob", "TrainingJob", "TransformJob")


def run_pipeline(arns: ProjectArns, settings: Settings, *, job: iam.IRole) -> Statements:
    """Starts jobs, waits for them, registers what they made; reads the evaluation that the gate compares."""
    jobs = [arns.sagemaker(kind, _OF_PIPELINES) for kind in ("processing-job", "training-job", "transform-job")]
    models = [arns.sagemaker("model", _OF_PIPELINES)]
    outputs = [arns.names.outputs]
    return [
        # A Lambda step invokes its function as the pipeline's role:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html (Lambda step)
        allow("CheckData", ["lambda:InvokeFunction"], [arns.function(arns.names.data_check)]),
        allow("SealModels", ["lambda:InvokeFunction"], [arns.function(arns.names.model_seal)]),
        allow("RunJobs", [f"sagemaker:{verb}{job}" for verb in ("Create", "Describe", "Stop") for job in _JOBS], jobs),
        allow("MakeModels", ["sagemaker:CreateModel", "sagemaker:DescribeModel"], models),
        allow("TagThem", ["sagemaker:AddTags"], [*jobs, *models, arns.group_arn, arns.versions_arn]),
        allow(
            "Register",
            ["sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"],
            [arns.group_arn, arns.versions_arn],
        ),
        # A RegisterModel step asks for its group each time, and goes on only if the answer is that there is one already.
        allow("AskForTheGroup", ["sagemaker:CreateModelPackageGroup"], [arns.group_arn]),
        pass_role("GiveJobsTheirRole", [job], to="sagemaker.amazonaws.com"),
        # Models too: by whose right SageMaker looks up the ModelDataETag of a version that is registered is not documented.
        read_objects("ReadOutputs", arns.artifacts_arn, [*outputs, MODELS]),
        list_objects("ListOutputs", arns.artifacts_arn, outputs),
        use_key(arns, "s3"),
        *stay_in_vpc(settings.vpc, "ProcessingJob", "TrainingJob", "Model"),
    ]


def run_job(arns: ProjectArns, settings: Settings) -> Statements:
    """Reads data and code, writes the outputs of its own pipeline; nothing of the registry, no other role."""
    data, artifacts = arns.data_arn, arns.artifacts_arn
    folders = [settings.data.prefix, settings.data.batch_prefix]
    outputs = arns.names.outputs
    return [
        read_objects("ReadData", data, folders),
        list_objects("ListData", data, folders),
        read_objects("ReadCodeAndOutputs", artifacts, [CODE, outputs, MODELS]),
        list_objects("ListCodeAndOutputs", artifacts, [CODE, outputs, MODELS]),
        write_objects("WriteOutputs", artifacts, [outputs]),
        use_key(arns, "s3"),
        encrypt_outputs(arns),
        *_container(arns, in_vpc=settings.vpc is not None),
    ]


def serve(arns: AccountArns, *, in_vpc: bool) -> Statements:
    """Loads a sealed model, keeps a share of the requests; no data, no registry, no job."""
    artifacts = arns.artifacts_arn
    return [
        read_objects("ReadModels", artifacts, [MODELS]),
        list_objects("ListModels", artifacts, [MODELS]),
        write_objects("CaptureRequests", artifacts, [CAPTURED]),
        use_key(arns, "s3"),
        encrypt_outputs(arns),
        *_container(arns, in_vpc=in_vpc),
    ]


def _container(arns: AccountArns, *, in_vpc: bool) -> Statements:
    groups = arns.log_group("/aws/sagemaker/*")
    pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    metrics = {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*", "AWS/SageMaker"]}}
    return [
        allow("MakeLogs", ["logs:CreateLogGroup", "logs:DescribeLogStreams"], [groups]),
        allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{groups}:log-stream:*"]),
        # PutMetricData and GetAuthorizationToken know no resources; the first is narrowed by its namespace.
        allow("PutMetrics", ["cloudwatch:PutMetricData"], ["*"], metrics),
        allow("LogInToImages", ["ecr:GetAuthorizationToken"], ["*"]),
        allow("PullImages", pull, [arns.images_of_aws()]),
        *(_network_interfaces(arns) if in_vpc else []),
    ]


def _network_interfaces(arns: AccountArns) -> Statements:
    """What SageMaker asks of a role whose containers run in a VPC; the describing actions know no resources."""
    changing = [f"ec2:{verb}NetworkInterface{what}" for verb in ("Create", "Delete") for what in ("", "Permission")]
    kinds = ("network-interface", "subnet", "security-group")
    described = ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")
    return [
        allow("JoinTheVpc", changing, [arns.arn("ec2", kind, "*") for kind in kinds]),
        allow("SeeTheVpc", [f"ec2:Describe{what}" for what in described], ["*"]),
    ]
