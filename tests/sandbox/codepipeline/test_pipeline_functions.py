"""Lambda actions: a function says how it ended, asks for more time, or does not answer."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.codepipeline.actions.lambda_function import RETRY_SECONDS, invoke
from sandbox.errors import ServiceError
from tests.sandbox.codepipeline.structures import Structure, action
from tests.sandbox.codepipeline.world import WAIT, World, build, pipeline, stage

MINUTE = 60.0


class Functions:
    """Lambda, which only takes note."""

    def __init__(self) -> None:
        self._called: queue.Queue[Structure] = queue.Queue()
        self.answer: Callable[[Structure], None] = lambda _: None

    def invoke(self, *, Payload: bytes, **_: Any) -> None:
        job = json.loads(Payload)["CodePipeline.job"]
        self.answer(job)
        self._called.put(job)

    def next_job(self) -> Structure:
        return self._called.get(timeout=WAIT)


@pytest.fixture
def functions(world: World) -> Functions:
    """What is called by a pipeline of which the first execution has begun."""
    functions = Functions()
    world.clients = {"lambda": functions}
    world.does["Tell"] = invoke
    tell = action("Tell", "Lambda", category="Invoke", namespace="L", configuration={"FunctionName": "f"})
    world.create(pipeline(stage("Tell", tell), stage("Build", build("Build"))))
    return functions


def only(world: World) -> str:
    [execution] = world.executions()
    return str(execution["pipelineExecutionId"])


def test_a_function_that_reports_success_hands_on_its_variables(world: World, functions: Functions) -> None:
    job = functions.next_job()["id"]
    world.call("PutJobSuccessResult", jobId=job, outputVariables={"V": "1"}, executionDetails={"summary": "done"})
    assert world.ended(only(world)) == "Succeeded"
    result = world.stage("Tell")["actionStates"][0]["latestExecution"]
    assert (result["status"], result["summary"]) == ("Succeeded", "done")
    with pytest.raises(ServiceError) as again:
        world.call("PutJobSuccessResult", jobId=job)
    assert again.value.code == "InvalidJobStateException"


def test_a_function_that_reports_failure_gives_the_reason(world: World, functions: Functions) -> None:
    details = {"type": "PermissionError", "message": "may not", "externalExecutionId": "x"}
    world.call("PutJobFailureResult", jobId=functions.next_job()["id"], failureDetails=details)
    assert world.ended(only(world)) == "Failed"
    result = world.stage("Tell")["actionStates"][0]["latestExecution"]
    assert result["errorDetails"] == {"code": "PermissionError", "message": "may not"}
    assert result["externalExecutionId"] == "x"


def test_a_function_that_asks_for_time_is_called_again_with_its_token(world: World, functions: Functions) -> None:
    job = functions.next_job()["id"]
    world.call("PutJobSuccessResult", jobId=job, continuationToken="half")
    world.clock.advance(RETRY_SECONDS + 1)
    again = functions.next_job()
    assert (again["id"], again["data"]["continuationToken"]) == (job, "half")
    world.call("PutJobSuccessResult", jobId=job)
    assert world.ended(only(world)) == "Succeeded"


def test_a_function_may_ask_for_time_before_its_call_is_over(world: World, functions: Functions) -> None:
    world.call("PutJobSuccessResult", jobId=functions.next_job()["id"])
    world.ended(only(world))

    def answer(job: Structure) -> None:
        more = {} if "continuationToken" in job["data"] else {"continuationToken": "half"}
        world.call("PutJobSuccessResult", jobId=job["id"], **more)

    functions.answer = answer
    second = world.start()
    functions.next_job()
    world.clock.advance(RETRY_SECONDS + 1)
    assert functions.next_job()["data"]["continuationToken"] == "half"
    assert world.ended(second) == "Succeeded"


def test_a_function_that_does_not_answer_fails_after_twenty_minutes(world: World, functions: Functions) -> None:
    functions.next_job()
    world.clock.advance(19 * MINUTE)
    assert world.stage("Tell")["actionStates"][0]["latestExecution"]["status"] == "InProgress"
    world.clock.advance(2 * MINUTE)
    assert world.ended(only(world)) == "Failed"
    assert "timed out" in world.stage("Tell")["actionStates"][0]["latestExecution"]["errorDetails"]["message"]


def test_variables_have_a_largest_size(world: World, functions: Functions) -> None:
    job = functions.next_job()["id"]
    with pytest.raises(ServiceError) as refused:
        world.call("PutJobSuccessResult", jobId=job, outputVariables={"V": "x" * 122_880})
    assert refused.value.code == "OutputVariablesSizeExceededException"


def test_a_job_that_is_none_is_not_found(world: World, functions: Functions) -> None:
    fetched = world.call("ListActionExecutions", pipelineName="p")["actionExecutionDetails"][-1]
    functions.next_job()
    with pytest.raises(ServiceError) as refused:
        world.call("PutJobSuccessResult", jobId=fetched["actionExecutionId"])
    assert refused.value.code == "JobNotFoundException"
