"""The process dies: what ran is marked and not repeated, what waited goes on waiting."""

from __future__ import annotations

from tests.sandbox.codepipeline.structures import Structure
from tests.sandbox.codepipeline.world import WAIT, Held, World, approve, build, pipeline, stage


def test_an_action_that_ran_has_failed_and_says_how_to_go_on(world: World) -> None:
    world.does["Build"] = held = Held()
    first = world.create(pipeline(stage("Build", build("Build")), stage("Deploy", build("Deploy"))))
    assert held.begun.wait(WAIT)
    world.kill()
    assert world.ended(first) == "Failed"
    message = world.stage("Build")["actionStates"][0]["latestExecution"]["errorDetails"]["message"]
    assert message.startswith("The sandbox stopped while this action was running. Retry with: ")
    assert world.runs == ["Fetch", "Build"]
    del world.does["Build"]
    place = dict(
        zip(("pipelineName", "stageName", "pipelineExecutionId", "retryMode"), message.split()[-7::2], strict=True)
    )
    assert place == {
        "pipelineName": "p",
        "stageName": "Build",
        "pipelineExecutionId": first,
        "retryMode": "FAILED_ACTIONS",
    }
    world.call("RetryStageExecution", **place)
    assert world.ended(first) == "Succeeded"


def test_an_approval_goes_on_waiting_with_the_same_token(world: World) -> None:
    first = world.create(pipeline(stage("Staging", approve()), stage("Deploy", build("Deploy"))))
    before = world.in_action(first, "Approve")["_token"]
    world.kill()
    assert world.stage("Staging")["actionStates"][0]["latestExecution"]["token"] == before
    world.answer("Staging", "Approve")
    assert world.ended(first) == "Succeeded"


def test_an_approval_still_runs_out(world: World) -> None:
    first = world.create(pipeline(stage("Staging", approve())))
    world.in_action(first, "Approve")
    world.kill()
    world.clock.advance(8 * 24 * 3600)
    assert world.ended(first) == "Failed"


def test_whoever_waits_in_front_of_a_stage_goes_on_waiting(world: World) -> None:
    first = world.create(pipeline(stage("Staging", approve()), stage("Deploy", build("Deploy"))))
    world.in_action(first, "Approve")
    second = world.start()
    world.until(second, lambda each: each["_waiting"] == "Staging")
    world.kill()
    world.answer("Staging", "Approve")
    assert world.ended(first) == "Succeeded"
    world.in_action(second, "Approve")
    world.answer("Staging", "Approve")
    assert world.ended(second) == "Succeeded"


def test_what_a_kill_cut_off_is_not_tried_again_by_itself(world: World) -> None:
    world.does["Build"] = held = Held()
    retried: Structure = {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}
    first = world.create(pipeline(stage("Build", build("Build"), onFailure=retried)))
    assert held.begun.wait(WAIT)
    world.kill()
    assert world.ended(first) == "Failed"
    assert world.runs == ["Fetch", "Build"]


def test_a_stop_that_a_kill_cut_off_is_carried_out(world: World) -> None:
    world.does["Build"] = held = Held()
    first = world.create(pipeline(stage("Build", build("Build"))))
    assert held.begun.wait(WAIT)
    world.call("StopPipelineExecution", pipelineName="p", pipelineExecutionId=first)
    world.kill()
    assert world.ended(first) == "Stopped"


def test_events_that_were_not_sent_are_sent_later(world: World) -> None:
    world.ended(world.create(pipeline(stage("Staging", build("Build")))))
    world.told("Pipeline", 2)
    world.codepipeline.announcer.close()  # as if the process had died before it could send
    world.ended(world.start())
    assert len(world.told("Pipeline", 2)) == 2
    world.kill()
    assert [each["state"] for each in world.told("Pipeline", 4)] == ["STARTED", "SUCCEEDED"] * 2
