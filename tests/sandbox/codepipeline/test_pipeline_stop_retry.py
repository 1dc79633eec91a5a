"""Executions are stopped, and stages tried again."""

from __future__ import annotations

import pytest

from sandbox.errors import ServiceError
from tests.sandbox.codepipeline.structures import Structure
from tests.sandbox.codepipeline.world import Flaky, Held, World, approve, broken, build, pipeline, stage


def two_steps() -> Structure:
    return pipeline(stage("Build", build("Build"), build("After", runOrder=2)))


def stop(world: World, identity: str, **more: object) -> None:
    world.call("StopPipelineExecution", pipelineName="p", pipelineExecutionId=identity, **more)


def retry(world: World, identity: str, mode: str = "FAILED_ACTIONS", stage_name: str = "Build") -> None:
    place = {"pipelineName": "p", "stageName": stage_name, "pipelineExecutionId": identity}
    world.call("RetryStageExecution", **place, retryMode=mode)


def test_a_stopped_execution_lets_finish_what_runs_and_starts_nothing_new(world: World) -> None:
    world.does["Build"] = held = Held()
    first = world.create(two_steps())
    world.in_action(first, "Build")
    stop(world, first, reason="Not today")
    assert world.executions()[0]["status"] == "Stopping"
    held.go.set()
    assert world.ended(first) == "Stopped"
    assert world.runs == ["Fetch", "Build"]
    assert world.executions()[0]["stopTrigger"] == {"reason": "Not today"}
    assert world.stage("Build")["latestExecution"]["status"] == "Stopped"
    states = [(each["state"], each.get("stop-execution-comments")) for each in world.told("Pipeline", 3)]
    assert states == [("STARTED", None), ("STOPPING", "Not today"), ("STOPPED", "Not today")]


def test_an_abandoned_action_is_not_waited_for(world: World) -> None:
    world.does["Build"] = held = Held()
    first = world.create(two_steps())
    world.in_action(first, "Build")
    stop(world, first, abandon=True)
    assert world.ended(first) == "Stopped"
    assert world.stage("Build")["actionStates"][0]["latestExecution"]["status"] == "Abandoned"
    held.go.set()
    assert world.ended(world.start()) == "Succeeded"
    runs = world.call("ListActionExecutions", pipelineName="p", filter={"pipelineExecutionId": first})
    assert runs["actionExecutionDetails"][0]["status"] == "Abandoned"  # its end changed nothing


def test_an_execution_in_front_of_a_stage_stops_at_once(world: World) -> None:
    world.does["Build"] = held = Held()
    first = world.create(two_steps())
    world.in_action(first, "Build")
    second = world.start()
    world.until(second, lambda each: each["_waiting"] == "Build")
    stop(world, second)
    assert world.ended(second) == "Stopped"
    held.go.set()
    assert world.ended(first) == "Succeeded"


def test_a_stop_is_asked_for_once_but_may_become_an_abandonment(world: World) -> None:
    first = world.create(pipeline(stage("Staging", approve())))
    world.in_action(first, "Approve")
    stop(world, first)
    with pytest.raises(ServiceError) as twice:
        stop(world, first)
    assert twice.value.code == "DuplicatedStopRequestException"
    stop(world, first, abandon=True)
    assert world.ended(first) == "Stopped"
    with pytest.raises(ServiceError) as over:
        stop(world, first)
    assert over.value.code == "PipelineExecutionNotStoppableException"


def test_failed_actions_are_tried_again_and_the_execution_goes_on(world: World) -> None:
    world.does["Build"] = Flaky(1)
    first = world.create(pipeline(stage("Build", build("Build"), build("Beside")), stage("Deploy", build("Deploy"))))
    assert world.ended(first) == "Failed"
    retry(world, first)
    assert world.ended(first) == "Succeeded"
    assert sorted(world.runs) == ["Beside", "Build", "Build", "Deploy", "Fetch"]
    assert world.stage("Build")["retryStageMetadata"]["manualStageRetryAttempt"] == 1
    assert [each["state"] for each in world.told("Pipeline", 4)] == ["STARTED", "FAILED", "RESUMED", "SUCCEEDED"]
    assert [each["pipeline-execution-attempt"] for each in world.told("Pipeline", 4)] == [1.0, 1.0, 2.0, 2.0]


def test_all_actions_are_tried_again(world: World) -> None:
    world.does["After"] = Flaky(1)
    first = world.create(two_steps())
    assert world.ended(first) == "Failed"
    retry(world, first, "ALL_ACTIONS")
    assert world.ended(first) == "Succeeded"
    assert world.runs == ["Fetch", "Build", "After", "Build", "After"]


def test_a_failed_action_is_tried_again_while_another_still_runs(world: World) -> None:
    world.does |= {"Build": Flaky(1), "Slow": (held := Held())}
    first = world.create(pipeline(stage("Build", build("Build"), build("Slow"))))
    world.until(first, lambda _: _failed(world))
    with pytest.raises(ServiceError, match="it has actions in progress"):
        retry(world, first, "ALL_ACTIONS")
    retry(world, first)
    held.go.set()
    assert world.ended(first) == "Succeeded"
    assert world.runs.count("Slow") == 1


def _failed(world: World) -> bool:
    return "Failed" in [each.get("latestExecution", {}).get("status") for each in world.stage("Build")["actionStates"]]


def test_a_stage_that_another_execution_has_entered_since_is_not_tried_again(world: World) -> None:
    world.does["Build"] = Flaky(1)
    first = world.create(two_steps())
    assert world.ended(first) == "Failed"
    assert world.ended(world.start()) == "Succeeded"
    with pytest.raises(ServiceError) as refused:
        retry(world, first)
    assert refused.value.code == "NotLatestPipelineExecutionException"


def test_a_stage_that_has_not_failed_is_not_tried_again(world: World) -> None:
    first = world.create(two_steps())
    world.ended(first)
    with pytest.raises(ServiceError, match="it is Succeeded") as refused:
        retry(world, first)
    assert refused.value.code == "StageNotRetryableException"


def test_a_stage_that_was_changed_since_is_not_tried_again(world: World) -> None:
    world.does["Build"] = broken
    first = world.create(two_steps())
    world.ended(first)
    world.call("UpdatePipeline", pipeline=pipeline(stage("Build", build("Build"))))
    with pytest.raises(ServiceError, match="structure has changed"):
        retry(world, first)


def test_a_stage_retries_by_itself_once(world: World) -> None:
    world.does["Build"] = flaky = Flaky(1)
    failure = {"result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"}}
    first = world.create(pipeline(stage("Build", build("Build"), onFailure=failure)))
    assert world.ended(first) == "Succeeded"
    assert world.stage("Build")["retryStageMetadata"]["latestRetryTrigger"] == "AutomatedStageRetry"
    flaky.left = 2
    second = world.start()
    assert world.ended(second) == "Failed"
    assert world.runs.count("Build") == 4


def test_the_latest_run_of_each_action_can_be_listed_alone(world: World) -> None:
    world.does["Build"] = Flaky(1)
    first = world.create(two_steps())
    world.ended(first)
    retry(world, first)
    world.ended(first)

    def listed(wanted: Structure) -> list[tuple[str, str]]:
        rows = world.call("ListActionExecutions", pipelineName="p", filter=wanted)["actionExecutionDetails"]
        return [(row["actionName"], row["status"]) for row in rows]

    everything = [("After", "Succeeded"), ("Build", "Succeeded"), ("Build", "Failed"), ("Fetch", "Succeeded")]
    assert listed({"pipelineExecutionId": first}) == everything
    latest = {"pipelineExecutionId": first, "startTimeRange": "Latest"}
    assert listed({"latestInPipelineExecution": latest}) == [everything[0], everything[1], everything[3]]
