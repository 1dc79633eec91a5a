"""A person answers an approval (API_PutApprovalResult)."""

from __future__ import annotations

from sandbox.caller import caller
from sandbox.codepipeline.actions.contract import ActionFailed, Done
from sandbox.codepipeline.executions.found import current, stage_of
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.ending import end_action
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document


def put_approval_result(codepipeline: CodePipeline, request: Document) -> Document:
    name, stage, action = (request[member] for member in ("pipelineName", "stageName", "actionName"))
    with turn(codepipeline, name) as taken:
        declared = stage_of(current(codepipeline, name), stage)
        if action not in [each["name"] for each in declared["actions"]]:
            raise DeclaredError(
                "ActionNotFoundException", f"Stage '{stage}' does not have an action with name '{action}'"
            )
        approval = _asked(codepipeline, name, request)
        if approval["status"] != "InProgress":
            raise DeclaredError(
                "ApprovalAlreadyCompletedException", f"Approval '{action}' is {approval['status']} already"
            )
        result = request["result"]
        if result["status"] == "Approved":
            outcome: Done | ActionFailed = Done(summary=result["summary"])
        else:
            outcome = ActionFailed(result["summary"] or "The approval was rejected.")
        end_action(taken, approval, outcome, by=codepipeline.around.arn_of(caller()))
    return {"approvedAt": codepipeline.now()}


def _asked(codepipeline: CodePipeline, pipeline: str, request: Document) -> Document:
    """The run of the action that has the token."""
    for execution in records.executions(codepipeline.store, pipeline):
        for run in records.actions(codepipeline.store, execution["pipelineExecutionId"]):
            place = (run["stageName"], run["actionName"])
            if run.get("_token") == request["token"] and place == (request["stageName"], request["actionName"]):
                return run
    raise DeclaredError("InvalidApprovalTokenException", f"Invalid approval token: {request['token']}")


OPERATIONS = {"PutApprovalResult": put_approval_result}
