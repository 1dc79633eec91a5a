"""Executions: started, stopped, retried, and found again after a kill."""

from __future__ import annotations

import secrets
import string
from functools import partial

from sandbox.errors import ConflictError, NotInTheSandbox
from sandbox.sagemaker.idempotency import once
from sandbox.sagemaker.pipelines import execution_views, pipeline_views
from sandbox.sagemaker.pipelines.definition import parameters
from sandbox.sagemaker.pipelines.definition.definition import read
from sandbox.sagemaker.pipelines.execution_views import named
from sandbox.sagemaker.pipelines.language.expressions import Scope, resolve
from sandbox.sagemaker.pipelines.running.runs import EXECUTION, RUNNING, STEPS_FAILED, launch, under_way
from sandbox.sagemaker.pipelines.running.scopes import STEP, variables
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_RUNNING_STEP = ("Starting", "Executing", "Stopping")
_ABSENT = ("SelectiveExecutionConfig", "MlflowExperimentName")
_KEPT = ("PipelineExecutionDisplayName", "PipelineExecutionDescription", "ParallelismConfiguration")


def start_pipeline_execution(sagemaker: SageMaker, request: Document) -> Document:
    for member in _ABSENT:
        if member in request:
            raise NotInTheSandbox(f"{member} of sagemaker:StartPipelineExecution")
    response, fresh = once(sagemaker, "StartPipelineExecution", request, partial(_start, sagemaker, request))
    if fresh:
        launch(sagemaker, response["PipelineExecutionArn"])
    return response


def _start(sagemaker: SageMaker, request: Document) -> Document:
    pipeline = pipeline_views.named(sagemaker, request["PipelineName"])
    version = pipeline_views.version_of(sagemaker, pipeline, request.get("PipelineVersionId"))
    definition = read(version["_definition"])
    given = request.get("PipelineParameters", [])
    values = parameters.values(definition.parameters, given)
    name, now = pipeline["PipelineName"], sagemaker.now()
    identity = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))
    inherited = {key: pipeline[key] for key in ("ParallelismConfiguration",) if key in pipeline}
    execution = {
        "PipelineExecutionDisplayName": f"execution-{int(now * 1000)}",
        **inherited,
        **{member: request[member] for member in _KEPT if member in request},
        "PipelineArn": pipeline["PipelineArn"],
        "PipelineExecutionArn": sagemaker.arn(f"pipeline/{name}/execution/{identity}"),
        "PipelineExecutionStatus": "Executing",
        "PipelineVersionId": version["PipelineVersionId"],
        "CreationTime": now,
        "LastModifiedTime": now,
        "CreatedBy": {},
        "LastModifiedBy": {},
        "_pipeline": name,
        "_parameters": given,
    }
    if definition.experiment:
        scope = Scope(parameters=values, execution=variables(execution, now=now))
        execution["PipelineExperimentConfig"] = resolve(definition.experiment, scope)
    arn = execution["PipelineExecutionArn"]
    sagemaker.store.put(EXECUTION, arn, execution, parent=name)
    sagemaker.store.update(pipeline_views.KIND, name, {"LastRunTime": now})
    return {"PipelineExecutionArn": arn}


def stop_pipeline_execution(sagemaker: SageMaker, request: Document) -> Document:
    arn = request["PipelineExecutionArn"]
    response, fresh = once(sagemaker, "StopPipelineExecution", request, partial(_stop, sagemaker, arn))
    run = under_way(sagemaker, arn) if fresh else None
    if run is not None:
        run.stop()
    return response


def _stop(sagemaker: SageMaker, arn: str) -> Document:
    status = named(sagemaker, arn)["PipelineExecutionStatus"]
    if status not in RUNNING:
        raise ConflictError(f"Pipeline execution '{arn}' is {status}; only one that is Executing can be stopped.")
    changes = {"PipelineExecutionStatus": "Stopping", "LastModifiedTime": sagemaker.now()}
    sagemaker.store.update(EXECUTION, arn, changes)
    return {"PipelineExecutionArn": arn}


def retry_pipeline_execution(sagemaker: SageMaker, request: Document) -> Document:
    act = partial(_retry, sagemaker, request)
    response, fresh = once(sagemaker, "RetryPipelineExecution", request, act)
    if fresh:
        launch(sagemaker, response["PipelineExecutionArn"])
    return response


def _retry(sagemaker: SageMaker, request: Document) -> Document:
    """The steps that succeeded keep their results; all others run again, by the definition the execution was started with."""
    arn = request["PipelineExecutionArn"]
    execution = named(sagemaker, arn)
    status = execution["PipelineExecutionStatus"]
    if status not in ("Failed", "Stopped"):
        raise ConflictError(f"Pipeline execution '{arn}' is {status}; only a Failed or Stopped one can be retried.")
    changes: Document = {"PipelineExecutionStatus": "Executing", "LastModifiedTime": sagemaker.now()}
    if "ParallelismConfiguration" in request:
        changes["ParallelismConfiguration"] = request["ParallelismConfiguration"]
    sagemaker.store.update(EXECUTION, arn, changes | {"FailureReason": None})
    return {"PipelineExecutionArn": arn}


def update_pipeline_execution(sagemaker: SageMaker, request: Document) -> Document:
    arn = request["PipelineExecutionArn"]
    with sagemaker.store.transaction():
        named(sagemaker, arn)
        changes = {member: request[member] for member in _KEPT if member in request}
        sagemaker.store.update(EXECUTION, arn, changes | {"LastModifiedTime": sagemaker.now()})
    run = under_way(sagemaker, arn)
    if run and "ParallelismConfiguration" in request:
        run.allow(request["ParallelismConfiguration"]["MaxParallelExecutionSteps"])
    return {"PipelineExecutionArn": arn}


def recover(sagemaker: SageMaker) -> None:
    """Mark the executions that the last process left under way; a retry goes on from the steps that were cut off."""
    store = sagemaker.store
    for execution in store.all(EXECUTION):
        if execution["PipelineExecutionStatus"] not in RUNNING:
            continue
        arn, now = execution["PipelineExecutionArn"], sagemaker.now()
        advice = f"Retry with: aws sagemaker retry-pipeline-execution --pipeline-execution-arn {arn}"
        reason = f"The sandbox stopped while this execution was running. {advice}"
        with store.transaction():
            for step in store.all(STEP, parent=arn):
                if step["StepStatus"] in _RUNNING_STEP:
                    why = f"The sandbox stopped while this step was running. {advice}"
                    cut = {"StepStatus": "Failed", "FailureReason": why, "EndTime": now, "_interrupted": True}
                    store.update(STEP, f"{arn}/{step['StepName']}", cut)
                    reason = STEPS_FAILED
            changes = {"PipelineExecutionStatus": "Failed", "FailureReason": reason, "LastModifiedTime": now}
            store.update(EXECUTION, arn, changes)


OPERATIONS = {
    "StartPipelineExecution": start_pipeline_execution,
    "StopPipelineExecution": stop_pipeline_execution,
    "RetryPipelineExecution": retry_pipeline_execution,
    "UpdatePipelineExecution": update_pipeline_execution,
    **execution_views.OPERATIONS,
}
