"""Pipelines: created, updated and deleted; every change of a definition makes a version."""

from __future__ import annotations

from functools import partial

from sandbox.containers.objects import BucketNotFound, ObjectNotFound
from sandbox.errors import ConflictError, NotInTheSandbox, ValidationError
from sandbox.sagemaker import tags
from sandbox.sagemaker.idempotency import once
from sandbox.sagemaker.pipelines import pipeline_views
from sandbox.sagemaker.pipelines.definition.check import check
from sandbox.sagemaker.pipelines.pipeline_views import KIND, VERSION, named, version_key
from sandbox.sagemaker.pipelines.running.runs import EXECUTION, RUNNING
from sandbox.sagemaker.pipelines.running.scopes import STEP
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_UPDATED = {"PipelineDisplayName", "PipelineDescription", "RoleArn", "ParallelismConfiguration"}


def create_pipeline(sagemaker: SageMaker, request: Document) -> Document:
    definition = _definition(sagemaker, request)
    check(definition or "")
    return once(sagemaker, "CreatePipeline", request, partial(_create, sagemaker, request, definition or ""))[0]


def _create(sagemaker: SageMaker, request: Document, definition: str) -> Document:
    name, now = request["PipelineName"], sagemaker.now()
    if sagemaker.store.get(KIND, name):
        raise ValidationError(
            "Pipeline names must be unique within an AWS account and region."
            f" Pipeline with name ({name}) already exists."
        )
    pipeline = {
        "PipelineDisplayName": name,
        **{member: request[member] for member in _UPDATED & request.keys()},
        "PipelineName": name,
        "PipelineArn": sagemaker.arn(f"pipeline/{name}"),
        "PipelineStatus": "Active",
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": {},
        "LastModifiedBy": {},
        "_version": 0,
    }
    sagemaker.store.put(KIND, name, pipeline)
    _add_version(sagemaker, pipeline, definition)
    if "Tags" in request:
        tags.put(sagemaker, pipeline["PipelineArn"], request["Tags"])
    return {"PipelineArn": pipeline["PipelineArn"]}


def update_pipeline(sagemaker: SageMaker, request: Document) -> Document:
    definition = _definition(sagemaker, request, needed=False)
    if definition is not None:
        check(definition)
    with sagemaker.store.transaction():
        pipeline = named(sagemaker, request["PipelineName"])
        changes = {member: request[member] for member in _UPDATED & request.keys()}
        pipeline = sagemaker.store.update(
            KIND, pipeline["PipelineName"], changes | {"LastModifiedTime": sagemaker.now()}
        )
        if definition is not None and definition != pipeline["PipelineDefinition"]:
            pipeline = _add_version(sagemaker, pipeline, definition)
    return {"PipelineArn": pipeline["PipelineArn"], "PipelineVersionId": pipeline["_version"]}


def _add_version(sagemaker: SageMaker, pipeline: Document, definition: str) -> Document:
    name, number = pipeline["PipelineName"], pipeline["_version"] + 1
    version = {
        "PipelineArn": pipeline["PipelineArn"],
        "PipelineVersionId": number,
        "CreationTime": sagemaker.now(),
        "_definition": definition,
    }
    sagemaker.store.put(VERSION, version_key(name, number), version, parent=name)
    return sagemaker.store.update(KIND, name, {"PipelineDefinition": definition, "_version": number})


def _definition(sagemaker: SageMaker, request: Document, *, needed: bool = True) -> str | None:
    text, place = request.get("PipelineDefinition"), request.get("PipelineDefinitionS3Location")
    if text is not None and place is not None:
        raise ValidationError("PipelineDefinition and PipelineDefinitionS3Location are given; give one of them.")
    if place is None:
        if text is None and needed:
            raise ValidationError("Either PipelineDefinition or PipelineDefinitionS3Location must be provided.")
        return text
    if "VersionId" in place:
        raise NotInTheSandbox("a pipeline definition in S3 by its VersionId")
    where = f"s3://{place['Bucket']}/{place['ObjectKey']}"
    try:
        return sagemaker.objects.get(bucket=place["Bucket"], key=place["ObjectKey"]).decode()
    except (BucketNotFound, ObjectNotFound) as error:
        raise ValidationError(f"There is no pipeline definition at {where}.") from error
    except UnicodeDecodeError as error:
        raise ValidationError(f"The pipeline definition at {where} is not UTF-8: {error}.") from error


def delete_pipeline(sagemaker: SageMaker, request: Document) -> Document:
    return once(sagemaker, "DeletePipeline", request, partial(_delete, sagemaker, request))[0]


def _delete(sagemaker: SageMaker, request: Document) -> Document:
    """With all its executions (API_DeletePipeline)."""
    pipeline = named(sagemaker, request["PipelineName"])
    name, store = pipeline["PipelineName"], sagemaker.store
    executions = store.all(EXECUTION, parent=name)
    for execution in executions:
        if execution["PipelineExecutionStatus"] in RUNNING:
            raise ConflictError(
                f"Pipeline '{pipeline['PipelineArn']}' cannot be deleted while its execution"
                f" {execution['PipelineExecutionArn']} is {execution['PipelineExecutionStatus']}: stop it first."
            )
    for execution in executions:
        arn = execution["PipelineExecutionArn"]
        for step in store.all(STEP, parent=arn):
            store.delete(STEP, f"{arn}/{step['StepName']}")
        store.delete(EXECUTION, arn)
    for version in store.all(VERSION, parent=name):
        store.delete(VERSION, version_key(name, version["PipelineVersionId"]))
    store.delete(KIND, name)
    tags.forget(sagemaker, pipeline["PipelineArn"])
    return {"PipelineArn": pipeline["PipelineArn"]}


OPERATIONS = {
    "CreatePipeline": create_pipeline,
    "UpdatePipeline": update_pipeline,
    "DeletePipeline": delete_pipeline,
    **pipeline_views.OPERATIONS,
}
