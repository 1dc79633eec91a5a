"""What the functions may do: read, start, notify; none of them changes a version, an endpoint or a pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam

from infra.iam import stages
from infra.iam.arns import ForeignRoles, ProjectArns
from infra.iam.statements import (
    Statements,
    allow,
    list_objects,
    list_versions,
    pass_role,
    read_objects,
    read_versions,
    send_undelivered,
    use_key,
    write_log,
    write_objects,
)
from infra.iam.triggers import start_training
from infra.settings import DataSettings, Stage
from infra.settings.names import MODELS, REPORTS


def reconcile(arns: ProjectArns, *, production: Stage) -> Statements:
    """Compares the registry's last decision with what is live, and starts the deploy pipeline; changes neither."""
    pipeline = arns.codepipeline(arns.names.model_deploy)
    executions = ["codepipeline:GetPipelineExecution", "codepipeline:ListPipelineExecutions"]
    return [
        read_versions(arns),
        list_versions(arns),
        *_see_what_is_live(arns, production),
        allow("SeeWhatIsUnderWay", executions, [pipeline]),
        allow("StartADeployment", ["codepipeline:StartPipelineExecution"], [pipeline]),
        *_function(arns, arns.names.reconciler),
    ]


def review(arns: ProjectArns, *, production: Stage) -> Statements:
    """Reads production's change set before a person is asked, and reports the result to CodePipeline; changes nothing."""
    return [
        *_read_the_change(arns, production),
        allow("AskForTheDecision", ["lambda:InvokeFunction"], [arns.function(arns.names.reconciler)]),
        # A job has no ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
        allow("EndTheJob", ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"], ["*"]),
        *_function(arns, arns.names.review),
    ]


def _read_the_change(arns: ProjectArns, production: Stage) -> Statements:
    if production.account is None:
        return stages.review_change(arns, stage=production.name)
    return stages.assume_stage_roles([ForeignRoles.of(production, arns=arns).reviewer])


def _see_what_is_live(arns: ProjectArns, production: Stage) -> Statements:
    if production.account is None:
        return stages.look_at_endpoints(arns, stages=[production.name])
    return stages.assume_stage_roles([ForeignRoles.of(production, arns=arns).observer])


def gather_data(arns: ProjectArns, *, data: DataSettings, timer: iam.IRole) -> Statements:
    """Sets a schedule for each quiet window, and starts the SageMaker pipeline once the data is quiet."""
    name = arns.names.data_arrival
    lists = [
        list_objects("ListData", arns.data_arn, [data.prefix]),
        write_objects("WriteManifests", arns.artifacts_arn, [arns.names.manifests]),
    ]
    return [
        *(lists if data.lists_arrivals else []),
        *_set_schedules(arns, name, verbs=("Create", "Get", "Update"), timer=timer),
        _see_what_runs(arns),
        start_training(arns),
        *_function(arns, name, *(["s3"] if data.lists_arrivals else [])),
    ]


def check_data(arns: ProjectArns, *, data: DataSettings) -> Statements:
    """Lists what a run would read, without reading it, and looks which data the newest version was made of."""
    manifests = [read_objects("ReadManifests", arns.artifacts_arn, [arns.names.manifests])]
    return [
        list_objects("ListData", arns.data_arn, [data.prefix, data.batch_prefix]),
        *(manifests if data.lists_arrivals else []),
        read_versions(arns),
        list_versions(arns),
        *_function(arns, arns.names.data_check, *(["s3"] if data.lists_arrivals else [])),
    ]


def seal_models(arns: ProjectArns) -> Statements:
    """Reads what training jobs left, and is alone in writing where models are deployed from."""
    return [
        read_objects("ReadOutputs", arns.artifacts_arn, [arns.names.outputs]),
        # What is there already has to be the same.
        read_objects("ReadModels", arns.artifacts_arn, [MODELS]),
        allow("KeepModels", ["s3:PutObject"], [f"{arns.artifacts_arn}/{MODELS}*"]),
        *_function(arns, arns.names.model_seal, "s3"),
    ]


def retrain(arns: ProjectArns, *, timer: iam.IRole | None) -> Statements:
    """Starts the SageMaker pipeline if nothing is under way, or sets a schedule to look again where there is a timer."""
    name = arns.names.retraining
    waits = _set_schedules(arns, name, verbs=("Create", "Get"), timer=timer) if timer else []
    return [*waits, _see_what_runs(arns), start_training(arns), *_function(arns, name)]


def _set_schedules(arns: ProjectArns, name: str, *, verbs: Sequence[str], timer: iam.IRole) -> Statements:
    schedules = arns.arn("scheduler", "schedule", f"{arns.names.schedule_group}/{name}-*")
    return [
        allow("SetSchedules", [f"scheduler:{verb}Schedule" for verb in verbs], [schedules]),
        pass_role("GiveSchedulesTheirRole", [timer], to="scheduler.amazonaws.com"),
    ]


def _see_what_runs(arns: ProjectArns) -> iam.PolicyStatement:
    pipeline = arns.sagemaker("pipeline", arns.names.sagemaker_pipeline)
    return allow("SeeWhatRuns", ["sagemaker:ListPipelineExecutions"], [pipeline])


def notify(arns: ProjectArns) -> Statements:
    """Looks up what makes a message better, and does without where it is refused."""
    names, pipeline = arns.names, arns.sagemaker("pipeline", arns.names.sagemaker_pipeline)
    pipelines = [arns.codepipeline(name) for name in (names.model_build, names.model_deploy)]
    verbs = ("GetPipelineExecution", "ListActionExecutions", "ListPipelineExecutions")
    looks = (
        "DescribePipelineDefinitionForExecution",
        "ListPipelineExecutionSteps",
        "ListPipelineParametersForExecution",
    )
    runs = [f"sagemaker:{look}" for look in looks]
    builds = (names.model_build, names.model_deploy, names.smoke_test)
    logs = [arns.log_group(f"/aws/codebuild/{build}:log-stream:*") for build in builds]
    return [
        allow("Notify", ["sns:Publish"], [arns.topic_arn]),
        allow("LookUpRuns", runs, [f"{pipeline}/execution/*"]),
        allow("LookUpDeployments", [f"codepipeline:{verb}" for verb in verbs], pipelines),
        read_versions(arns),
        list_versions(arns),
        allow("ReadBuildLogs", ["logs:GetLogEvents"], logs),
        read_objects("ReadStageReports", arns.artifacts_arn, [REPORTS]),
        *_function(arns, names.notices, "s3"),
    ]


def _function(arns: ProjectArns, name: str, *services: str) -> Statements:
    """`services` are those besides by way of which it needs the key."""
    return [
        write_log(arns, f"/aws/lambda/{name}"),
        send_undelivered(arns),
        # Traces know no resources.
        allow("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
        use_key(arns, "lambda", "sns", "sqs", *services),
    ]
