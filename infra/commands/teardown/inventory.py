"""Edge: what is there of one project. Describe and list calls only.

What the stacks retain is found through the stacks themselves: among the resources of one that is there, and among the
DELETE_SKIPPED events of one that is gone (CloudFormation remembers those for 90 days). So no bucket is taken for ours by its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from infra.commands.clients import ClientOf
from infra.commands.presence import is_there, pages_if_there
from infra.commands.teardown.plan import Inventory
from infra.settings import Settings
from infra.settings.names import Names

_RETAINED = {
    "repositories": "AWS::CodeCommit::Repository",
    "buckets": "AWS::S3::Bucket",
    "groups": "AWS::SageMaker::ModelPackageGroup",
    "keys": "AWS::KMS::Key",
}
# Of all the jobs of an account and region; a pipeline's have names that begin with its execution's id.
# https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
_JOB_LOGS = tuple(f"/aws/sagemaker/{kind}Jobs" for kind in ("Processing", "Training", "Transform"))


def project_stacks(names: Names) -> list[str]:
    """The CDK's own, in the order in which they go."""
    return [f"{names.project}-{word}" for word in ("deploy", "build", "foundation")]


def look(client: ClientOf, settings: Settings) -> Inventory:
    names, stages = settings.names, [stage.name for stage in settings.home_stages]
    retained = list(_retained(client("cloudformation"), project_stacks(names)))
    found = {kind: [name for its, name in retained if its == type_] for kind, type_ in _RETAINED.items()}
    sagemaker = client("sagemaker")
    groups = [arn.rpartition("/")[2] for arn in found["groups"]]
    executions = list(_executions(sagemaker, names.sagemaker_pipeline))
    return Inventory(
        clocks=list(_clocks(client("scheduler"), names)),
        rules=list(_rules(client("events"), names)),
        executions=[arn for arn, status in executions if status in ("Executing", "Stopping")],
        schedules=list(_schedules(client("scheduler"), names)),
        stage_stacks=[stack for stack in map(names.endpoint, stages) if _is_stack(client("cloudformation"), stack)],
        models=list(_models(sagemaker, [arn for arn, _ in executions])),
        sagemaker_pipelines=[
            n for n in (names.sagemaker_pipeline,) if is_there(sagemaker.describe_pipeline, PipelineName=n)
        ],
        log_groups=list(_log_groups(client("logs"), [names.endpoint(stage) for stage in stages])),
        job_logs=list(_job_logs(client("logs"), [arn for arn, _ in executions])),
        repositories=list(_repositories(client("codecommit"), found["repositories"])),
        buckets=[name for name in found["buckets"] if is_there(client("s3").head_bucket, Bucket=name)],
        packages=[arn for group in groups for arn in _packages(sagemaker, group)],
        groups=[g for g in groups if is_there(sagemaker.describe_model_package_group, ModelPackageGroupName=g)],
        keys=[key for key in found["keys"] if _usable(client("kms"), key)],
    )


def existing(client: ClientOf, settings: Settings) -> list[str]:
    """The CDK's stacks that are there."""
    return [stack for stack in project_stacks(settings.names) if _is_stack(client("cloudformation"), stack)]


def _is_stack(cloudformation: Any, stack: str) -> bool:
    return is_there(cloudformation.describe_stacks, StackName=stack)


def _retained(cloudformation: Any, stacks: list[str]) -> Iterator[tuple[str, str]]:
    """Resource type and physical id, of the stacks that are there and of those that are gone."""
    found: dict[tuple[str, str], None] = {}
    for page in cloudformation.get_paginator("list_stacks").paginate():
        for stack in page["StackSummaries"]:
            if stack["StackName"] in stacks:
                found.update(dict.fromkeys(_left_by(cloudformation, stack["StackId"], stack["StackStatus"])))
    return iter(found)


def _left_by(cloudformation: Any, stack_id: str, status: str) -> Iterator[tuple[str, str]]:
    gone = status == "DELETE_COMPLETE"
    operation, member = (
        ("describe_stack_events", "StackEvents") if gone else ("list_stack_resources", "StackResourceSummaries")
    )
    for page in cloudformation.get_paginator(operation).paginate(StackName=stack_id):
        for row in page[member]:
            if not gone or row["ResourceStatus"] == "DELETE_SKIPPED":
                yield row["ResourceType"], row.get("PhysicalResourceId", "")


def _executions(sagemaker: Any, pipeline: str) -> Iterator[tuple[str, str]]:
    pages = sagemaker.get_paginator("list_pipeline_executions").paginate(PipelineName=pipeline)
    for page in pages_if_there(pages):
        for row in page["PipelineExecutionSummaries"]:
            yield row["PipelineExecutionArn"], row["PipelineExecutionStatus"]


def _models(sagemaker: Any, executions: list[str]) -> Iterator[str]:
    for execution in executions:
        pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(PipelineExecutionArn=execution)
        for step in (step for page in pages for step in page["PipelineExecutionSteps"]):
            arn = step.get("Metadata", {}).get("Model", {}).get("Arn")
            if arn and is_there(sagemaker.describe_model, ModelName=arn.rpartition("/")[2]):
                yield arn.rpartition("/")[2]


def _schedules(scheduler: Any, names: Names) -> Iterator[str]:
    """As group/name: the ones that the functions set themselves, whose names go on after the function's."""
    paginator = scheduler.get_paginator("list_schedules")
    for function in (names.data_arrival, names.retraining):
        for page in pages_if_there(paginator.paginate(GroupName=names.schedule_group, NamePrefix=f"{function}-")):
            yield from (f"{row['GroupName']}/{row['Name']}" for row in page["Schedules"])


def _clocks(scheduler: Any, names: Names) -> Iterator[str]:
    """As group/name: those of the stacks themselves."""
    for name in (names.reconciler, names.retraining):
        where = {"GroupName": names.schedule_group, "Name": name}
        if is_there(scheduler.get_schedule, **where) and scheduler.get_schedule(**where)["State"] == "ENABLED":
            yield f"{names.schedule_group}/{name}"


def _rules(events: Any, names: Names) -> Iterator[str]:
    for name in (names.decisions, names.data_arrival):
        if is_there(events.describe_rule, Name=name) and events.describe_rule(Name=name)["State"] == "ENABLED":
            yield name


def _job_logs(logs: Any, executions: list[str]) -> Iterator[str]:
    for group in _JOB_LOGS:
        for execution in executions:
            beginning = {"logGroupName": group, "logStreamNamePrefix": f"pipelines-{execution.rpartition('/')[2]}-"}
            for page in pages_if_there(logs.get_paginator("describe_log_streams").paginate(**beginning)):
                yield from (f"{group}:{row['logStreamName']}" for row in page["logStreams"])


def _repositories(codecommit: Any, ids: list[str]) -> Iterator[str]:
    """By the ids under which stacks know them."""
    if ids:
        for page in codecommit.get_paginator("list_repositories").paginate():
            yield from (row["repositoryName"] for row in page["repositories"] if row["repositoryId"] in ids)


def _log_groups(logs: Any, endpoints: list[str]) -> Iterator[str]:
    for name in (f"/aws/sagemaker/Endpoints/{endpoint}" for endpoint in endpoints):
        for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
            yield from (row["logGroupName"] for row in page["logGroups"] if row["logGroupName"] == name)


def _packages(sagemaker: Any, group: str) -> Iterator[str]:
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
    for page in pages_if_there(pages):
        yield from (row["ModelPackageArn"] for row in page["ModelPackageSummaryList"])


def _usable(kms: Any, key: str) -> bool:
    if not is_there(kms.describe_key, KeyId=key):
        return False
    return str(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]) != "PendingDeletion"
