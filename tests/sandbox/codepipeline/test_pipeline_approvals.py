"""A person in a pipeline: the token, the answer, the time that runs out."""

from __future__ import annotations

import json
import queue
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sandbox.errors import ServiceError
from tests.sandbox.codepipeline.world import WAIT, Held, World, approve, build, pipeline, stage

DAY = 24 * 3600.0


class Topic:
    """SNS, for one publication."""

    def __init__(self) -> None:
        self.published: queue.Queue[dict[str, Any]] = queue.Queue()

    def publish(self, **request: Any) -> None:
        self.published.put(request)


def waiting(world: World, **more: Any) -> str:
    """An execution whose approval waits."""
    first = world.create(pipeline(stage("Staging", approve(**more)), stage("Prod", build("Deploy"))))
    world.in_action(first, "Approve")
    return first


def test_an_approved_execution_goes_on(world: World) -> None:
    first = waiting(world)
    world.answer("Staging", "Approve", summary="looks good")
    assert world.ended(first) == "Succeeded"
    latest = world.stage("Staging")["actionStates"][0]["latestExecution"]
    assert (latest["status"], latest["summary"]) == ("Succeeded", "looks good")
    assert latest["lastUpdatedBy"].endswith("user/root")
    assert "token" not in latest


def test_a_rejected_execution_fails_and_says_why(world: World) -> None:
    first = waiting(world)
    world.answer("Staging", "Approve", "Rejected", "too slow")
    assert world.ended(first) == "Failed"
    latest = world.stage("Staging")["actionStates"][0]["latestExecution"]
    assert latest["errorDetails"] == {"code": "JobFailed", "message": "too slow"}
    assert "Deploy" not in world.runs
    failed = world.told("Action", 4)[-1]
    assert failed["execution-result"] == {"external-execution-summary": "too slow", "error-code": "JobFailed"}


def test_an_approval_is_answered_once_and_with_its_token(world: World) -> None:
    first = waiting(world)
    token = world.stage("Staging")["actionStates"][0]["latestExecution"]["token"]
    place = {"pipelineName": "p", "stageName": "Staging", "actionName": "Approve"}
    result = {"status": "Approved", "summary": ""}
    with pytest.raises(ServiceError) as wrong:
        world.call("PutApprovalResult", **place, result=result, token=str(uuid.uuid4()))
    assert wrong.value.code == "InvalidApprovalTokenException"
    world.call("PutApprovalResult", **place, result=result, token=token)
    world.ended(first)
    with pytest.raises(ServiceError) as late:
        world.call("PutApprovalResult", **place, result=result, token=token)
    assert late.value.code == "ApprovalAlreadyCompletedException"
    with pytest.raises(ServiceError) as absent:
        world.call("PutApprovalResult", **{**place, "actionName": "No"}, result=result, token=token)
    assert absent.value.code == "ActionNotFoundException"


def test_an_approval_runs_out_after_seven_days(world: World) -> None:
    first = waiting(world)
    world.clock.advance(7 * DAY - 60)
    assert world.stage("Staging")["actionStates"][0]["latestExecution"]["status"] == "InProgress"
    world.clock.advance(61)
    assert world.ended(first) == "Failed"
    latest = world.stage("Staging")["actionStates"][0]["latestExecution"]
    assert "timed out" in latest["errorDetails"]["message"]


def test_an_approval_may_have_a_time_of_its_own(world: World) -> None:
    first = waiting(world, timeoutInMinutes=10)
    world.clock.advance(10 * 60 + 1)
    assert world.ended(first) == "Failed"


def test_the_request_is_published_with_the_token(world: World) -> None:
    world.clients = {"sns": Topic()}
    topic = "arn:aws:sns:us-east-1:000000000000:t"
    custom = {"NotificationArn": topic, "CustomData": "In #{codepipeline.PipelineExecutionId}"}
    first = waiting(world, configuration=custom)
    token = world.stage("Staging")["actionStates"][0]["latestExecution"]["token"]
    request = world.clients["sns"].published.get(timeout=WAIT)
    assert request["TopicArn"] == topic
    said = json.loads(request["Message"])["approval"]
    assert (said["token"], said["customData"]) == (token, f"In {first}")
    assert said["approvalReviewLink"].endswith(f"/view/p/Staging/Approve/approve/{token}")


def test_a_time_is_for_approvals_only(world: World) -> None:
    with pytest.raises(ServiceError, match="available only to manual approvals"):
        world.create(pipeline(stage("Build", build("Build", timeoutInMinutes=10))))


def test_of_answers_at_one_instant_one_counts_and_the_others_hear_that_it_is_decided(world: World) -> None:
    first = waiting(world)
    token = world.stage("Staging")["actionStates"][0]["latestExecution"]["token"]
    together = threading.Barrier(8)

    def answer(number: int) -> str:
        result = {"status": "Rejected" if number % 2 else "Approved", "summary": f"person {number}"}
        place = {"pipelineName": "p", "stageName": "Staging", "actionName": "Approve"}
        together.wait()
        try:
            world.call("PutApprovalResult", **place, result=result, token=token)
        except ServiceError as error:
            return error.code
        return result["summary"]

    with ThreadPoolExecutor(8) as people:
        told = list(people.map(answer, range(8)))
    (counted,) = [each for each in told if each.startswith("person")]
    assert sorted(set(told)) == ["ApprovalAlreadyCompletedException", counted]
    assert world.ended(first) == ("Failed" if int(counted[-1]) % 2 else "Succeeded")
    latest = world.stage("Staging")["actionStates"][0]["latestExecution"]
    assert counted in (latest.get("summary"), latest.get("errorDetails", {}).get("message"))


@pytest.mark.parametrize("mode", ["QUEUED", "SUPERSEDED"])
def test_an_approval_in_the_middle_of_a_deployment_waits_for_its_end(world: World, mode: str) -> None:
    world.does["Deploy"] = held = Held()
    first = world.create(pipeline(stage("Staging", approve()), stage("Prod", build("Deploy")), mode=mode))
    world.in_action(first, "Approve")
    world.answer("Staging", "Approve")
    world.in_action(first, "Deploy")
    later = []
    for _ in range(2):
        later.append(world.start())
        world.in_action(later[-1], "Approve")
        world.answer("Staging", "Approve")
        world.until(later[-1], lambda each: each["_waiting"] == "Prod")
    assert world.runs.count("Deploy") == 1, "nobody enters a stage that is at work"
    held.go.set()
    assert world.ended(first) == "Succeeded"
    ends = ["Superseded", "Succeeded"] if mode == "SUPERSEDED" else ["Succeeded", "Succeeded"]
    assert [world.ended(each) for each in later] == ends
    assert world.runs.count("Deploy") == 1 + ends.count("Succeeded")
