"""The Lambda step: a function is invoked by the pipeline's role, and what it returns are the step's output parameters.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html (Lambda step): the role needs
lambda:InvokeFunction; the function has ten minutes (https://github.com/aws/sagemaker-python-sdk/issues/3236). It cannot be
stopped: an execution that is being stopped waits for it (API_StopPipelineExecution). It takes no retry policy: it is not listed in
https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html. By the published schema it takes a CacheConfig; but
https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html compares nothing of it, so it is invoked each time here.
"""

from __future__ import annotations

import json
import queue
import threading
from typing import Any

from botocore.exceptions import ClientError

from sandbox.sagemaker.pipelines.language.expressions import Scalar, text
from sandbox.sagemaker.pipelines.steps.contract import (
    SERVICE_FAULT,
    THROTTLING,
    Attempt,
    Outcome,
    StepFailed,
    StepType,
)
from sandbox.store import Document

LONGEST_SECONDS = 600.0
_LONGEST_VALUE = 1024  # OutputParameter.Value
_SERVER_ERROR = 500


def _run(attempt: Attempt) -> Outcome:
    arn = attempt.step.function_arn
    attempt.note({"StepStatus": "Executing", "Metadata": {"Lambda": {"Arn": arn}}})
    outputs = _outputs(attempt, _answer(attempt, arn))
    told = [{"Name": name, "Value": text(value)} for name, value in outputs.items()]
    return Outcome(
        properties={"OutputParameters": outputs}, metadata={"Lambda": {"Arn": arn, "OutputParameters": told}}
    )


def _answer(attempt: Attempt, arn: str) -> object:
    """The function's answer. A function that is given up on goes on by itself, as on AWS."""
    answers: queue.SimpleQueue[tuple[bytes, bool] | BaseException] = queue.SimpleQueue()
    client = attempt.client("lambda")

    def invoke() -> None:
        try:
            answer = client.invoke(FunctionName=arn, Payload=json.dumps(attempt.arguments).encode())
            answers.put((answer["Payload"].read(), "FunctionError" in answer))
        except BaseException as error:  # noqa: BLE001 (handed to the thread that waits)
            answers.put(error)

    threading.Thread(target=invoke, name=f"{attempt.execution_arn}/{attempt.step.name}/invoke", daemon=True).start()
    try:
        answer = answers.get(timeout=LONGEST_SECONDS)
    except queue.Empty:
        raise StepFailed(
            f"ClientError: Lambda function {arn} did not answer within {LONGEST_SECONDS:g} seconds, "
            "which is the most that a Lambda step takes."
        ) from None
    if isinstance(answer, ClientError):
        raise _refused(answer) from answer
    if isinstance(answer, BaseException):
        raise answer
    body, failed = answer
    return _failed(arn, body) if failed else _parsed(arn, body)


def _refused(error: ClientError) -> StepFailed:
    said, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    kind = SERVICE_FAULT if status >= _SERVER_ERROR else ""
    if said["Code"] == "TooManyRequestsException":
        kind = THROTTLING
    return StepFailed(f"ClientError: Failed to invoke lambda:InvokeFunction. Error Details: {said['Message']}", kind)


def _failed(arn: str, body: bytes) -> object:
    told = _parsed(arn, body)
    named: Any = told if isinstance(told, dict) else {"errorMessage": told}
    kind = f"{named['errorType']}: " if named.get("errorType") else ""
    raise StepFailed(f"ClientError: Lambda function {arn} failed: {kind}{named.get('errorMessage', '')}")


def _parsed(arn: str, body: bytes) -> object:
    try:
        return json.loads(body or b"null")
    except ValueError as error:
        raise StepFailed(f"ClientError: Lambda function {arn} answered with what is not JSON: {error}") from error


def _outputs(attempt: Attempt, answer: object) -> Document:
    """The declared outputs; what the function returns besides is not looked at."""
    declared = attempt.step.outputs
    if declared and not isinstance(answer, dict):
        raise _wrong(attempt, f"an object with {', '.join(declared)} was to be returned, not {json.dumps(answer)[:80]}")
    found = answer if isinstance(answer, dict) else {}
    missing = [name for name in declared if found.get(name) is None]
    if missing:
        raise _wrong(attempt, f"it returned no {', '.join(missing)}")
    return {name: _typed(attempt, name, found[name]) for name in declared}


def _typed(attempt: Attempt, name: str, value: object) -> Scalar:
    """A String takes numbers and booleans too: AWS's own example declares statusCode a String and returns 200."""
    kind = attempt.step.outputs[name]
    if kind == "String" and isinstance(value, str | bool | int | float):
        value = text(value)
    if not _fits(value, kind):
        raise _wrong(attempt, f"output parameter {name} is to be of type {kind}, not {json.dumps(value)[:80]}")
    if len(text(value)) > _LONGEST_VALUE:
        raise _wrong(attempt, f"output parameter {name} is longer than {_LONGEST_VALUE} characters")
    return value  # type: ignore[return-value]  # _fits has told


def _fits(value: object, kind: str) -> bool:
    if isinstance(value, bool) or kind == "Boolean":
        return isinstance(value, bool) and kind == "Boolean"
    return isinstance(value, {"String": str, "Integer": int, "Float": (int, float)}[kind])  # type: ignore[arg-type]


def _wrong(attempt: Attempt, what: str) -> StepFailed:
    return StepFailed(f"ClientError: Lambda function {attempt.step.function_arn}: {what}.")


LAMBDA = StepType(name="Lambda", run=_run, cache_unused=True, retried=False)
