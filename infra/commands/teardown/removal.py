"""Edge: the plan, carried out, one removal at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.commands.clients import ClientOf
from infra.commands.teardown.plan import Removal

_STACK = {"Delay": 5, "MaxAttempts": 240}  # an endpoint takes minutes to go
_STOPPING = 600.0  # seconds an execution may take to stop
_GLANCE = 1.0
_PAUSES = (1.0, 2.0, 4.0, 8.0)  # seconds
_KEY_DAYS = 7  # the least that KMS allows


def remove(client: ClientOf, removal: Removal) -> None:
    _REMOVERS[removal.kind](client, removal.name)


def _disable_schedule(client: ClientOf, path: str) -> None:
    """UpdateSchedule takes the whole schedule."""
    scheduler, (group, _, name) = client("scheduler"), path.partition("/")
    known = scheduler.get_schedule(GroupName=group, Name=name)
    members = scheduler.meta.service_model.operation_model("UpdateSchedule").input_shape.members
    scheduler.update_schedule(**{key: known[key] for key in members if key in known} | {"State": "DISABLED"})


def _disable_rule(client: ClientOf, name: str) -> None:
    client("events").disable_rule(Name=name)


def _stop_execution(client: ClientOf, arn: str) -> None:
    sagemaker, deadline = client("sagemaker"), time.monotonic() + _STOPPING
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    while time.monotonic() < deadline:
        status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]
        if status not in ("Executing", "Stopping"):
            return
        time.sleep(_GLANCE)


def _delete_schedule(client: ClientOf, path: str) -> None:
    group, _, name = path.partition("/")
    client("scheduler").delete_schedule(GroupName=group, Name=name)


def _delete_stack(client: ClientOf, name: str) -> None:
    cloudformation = client("cloudformation")
    cloudformation.delete_stack(StackName=name)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=_STACK)


def _delete_model(client: ClientOf, name: str) -> None:
    client("sagemaker").delete_model(ModelName=name)


def _delete_pipeline(client: ClientOf, name: str) -> None:
    client("sagemaker").delete_pipeline(PipelineName=name)


def _delete_log_group(client: ClientOf, name: str) -> None:
    client("logs").delete_log_group(logGroupName=name)


def _delete_job_log(client: ClientOf, path: str) -> None:
    group, _, stream = path.partition(":")
    client("logs").delete_log_stream(logGroupName=group, logStreamName=stream)


def _delete_repository(client: ClientOf, name: str) -> None:
    client("codecommit").delete_repository(repositoryName=name)


def _delete_bucket(client: ClientOf, name: str) -> None:
    """Access logs arrive hours late, also between the emptying and the deletion."""
    _while_in_use(lambda: _empty_and_delete(client("s3"), name), "BucketNotEmpty")


def _empty_and_delete(s3: Any, name: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
        rows = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        objects = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
        if objects:
            failed = s3.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True}).get("Errors", [])
            if failed:
                raise RuntimeError(f"s3://{name}/{failed[0]['Key']} could not be deleted: {failed[0]['Message']}")
    s3.delete_bucket(Bucket=name)


def _delete_package(client: ClientOf, arn: str) -> None:
    client("sagemaker").delete_model_package(ModelPackageName=arn)


def _delete_group(client: ClientOf, name: str) -> None:
    """SageMaker may count a version for some seconds after its deletion."""
    delete = client("sagemaker").delete_model_package_group
    _while_in_use(lambda: delete(ModelPackageGroupName=name), "ConflictException")


def _delete_key(client: ClientOf, key: str) -> None:
    client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=_KEY_DAYS)


def _while_in_use(delete: Callable[[], object], code: str) -> None:
    """Again, a few times, where AWS answers that something is still in it."""
    for pause in _PAUSES:
        try:
            delete()
        except ClientError as error:
            if error.response["Error"]["Code"] != code:
                raise
            time.sleep(pause)
        else:
            return
    delete()


_REMOVERS: Mapping[str, Callable[[ClientOf, str], None]] = {
    "clocks": _disable_schedule,
    "rules": _disable_rule,
    "executions": _stop_execution,
    "schedules": _delete_schedule,
    "stage_stacks": _delete_stack,
    "models": _delete_model,
    "sagemaker_pipelines": _delete_pipeline,
    "log_groups": _delete_log_group,
    "job_logs": _delete_job_log,
    "repositories": _delete_repository,
    "buckets": _delete_bucket,
    "packages": _delete_package,
    "groups": _delete_group,
    "keys": _delete_key,
}
