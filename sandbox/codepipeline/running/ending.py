"""An action ends: how, with which variables and artifacts, is written down for the actions that follow."""

from __future__ import annotations

from sandbox.codepipeline.actions.contract import ActionFailed, Done, Revision
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.events import action_changed
from sandbox.codepipeline.running.turn import Turn
from sandbox.store import Document

_LONGEST_MESSAGE, _LONGEST_SUMMARY = 5000, 2048  # the API's Message, and ExecutionSummary


def end_action(turn: Turn, action: Document, outcome: Done | ActionFailed, *, by: str = "") -> None:
    execution = turn.store.get(records.EXECUTION, action["pipelineExecutionId"])
    if execution is None:
        return
    if isinstance(outcome, Done):
        _succeed(action, execution, outcome)
    else:
        _fail(action, outcome)
    action["lastUpdateTime"] = turn.now
    if by:
        action["updatedBy"] = by
    records.save_action(turn.store, action)
    turn.save(execution)
    action_changed(turn.codepipeline, execution, action, action["status"].upper())
    turn.codepipeline.deadlines.clear(action["actionExecutionId"])


def abandon(turn: Turn, action: Document, execution: Document) -> None:
    """Nobody waits for its end any more."""
    action["status"], action["lastUpdateTime"] = "Abandoned", turn.now
    records.save_action(turn.store, action)
    action_changed(turn.codepipeline, execution, action, "ABANDONED")
    turn.codepipeline.deadlines.clear(action["actionExecutionId"])
    turn.abandoned.append(action["actionExecutionId"])


def _succeed(action: Document, execution: Document, done: Done) -> None:
    made: Document = action["_outputs"]
    action["status"] = "Succeeded"
    action["output"] = {
        "outputArtifacts": [{"name": name, "s3location": place} for name, place in made.items()],
        "executionResult": _result(action, summary=done.summary, id_=done.external.id, url=done.external.url),
        "outputVariables": dict(done.variables),
    }
    execution["_artifacts"] |= made
    namespace = action["input"].get("namespace")
    if namespace:
        execution["_outputs"][namespace] = dict(done.variables)
    if done.revision is not None:
        action["_revision"] = {"id": done.revision.id, "url": done.revision.url, "created": done.revision.created}
        _revise(execution, action, done.revision)


def _revise(execution: Document, action: Document, revision: Revision) -> None:
    """What GetPipelineExecution and ListPipelineExecutions tell of sources."""
    known = {"revisionId": revision.id, "revisionSummary": revision.summary[:_LONGEST_SUMMARY]}
    if revision.url:
        known["revisionUrl"] = revision.url
    name = action["actionName"]
    others = [each for each in execution["sourceRevisions"] if each["actionName"] != name]
    execution["sourceRevisions"] = [*others, {"actionName": name, **known}]
    for artifact in action["_outputs"]:
        others = [each for each in execution["artifactRevisions"] if each["name"] != artifact]
        created = {"created": revision.created} if revision.created is not None else {}
        execution["artifactRevisions"] = [*others, {"name": artifact, **known, **created}]


def _fail(action: Document, failure: ActionFailed) -> None:
    message = failure.message[:_LONGEST_MESSAGE]
    external = failure.external
    result = _result(action, summary=message, id_=external.id if external else "", url=external.url if external else "")
    action["status"] = "Failed"
    result["errorDetails"] = {"code": failure.code, "message": message}
    action["output"] = {"outputArtifacts": [], "executionResult": result, "outputVariables": {}}


def _result(action: Document, *, summary: str, id_: str, url: str) -> Document:
    external = action.get("_external", {})
    shown = {
        "externalExecutionId": id_ or external.get("id"),
        "externalExecutionSummary": (summary or action.get("_summary", ""))[:_LONGEST_SUMMARY],
        "externalExecutionUrl": url or external.get("url"),
    }
    return {member: value for member, value in shown.items() if value}
