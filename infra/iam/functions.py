"""What the functions may do: look, start, tell; none of them changes a version, an endpoint or a pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from infra.iam import stages
from infra.iam.arns import HomeGround
from infra.iam.stage_roles import ForeignRoles
from infra.iam.statements import (
    Statement,
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
from infra.parts.resource import Resource
from infra.settings import DataSettings, Stage
from infra.settings.names import MODELS, REPORTS


def reconcile(ground: HomeGround, *, production: Stage) -> Statements:
    """Compares the registry's last decision with what is live, and starts the deploy pipeline; changes neither."""
    pipeline = ground.codepipeline(ground.names.model_deploy)
    executions = ["codepipeline:GetPipelineExecution", "codepipeline:ListPipelineExecutions"]
    return [
        read_versions(ground),
        list_versions(ground),
        *_see_what_is_live(ground, production),
        allow("SeeWhatIsUnderWay", executions, [pipeline]),
        allow("StartADeployment", ["codepipeline:StartPipelineExecution"], [pipeline]),
        *_function(ground, ground.names.reconciler),
    ]


def review(ground: HomeGround, *, production: Stage) -> Statements:
    """Reads production's change set before a person is asked, and tells CodePipeline what it came to; changes nothing."""
    return [
        *_read_the_change(ground, production),
        allow("AskForTheDecision", ["lambda:InvokeFunction"], [ground.function(ground.names.reconciler)]),
        # A job has no ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
        allow("EndTheJob", ["codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult"], ["*"]),
        *_function(ground, ground.names.review),
    ]


def _read_the_change(ground: HomeGround, production: Stage) -> Statements:
    if production.account is None:
        return stages.review_change(ground, stage=production.name)
    return stages.act_abroad([ForeignRoles.of(production, ground=ground).reviewer])


def _see_what_is_live(ground: HomeGround, production: Stage) -> Statements:
    if production.account is None:
        return stages.look_at_endpoints(ground, stages=[production.name])
    return stages.act_abroad([ForeignRoles.of(production, ground=ground).observer])


def gather_data(ground: HomeGround, *, data: DataSettings, timer: Resource) -> Statements:
    """Sets a schedule for each quiet window, and starts the SageMaker pipeline once the data is quiet."""
    name = ground.names.data_arrival
    lists = [
        list_objects("ListData", ground.data_arn, [data.prefix]),
        write_objects("WriteManifests", ground.artifacts_arn, [ground.names.manifests]),
    ]
    return [
        *(lists if data.lists_arrivals else []),
        *_set_schedules(ground, name, verbs=("Create", "Get", "Update"), timer=timer),
        _see_what_runs(ground),
        start_training(ground),
        *_function(ground, name, *(["s3"] if data.lists_arrivals else [])),
    ]


def check_data(ground: HomeGround, *, data: DataSettings) -> Statements:
    """Lists what a run would read, without reading it, and looks which data the newest version was made of."""
    manifests = [read_objects("ReadManifests", ground.artifacts_arn, [ground.names.manifests])]
    return [
        list_objects("ListData", ground.data_arn, [data.prefix, data.batch_prefix]),
        *(manifests if data.lists_arrivals else []),
        read_versions(ground),
        list_versions(ground),
        *_function(ground, ground.names.data_check, *(["s3"] if data.lists_arrivals else [])),
    ]


def seal_models(ground: HomeGround) -> Statements:
    """Reads what training jobs left, and is alone in writing where models are deployed from."""
    return [
        read_objects("ReadOutputs", ground.artifacts_arn, [ground.names.outputs]),
        # What is there already has to be the same.
        read_objects("ReadModels", ground.artifacts_arn, [MODELS]),
        allow("KeepModels", ["s3:PutObject"], [f"{ground.artifacts_arn}/{MODELS}*"]),
        *_function(ground, ground.names.model_seal, "s3"),
    ]


def retrain(ground: HomeGround, *, timer: Resource | None) -> Statements:
    """Starts the SageMaker pipeline if nothing is under way, or sets a schedule to look again where there is a timer."""
    name = ground.names.retraining
    waits = _set_schedules(ground, name, verbs=("Create", "Get"), timer=timer) if timer else []
    return [*waits, _see_what_runs(ground), start_training(ground), *_function(ground, name)]


def _set_schedules(ground: HomeGround, name: str, *, verbs: Sequence[str], timer: Resource) -> Statements:
    schedules = ground.arn("scheduler", "schedule", f"{ground.names.schedule_group}/{name}-*")
    return [
        allow("SetSchedules", [f"scheduler:{verb}Schedule" for verb in verbs], [schedules]),
        pass_role("GiveSchedulesTheirRole", [timer], to="scheduler.amazonaws.com"),
    ]


def _see_what_runs(ground: HomeGround) -> Statement:
    pipeline = ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    return allow("SeeWhatRuns", ["sagemaker:ListPipelineExecutions"], [pipeline])


def notify(ground: HomeGround) -> Statements:
    """Looks up what makes a message better, and does without where it is refused."""
    names, pipeline = ground.names, ground.sagemaker("pipeline", ground.names.sagemaker_pipeline)
    pipelines = [ground.codepipeline(name) for name in (names.model_build, names.model_deploy)]
    verbs = ("GetPipelineExecution", "ListActionExecutions", "ListPipelineExecutions")
    looks = (
        "DescribePipelineDefinitionForExecution",
        "ListPipelineExecutionSteps",
        "ListPipelineParametersForExecution",
    )
    runs = [f"sagemaker:{look}" for look in looks]
    builds = (names.model_build, names.model_deploy, names.smoke_test)
    logs = [ground.log_group(f"/aws/codebuild/{build}:log-stream:*") for build in builds]
    return [
        allow("Notify", ["sns:Publish"], [ground.topic_arn]),
        allow("LookUpRuns", runs, [f"{pipeline}/execution/*"]),
        allow("LookUpDeployments", [f"codepipeline:{verb}" for verb in verbs], pipelines),
        read_versions(ground),
        list_versions(ground),
        allow("ReadBuildLogs", ["logs:GetLogEvents"], logs),
        read_objects("ReadStageReports", ground.artifacts_arn, [REPORTS]),
        *_function(ground, names.notices, "s3"),
    ]


def _function(ground: HomeGround, name: str, *services: str) -> Statements:
    """`services` are those besides by way of which it needs the key."""
    return [
        write_log(ground, f"/aws/lambda/{name}"),
        send_undelivered(ground),
        # Traces know no resources.
        allow("WriteTraces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
        use_key(ground, "lambda", "sns", "sqs", *services),
    ]
