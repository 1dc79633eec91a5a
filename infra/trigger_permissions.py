"""What may start something: events, schedules and the three functions; and what the approver alone may do."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from infra.ground import Ground
from infra.statements import Statements, allow, list_objects, pass_role, send_undelivered, use_key, write_log

APPROVAL = ("DeployStaging", "Approve")  # the stage and the action that wait for a person


def start_codepipelines(ground: Ground, *, names: Sequence[str]) -> Statements:
    return [allow("StartThePipelines", ["codepipeline:StartPipelineExecution"], [*map(ground.codepipeline, names)])]


def retrain(ground: Ground) -> Statements:
    return [start_training(ground), send_undelivered(ground), use_key(ground, "sqs")]


def wake(ground: Ground, *, functions: Sequence[str]) -> Statements:
    """Of the schedules that call a function."""
    arns = [ground.function(name) for name in functions]
    return [allow("WakeFunctions", ["lambda:InvokeFunction"], arns), send_undelivered(ground), use_key(ground, "sqs")]


def start_training(ground: Ground) -> iam.PolicyStatement:
    pipeline = ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    return allow("StartTraining", ["sagemaker:StartPipelineExecution"], [pipeline])


def reconcile(ground: Ground, *, production: str) -> Statements:
    """Compares the registry's last decision with what is live, and starts the deploy pipeline; changes neither."""
    endpoint = ground.names.endpoint(production)
    parts = [ground.sagemaker(kind, f"{endpoint}-*") for kind in ("endpoint-config", "model")]
    looks = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"]
    pipeline = ground.codepipeline(ground.names.model_deploy)
    executions = ["codepipeline:GetPipelineExecution", "codepipeline:ListPipelineExecutions"]
    return [
        allow("ReadDecisions", ["sagemaker:DescribeModelPackage"], [ground.registry.versions_arn]),
        allow("ListDecisions", ["sagemaker:ListModelPackages"], [ground.group_arn, ground.registry.versions_arn]),
        allow("SeeWhatIsLive", looks, [ground.sagemaker("endpoint", endpoint), *parts]),
        allow("SeeWhatIsUnderWay", executions, [pipeline]),
        allow("StartADeployment", ["codepipeline:StartPipelineExecution"], [pipeline]),
        *_function(ground, ground.names.reconciler),
    ]


def gather_data(ground: Ground, *, timer: iam.IRole, prefix: str) -> Statements:
    """Sets one schedule for itself, and starts the SageMaker pipeline once the data is quiet."""
    names = ground.names
    schedule = ground.arn("scheduler", "schedule", f"default/{names.data_arrival}")
    verbs = [f"scheduler:{verb}Schedule" for verb in ("Create", "Delete", "Get", "Update")]
    pipeline = ground.sagemaker("pipeline", names.sagemaker_pipeline)
    executions = ["sagemaker:DescribePipelineExecution", "sagemaker:ListPipelineExecutions"]
    return [
        allow("SetItsSchedule", verbs, [schedule]),
        pass_role("GiveTheScheduleItsRole", [timer], to="scheduler.amazonaws.com"),
        allow("SeeWhatRuns", executions, [pipeline, f"{pipeline}/execution/*"]),
        start_training(ground),
        list_objects("ListData", ground.storage.data, [prefix]),
        *_function(ground, names.data_arrival),
    ]


def notify(ground: Ground) -> Statements:
    return [allow("Notify", ["sns:Publish"], [ground.topic.topic_arn]), *_function(ground, ground.names.notices)]


def approve(ground: Ground) -> Statements:
    """Of people: decides over versions in the registry, and lets a tested version go on to production."""
    action = ground.stack.format_arn(
        service="codepipeline", resource=ground.names.model_deploy, resource_name="/".join(APPROVAL)
    )
    looks = ["codepipeline:GetPipelineState", "codepipeline:ListPipelineExecutions"]
    versions = ["sagemaker:DescribeModelPackage", "sagemaker:UpdateModelPackage"]
    return [
        allow("DecideOverVersions", versions, [ground.registry.versions_arn]),
        allow("SeeVersions", ["sagemaker:ListModelPackages"], [ground.group_arn, ground.registry.versions_arn]),
        allow("LetGoToProduction", ["codepipeline:PutApprovalResult"], [action]),
        allow("SeeWhatWaits", looks, [ground.codepipeline(ground.names.model_deploy)]),
    ]


def _function(ground: Ground, name: str) -> Statements:
    return [
        write_log(ground, f"/aws/lambda/{name}"),
        send_undelivered(ground),
        use_key(ground, "lambda", "sns", "sqs"),
    ]
