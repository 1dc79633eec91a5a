"""Lambda steps: what a function is given, what becomes of its answer, and who may invoke it."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker.pipelines.steps import lambda_function
from tests.sandbox.pipelines.definitions import (
    FUNCTION,
    at_most,
    cached,
    condition,
    definition,
    fail,
    function,
    get,
    join,
    processing,
)
from tests.sandbox.pipelines.fake_jobs import SECONDS
from tests.sandbox.pipelines.world import Pipelines

Answer = Callable[[dict[str, Any]], object]


class Failing(Exception):
    """The function's own error."""


class Functions:
    """Lambda with one function, which does as it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.does: Answer = lambda _: {}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        event = json.loads(Payload)
        self.calls.append((FunctionName, event))
        try:
            answer = self.does(event)
        except Failing as error:
            told = json.dumps({"errorMessage": str(error), "errorType": "Failing"}).encode()
            return {"Payload": io.BytesIO(told), "FunctionError": "Unhandled"}
        return {"Payload": io.BytesIO(answer if isinstance(answer, bytes) else json.dumps(answer).encode())}


def refusal(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "so it is"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Invoke")


@pytest.fixture
def functions(world: Pipelines) -> Functions:
    world.clients["lambda"] = functions = Functions()
    return functions


def raising(error: Exception) -> Answer:
    def does(_: dict[str, Any]) -> object:
        raise error

    return does


def test_a_function_is_given_the_arguments_with_their_expressions_replaced(
    world: Pipelines, functions: Functions
) -> None:
    uri = {"Name": "Uri", "Type": "String", "DefaultValue": "s3://bucket/in"}
    given = {"uri": get("Parameters.Uri"), "deep": [{"name": join("of ", get("Execution.PipelineName"))}], "n": 3}
    world.create(definition(function("L", arguments=given), parameters=[uri]))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert functions.calls == [(FUNCTION, {"uri": "s3://bucket/in", "deep": [{"name": "of p"}], "n": 3})]
    assert steps["L"]["Metadata"] == {"Lambda": {"Arn": FUNCTION, "OutputParameters": []}}


def test_later_steps_and_conditions_see_the_outputs_by_their_types(world: Pipelines, functions: Functions) -> None:
    functions.does = lambda _: {"Uri": "s3://bucket/found", "Count": 2, "Share": 0.5, "New": True, "Code": 200, "x": []}
    kinds = {"Uri": "String", "Count": "Integer", "Share": "Float", "New": "Boolean", "Code": "String"}
    world.create(
        definition(
            function("L", outputs=kinds),
            processing(
                "A", source=get("Steps.L.OutputParameters['Uri']"), instances=get("Steps.L.OutputParameters['Count']")
            ),
            condition(
                "C",
                at_most(get("Steps.L.OutputParameters['Count']"), 2),
                at_most(get("Steps.L.OutputParameters['Share']"), 0.5),
                {"Type": "Equals", "LeftValue": get("Steps.L.OutputParameters['New']"), "RightValue": True},
                {"Type": "Equals", "LeftValue": get("Steps.L.OutputParameters['Code']"), "RightValue": "200"},
                otherwise=[fail("F")],
            ),
        )
    )
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded", steps
    ((_, request),) = world.jobs.requests
    assert request["ProcessingInputs"][0]["S3Input"]["S3Uri"] == "s3://bucket/found"
    assert request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == 2
    assert {each["Name"]: each["Value"] for each in steps["L"]["Metadata"]["Lambda"]["OutputParameters"]} == {
        "Uri": "s3://bucket/found",
        "Count": "2",
        "Share": "0.5",
        "New": "true",
        "Code": "200",
    }


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"),
    [
        ("String", {}, "it returned no Out."),
        ("String", {"Out": None}, "it returned no Out."),
        ("String", [1], "an object with Out was to be returned, not [1]."),
        ("String", None, "an object with Out was to be returned, not null."),
        ("String", {"Out": [1]}, "output parameter Out is to be of type String, not [1]."),
        ("Integer", {"Out": "1"}, 'output parameter Out is to be of type Integer, not "1".'),
        ("Integer", {"Out": 1.5}, "output parameter Out is to be of type Integer, not 1.5."),
        ("Integer", {"Out": True}, "output parameter Out is to be of type Integer, not true."),
        ("Boolean", {"Out": 1}, "output parameter Out is to be of type Boolean, not 1."),
        ("String", {"Out": "x" * 1025}, "output parameter Out is longer than 1024 characters."),
        ("String", b"not JSON", "answered with what is not JSON"),
    ],
)
def test_an_answer_that_lacks_what_was_declared_fails_the_step(
    world: Pipelines, functions: Functions, kind: str, answer: object, sentence: str
) -> None:
    functions.does = lambda _: answer
    world.create(definition(function("L", outputs={"Out": kind}), processing("A", DependsOn=["L"])))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert sentence in steps["L"]["FailureReason"]
    assert FUNCTION in steps["L"]["FailureReason"]
    assert "A" not in steps


def test_the_functions_own_error_is_the_steps_and_is_not_tried_again(world: Pipelines, functions: Functions) -> None:
    functions.does = raising(Failing("nothing lies there"))
    world.create(definition(function("L")))
    _, steps = world.run()
    assert steps["L"]["FailureReason"] == f"ClientError: Lambda function {FUNCTION} failed: Failing: nothing lies there"
    assert len(functions.calls) == 1


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (refusal("AccessDeniedException", 403), 1),
        (refusal("ResourceNotFoundException", 404), 1),
        (refusal("TooManyRequestsException", 429), 3),
        (refusal("ServiceException", 500), 3),
    ],
)
def test_what_lambda_refuses_fails_the_step_and_what_passes_is_tried_again_unasked(
    world: Pipelines, functions: Functions, error: ClientError, attempts: int
) -> None:
    functions.does = raising(error)
    world.create(definition(function("L")))
    _, steps = world.run()
    assert steps["L"]["FailureReason"].startswith(
        "ClientError: Failed to invoke lambda:InvokeFunction. Error Details: so it is"
    )
    assert (steps["L"]["AttemptCount"], len(functions.calls)) == (attempts, attempts)


def test_a_cache_config_is_taken_and_the_function_invoked_each_time(world: Pipelines, functions: Functions) -> None:
    world.create(definition({**function("L"), **cached()}))
    world.run()
    _, steps = world.run()
    assert len(functions.calls) == 2
    assert "CacheHitResult" not in steps["L"]


@pytest.fixture
def held(functions: Functions) -> Iterator[threading.Event]:
    """The function answers once this is set."""
    event = threading.Event()

    def does(_: dict[str, Any]) -> object:
        event.wait(SECONDS)
        return {}

    functions.does = does
    yield event
    event.set()


def test_an_execution_that_is_being_stopped_waits_for_the_function(world: Pipelines, held: threading.Event) -> None:
    world.create(definition(function("L"), processing("A", DependsOn=["L"])))
    arn = world.start()
    world.await_step(arn, "L", "Executing")
    world.call("StopPipelineExecution", PipelineExecutionArn=arn)
    assert world.call("DescribePipelineExecution", PipelineExecutionArn=arn)["PipelineExecutionStatus"] == "Stopping"
    held.set()
    assert world.end(arn)["PipelineExecutionStatus"] == "Stopped"
    steps = world.steps(arn)
    assert (steps["L"]["StepStatus"], "A" in steps) == ("Succeeded", False)


@pytest.mark.usefixtures("held")
def test_a_function_that_does_not_answer_in_its_time_fails_the_step(
    world: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_function, "LONGEST_SECONDS", 0.01)
    world.create(definition(function("L")))
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert (
        "did not answer within 0.01 seconds, which is the most that a Lambda step takes" in steps["L"]["FailureReason"]
    )
