"""Executions as Describe and List show them."""

from __future__ import annotations

from sandbox.errors import ResourceNotFound, ValidationError
from sandbox.sagemaker.paging import matching, page
from sandbox.sagemaker.pipelines import pipeline_views
from sandbox.sagemaker.pipelines.running.runs import EXECUTION
from sandbox.sagemaker.pipelines.running.scopes import STEP
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document


def named(sagemaker: SageMaker, arn: str) -> Document:
    execution = sagemaker.store.get(EXECUTION, arn)
    if execution is None:
        raise ResourceNotFound(f"Pipeline execution '{arn}' does not exist.")
    return execution


def describe_pipeline_execution(sagemaker: SageMaker, request: Document) -> Document:
    return named(sagemaker, request["PipelineExecutionArn"])


def describe_pipeline_definition_for_execution(sagemaker: SageMaker, request: Document) -> Document:
    execution = named(sagemaker, request["PipelineExecutionArn"])
    definition = pipeline_views.definition_of(sagemaker, execution)
    return {"PipelineDefinition": definition, "CreationTime": execution["CreationTime"]}


def list_pipeline_executions(sagemaker: SageMaker, request: Document) -> Document:
    pipeline = pipeline_views.named(sagemaker, request["PipelineName"])
    rows = sagemaker.store.all(EXECUTION, parent=pipeline["PipelineName"])
    first = request.get("SortBy", "CreationTime")
    chosen, more = page(
        matching(rows, request, name="PipelineExecutionArn"),
        request,
        order=lambda row: [row[first], row["PipelineExecutionArn"]],
        descending=True,
    )
    return {"PipelineExecutionSummaries": [_summary(row) for row in chosen], **more}


def _summary(execution: Document) -> Document:
    summary = {
        "PipelineExecutionArn": execution["PipelineExecutionArn"],
        "StartTime": execution["CreationTime"],
        "PipelineExecutionStatus": execution["PipelineExecutionStatus"],
        "PipelineExecutionDescription": execution.get("PipelineExecutionDescription"),
        "PipelineExecutionDisplayName": execution["PipelineExecutionDisplayName"],
        "PipelineExecutionFailureReason": execution.get("FailureReason"),
    }
    return {member: value for member, value in summary.items() if value is not None}


def list_pipeline_execution_steps(sagemaker: SageMaker, request: Document) -> Document:
    """Newest first; a step that has not started is not there."""
    if "PipelineExecutionArn" not in request:
        raise ValidationError("PipelineExecutionArn must be provided.")
    execution = named(sagemaker, request["PipelineExecutionArn"])
    chosen, more = page(
        sagemaker.store.all(STEP, parent=execution["PipelineExecutionArn"]),
        request,
        order=lambda row: [row["_order"]],
        descending=True,
    )
    return {"PipelineExecutionSteps": [_public(row) for row in chosen], **more}


def _public(step: Document) -> Document:
    return {member: value for member, value in step.items() if not member.startswith("_") and value is not None}


def list_pipeline_parameters_for_execution(sagemaker: SageMaker, request: Document) -> Document:
    """Those given at the start: AWS lists no defaults here."""
    execution = named(sagemaker, request["PipelineExecutionArn"])
    chosen, more = page(execution["_parameters"], request, order=lambda row: [row["Name"]], descending=False)
    return {"PipelineParameters": chosen, **more}


OPERATIONS = {
    "DescribePipelineExecution": describe_pipeline_execution,
    "DescribePipelineDefinitionForExecution": describe_pipeline_definition_for_execution,
    "ListPipelineExecutions": list_pipeline_executions,
    "ListPipelineExecutionSteps": list_pipeline_execution_steps,
    "ListPipelineParametersForExecution": list_pipeline_parameters_for_execution,
}
