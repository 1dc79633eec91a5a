"""A function says how its action ended (API_PutJobSuccessResult, API_PutJobFailureResult)."""

from __future__ import annotations

from functools import partial

from sandbox.codepipeline.actions.contract import ActionFailed, Done, External
from sandbox.codepipeline.actions.lambda_function import RETRY_SECONDS
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.engine import finish
from sandbox.codepipeline.running.launching import launch
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document

_LARGEST = 122_880  # user guide, "Quotas": bytes of an action's output variables


def put_job_success_result(codepipeline: CodePipeline, request: Document) -> Document:
    action = _job(codepipeline, request["jobId"])
    identity, given = action["actionExecutionId"], request.get("outputVariables", {})
    details = request.get("executionDetails", {})
    if sum(len(text.encode()) for pair in given.items() for text in pair) > _LARGEST:
        raise DeclaredError("OutputVariablesSizeExceededException", f"The variables are larger than {_LARGEST} bytes")
    if "continuationToken" in request:
        _ask_again(codepipeline, identity, request["continuationToken"])
        return {}
    external = External(id=details.get("externalExecutionId", ""))
    finish(codepipeline, identity, Done(variables=given, summary=details.get("summary", ""), external=external))
    return {}


def _ask_again(codepipeline: CodePipeline, identity: str, token: str) -> None:
    """The function is called again, and gets the token back (user guide, "Invoke an AWS Lambda function", continuationToken)."""
    codepipeline.store.update(records.ACTION, identity, {"_continuation": token})
    then = partial(launch, codepipeline, identity, ended=finish)
    codepipeline.deadlines.set(identity, codepipeline.around.clock.now() + RETRY_SECONDS, then)


def put_job_failure_result(codepipeline: CodePipeline, request: Document) -> Document:
    action, details = _job(codepipeline, request["jobId"]), request["failureDetails"]
    external = External(id=details.get("externalExecutionId", ""))
    failure = ActionFailed(details["message"], code=details["type"], external=external)
    finish(codepipeline, action["actionExecutionId"], failure)
    return {}


def _job(codepipeline: CodePipeline, identity: str) -> Document:
    """A job is one run of a Lambda action, and has its id."""
    action = codepipeline.store.get(records.ACTION, identity)
    if action is None or action["input"]["actionTypeId"]["provider"] != "Lambda":
        raise DeclaredError("JobNotFoundException", f"There is no job {identity}")
    if action["status"] != "InProgress":
        raise DeclaredError("InvalidJobStateException", f"Job {identity} is {action['status']}")
    return action


OPERATIONS = {
    "PutJobSuccessResult": put_job_success_result,
    "PutJobFailureResult": put_job_failure_result,
}
