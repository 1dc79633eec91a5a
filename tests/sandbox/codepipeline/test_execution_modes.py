"""Several executions of one pipeline: who waits, who overtakes, who is superseded."""

from __future__ import annotations

import pytest

from sandbox.codepipeline.actions.contract import Done, Work
from sandbox.errors import ServiceError
from tests.sandbox.codepipeline.world import Held, World, broken, build, pipeline, stage


class HeldByExecution:
    """Each execution's run of an action is held by itself."""

    def __init__(self) -> None:
        self.held: dict[str, Held] = {}

    def __call__(self, work: Work) -> Done:
        return self.of(work.execution["pipelineExecutionId"])(work)

    def of(self, identity: str) -> Held:
        return self.held.setdefault(identity, Held())

    def let_go(self, identity: str) -> None:
        self.of(identity).go.set()


def waits(world: World, stage_name: str) -> list[str]:
    return [each["pipelineExecutionId"] for each in world.stage(stage_name)["inboundExecutions"]]


def test_a_later_execution_waits_in_front_of_a_locked_stage(world: World) -> None:
    world.does["Build"] = held = HeldByExecution()
    first = world.create(pipeline(stage("Build", build("Build"))))
    world.in_action(first, "Build")
    second = world.start()
    world.until(second, lambda each: each["_waiting"] == "Build")
    assert world.stage("Build")["inboundExecution"]["pipelineExecutionId"] == second
    assert world.stage("Build")["latestExecution"]["pipelineExecutionId"] == first
    held.let_go(first)
    world.in_action(second, "Build")
    assert world.ended(first) == "Succeeded"
    held.let_go(second)
    assert world.ended(second) == "Succeeded"


def test_a_superseded_execution_never_enters_the_stage(world: World) -> None:
    world.does["Build"] = held = HeldByExecution()
    first = world.create(pipeline(stage("Build", build("Build")), mode="SUPERSEDED"))
    world.in_action(first, "Build")
    second = world.start()
    world.until(second, lambda each: each["_waiting"] == "Build")
    third = world.start()
    assert world.ended(second) == "Superseded"
    for each in (first, third):
        held.let_go(each)
    assert (world.ended(first), world.ended(third)) == ("Succeeded", "Succeeded")
    assert set(held.held) == {first, third}


def test_a_queue_is_served_in_its_order(world: World) -> None:
    world.does["Build"] = held = HeldByExecution()
    first = world.create(pipeline(stage("Build", build("Build"))))
    world.in_action(first, "Build")
    line = []
    for _ in range(3):
        line.append(world.start())
        world.until(line[-1], lambda each: each["_waiting"] == "Build")
    assert waits(world, "Build") == line
    for each in [first, *line]:
        world.in_action(each, "Build")
        held.let_go(each)
        assert world.ended(each) == "Succeeded"
    assert list(held.held) == [first, *line]


def test_parallel_executions_are_in_a_stage_together(world: World) -> None:
    world.does["Build"] = held = HeldByExecution()
    first = world.create(pipeline(stage("Build", build("Build")), mode="PARALLEL"))
    second = world.start()
    for each in (first, second):
        world.in_action(each, "Build")
    for each in (second, first):
        held.let_go(each)
        assert world.ended(each) == "Succeeded"


def test_a_failure_releases_the_stage(world: World) -> None:
    world.does["Build"] = broken
    first = world.create(pipeline(stage("Build", build("Build"))))
    assert world.ended(first) == "Failed"
    del world.does["Build"]
    assert world.ended(world.start()) == "Succeeded"


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_fifty_executions_are_the_limit(world: World, mode: str) -> None:
    world.call("CreatePipeline", pipeline=pipeline(stage("Build", build("Build")), mode=mode))
    place = {"pipelineName": "p", "stageName": "Build", "transitionType": "Inbound"}
    world.call("DisableStageTransition", **place, reason="Wait")
    while sum(each["status"] == "InProgress" for each in world.executions()) < 50:
        world.start()
    with pytest.raises(ServiceError, match="50 executions under way") as refused:
        world.start()
    assert refused.value.code == "ConcurrentPipelineExecutionsLimitExceededException"


def test_nobody_enters_while_the_transition_is_disabled_and_then_the_latest_does(world: World) -> None:
    world.call("CreatePipeline", pipeline=pipeline(stage("Build", build("Build")), mode="SUPERSEDED"))
    world.ended(world.executions()[0]["pipelineExecutionId"])
    place = {"pipelineName": "p", "stageName": "Build", "transitionType": "Inbound"}
    world.call("DisableStageTransition", **place, reason="No deploys today")
    first = world.start()
    world.until(first, lambda each: each["_waiting"] == "Build")
    second = world.start()
    assert world.ended(first) == "Superseded"
    transition = world.stage("Build")["inboundTransitionState"]
    assert (transition["enabled"], transition["disabledReason"]) == (False, "No deploys today")
    assert transition["lastChangedBy"].endswith("user/root")
    world.call("EnableStageTransition", **place)
    assert world.ended(second) == "Succeeded"
    assert world.stage("Build")["inboundTransitionState"]["enabled"] is True


def test_a_stage_that_is_not_there_has_no_transition(world: World) -> None:
    world.create(pipeline(stage("Build", build("Build"))))
    place = {"pipelineName": "p", "stageName": "No", "transitionType": "Inbound"}
    with pytest.raises(ServiceError, match="does not have a stage with name 'No'"):
        world.call("EnableStageTransition", **place)
    with pytest.raises(ServiceError, match="Outbound is not in the sandbox"):
        world.call("EnableStageTransition", **{**place, "transitionType": "Outbound"})
