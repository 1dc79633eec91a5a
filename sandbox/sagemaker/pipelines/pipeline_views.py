"""Pipelines and their versions, as Describe and List show them."""

from __future__ import annotations

from sandbox.errors import ResourceNotFound
from sandbox.sagemaker.paging import matching, page
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

KIND, VERSION = "pipeline", "pipeline-version"


def named(sagemaker: SageMaker, name_or_arn: str) -> Document:
    name = name_or_arn.rpartition("/")[2]
    pipeline = sagemaker.store.get(KIND, name)
    if pipeline is None:
        raise ResourceNotFound(f"Pipeline '{sagemaker.arn(f'pipeline/{name}')}' does not exist.")
    return pipeline


def version_of(sagemaker: SageMaker, pipeline: Document, number: int | None) -> Document:
    """A version; the latest if no number is given."""
    name, wanted = pipeline["PipelineName"], number or pipeline["_version"]
    version = sagemaker.store.get(VERSION, version_key(name, wanted))
    if version is None:
        raise ResourceNotFound(f"Pipeline '{pipeline['PipelineArn']}' has no version {wanted}.")
    return version


def definition_of(sagemaker: SageMaker, execution: Document) -> str:
    """What the execution was started with, whatever the pipeline has become since: versions never change."""
    key = version_key(execution["_pipeline"], execution["PipelineVersionId"])
    return str((sagemaker.store.get(VERSION, key) or {})["_definition"])


def version_key(name: str, number: int) -> str:
    return f"{name}/{number:09d}"


def describe_pipeline(sagemaker: SageMaker, request: Document) -> Document:
    pipeline = named(sagemaker, request["PipelineName"])
    version = version_of(sagemaker, pipeline, request.get("PipelineVersionId"))
    return {
        **pipeline,
        **version,
        "CreationTime": pipeline["CreationTime"],
        "PipelineDefinition": version["_definition"],
    }


def list_pipelines(sagemaker: SageMaker, request: Document) -> Document:
    prefix = request.get("PipelineNamePrefix", "")
    rows = [row for row in sagemaker.store.all(KIND) if row["PipelineName"].startswith(prefix)]
    first = "PipelineName" if request.get("SortBy") == "Name" else "CreationTime"
    chosen, more = page(
        matching(rows, request, name="PipelineName"),
        request,
        order=lambda row: [row[first], row["PipelineName"]],
        descending=True,
    )
    return {"PipelineSummaries": [_summary(row) for row in chosen], **more}


def _summary(pipeline: Document) -> Document:
    members = {"PipelineArn", "PipelineName", "PipelineDisplayName", "PipelineDescription", "RoleArn"}
    members |= {"CreationTime", "LastModifiedTime"}
    summary = {member: pipeline[member] for member in members & pipeline.keys()}
    return summary | ({"LastExecutionTime": pipeline["LastRunTime"]} if "LastRunTime" in pipeline else {})


def list_pipeline_versions(sagemaker: SageMaker, request: Document) -> Document:
    pipeline = named(sagemaker, request["PipelineName"])
    rows = sagemaker.store.all(VERSION, parent=pipeline["PipelineName"])
    chosen, more = page(
        matching(rows, request, name="PipelineArn"),
        request,
        order=lambda row: [row["PipelineVersionId"]],
        descending=True,
    )
    return {
        "PipelineVersionSummaries": [{k: v for k, v in row.items() if not k.startswith("_")} for row in chosen],
        **more,
    }


OPERATIONS = {
    "DescribePipeline": describe_pipeline,
    "ListPipelines": list_pipelines,
    "ListPipelineVersions": list_pipeline_versions,
}
