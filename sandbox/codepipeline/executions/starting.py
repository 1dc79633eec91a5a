"""Executions are started: by a request, by the pipeline's creation, after its update."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.caller import caller
from sandbox.codepipeline.executions.found import current
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.running.events import pipeline_changed
from sandbox.codepipeline.running.executions import new
from sandbox.codepipeline.running.turn import Turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError, ValidationError
from sandbox.store import Document

_TOKEN = "client-request-token"  # noqa: S105 (the kind of a document)
_LIMIT = 50  # user guide, "Quotas": executions of a pipeline in QUEUED or PARALLEL mode at a time
_REVISIONS = {"CodeCommit": ("COMMIT_ID",), "S3": ("S3_OBJECT_VERSION_ID", "S3_OBJECT_KEY")}


def start_pipeline_execution(codepipeline: CodePipeline, request: Document) -> Document:
    name = request["name"]
    token = f"{name}/{request['clientRequestToken']}" if "clientRequestToken" in request else ""
    with turn(codepipeline, name) as taken:
        pipeline = current(codepipeline, name)
        earlier = codepipeline.store.get(_TOKEN, token) if token else None
        if earlier is not None:
            return _answered(earlier, request)
        execution = begin(taken, pipeline, trigger=_trigger(codepipeline), request=request)
        response = {"pipelineExecutionId": execution["pipelineExecutionId"]}
        if token:
            codepipeline.store.put(_TOKEN, token, {"request": request, "response": response}, parent=name)
    return response


def _trigger(codepipeline: CodePipeline) -> Document:
    """A rule, with an event or a schedule of its own, or else whoever called; EventBridge Scheduler calls by its role.

    User guide, "Start a pipeline in CodePipeline"; API_ExecutionTrigger.
    """
    rule = codepipeline.around.rule_of(caller())
    if rule:
        return {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    return {"triggerType": "StartPipelineExecution", "triggerDetail": codepipeline.around.arn_of(caller())}


def _answered(earlier: Document, request: Document) -> Document:
    if earlier["request"] != request:
        raise ValidationError(f"clientRequestToken {request['clientRequestToken']} was used with another request")
    return dict(earlier["response"])


def forget_tokens(codepipeline: CodePipeline, pipeline: str) -> None:
    for known in codepipeline.store.all(_TOKEN, parent=pipeline):
        codepipeline.store.delete(_TOKEN, f"{pipeline}/{known['request']['clientRequestToken']}")


def begin(taken: Turn, pipeline: Document, *, trigger: Document, request: Document) -> Document:
    """In front of the first stage. `request` has the variables and revisions of a StartPipelineExecution."""
    mode = pipeline["executionMode"]
    if mode != "SUPERSEDED" and len(records.live(taken.store, taken.pipeline)) >= _LIMIT:
        raise DeclaredError(
            "ConcurrentPipelineExecutionsLimitExceededException",
            f"Pipeline '{taken.pipeline}' has {_LIMIT} executions under way, the limit of {mode} mode",
        )
    execution = new(taken, pipeline["version"], trigger=trigger, mode=mode)
    given = {variable["name"]: variable["value"] for variable in request.get("variables", [])}
    execution["variables"] = variables(pipeline, given)
    execution["_overrides"] = _overrides(pipeline, request.get("sourceRevisions", []))
    execution["_waiting"] = pipeline["stages"][0]["name"]
    taken.save(execution)
    pipeline_changed(taken.codepipeline, execution, "STARTED")
    return execution


def variables(pipeline: Document, given: Mapping[str, str]) -> list[Document]:
    """User guide, "Working with variables at the pipeline level": a value at the start, or else the default."""
    declared = {variable["name"]: variable.get("defaultValue") for variable in pipeline.get("variables", [])}
    for name in given:
        if name not in declared:
            raise ValidationError(f"Pipeline '{pipeline['name']}' does not have a variable with name '{name}'")
    values = {**declared, **given}
    for name, value in values.items():
        if value is None:
            raise ValidationError(
                f"Variable '{name}' of pipeline '{pipeline['name']}' has no default: a value is required"
            )
    return [{"name": name, "resolvedValue": value} for name, value in values.items()]


def _overrides(pipeline: Document, revisions: list[Document]) -> Document:
    sources = {action["name"]: action["actionTypeId"]["provider"] for action in pipeline["stages"][0]["actions"]}
    chosen: dict[str, dict[str, str]] = {}
    for revision in revisions:
        name, kind = revision["actionName"], revision["revisionType"]
        if name not in sources:
            raise ValidationError(f"Pipeline '{pipeline['name']}' does not have a source action with name '{name}'")
        if kind not in _REVISIONS.get(sources[name], ()):
            raise ValidationError(f"Source action '{name}' ({sources[name]}) takes no revision of type {kind}")
        chosen.setdefault(name, {})[kind] = revision["revisionValue"]
    return chosen


OPERATIONS = {"StartPipelineExecution": start_pipeline_execution}
