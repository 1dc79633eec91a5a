"""What EventBridge is told of executions: each change, in order, in AWS's shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.codepipeline.actions.contract import Done
from tests.sandbox.codepipeline.structures import Structure, artifacts
from tests.sandbox.codepipeline.world import World, approve, broken, build, pipeline, stage

RECORDED = Path(__file__).resolve().parents[2] / "infra" / "functions" / "events"


def recorded(name: str) -> Structure:
    event: Structure = json.loads((RECORDED / f"codepipeline_{name}.json").read_text())
    return event


def alike(told: Structure, sample: Structure, *, besides: set[str]) -> None:
    """The members and types of a recorded detail are all there; `besides` are the only others."""
    assert told.keys() - besides == sample.keys() - besides
    for member, value in sample.items():
        assert type(told[member]) is type(value), member


def failed(world: World) -> str:
    world.does["Build"] = broken
    first = world.create(pipeline(stage("Build", build("Build"))))
    assert world.ended(first) == "Failed"
    return first


def test_a_failure_is_told_at_every_level_in_the_recorded_shape(world: World) -> None:
    failed(world)
    alike(world.told("Pipeline", 2)[-1], recorded("failed")["detail"], besides={"execution-trigger"})
    alike(world.told("Stage", 4)[-1], recorded("stage_failed")["detail"], besides=set())
    action = world.told("Action", 4)[-1]
    alike(action, recorded("test_failed")["detail"], besides={"input-artifacts"})
    assert action["execution-result"] == {"external-execution-summary": "it broke", "error-code": "JobFailed"}
    assert action["type"] == {"owner": "AWS", "provider": "CodeBuild", "category": "Build", "version": "1"}


def test_a_waiting_approval_is_told_in_the_recorded_shape(world: World) -> None:
    first = world.create(pipeline(stage("Staging", approve())))
    world.in_action(first, "Approve")
    alike(world.told("Action", 3)[-1], recorded("approval_waiting")["detail"], besides=set())


def test_a_success_is_told_in_the_order_in_which_it_came(world: World) -> None:
    built = build("Build", outputArtifacts=artifacts("Built"))
    world.ended(world.create(pipeline(stage("Build", built))))
    world.told("Pipeline", 2)
    told = [(event.detail_type.split()[1], event.detail["state"]) for event in world.events]
    one_stage = [("Stage", "STARTED"), ("Action", "STARTED"), ("Action", "SUCCEEDED"), ("Stage", "SUCCEEDED")]
    assert told == [("Pipeline", "STARTED"), *one_stage, *one_stage, ("Pipeline", "SUCCEEDED")]
    made = world.told("Action", 4)[-1]["output-artifacts"]
    assert made[0]["name"] == "Built"
    assert made[0]["s3location"].keys() == {"bucket", "key"}


def test_an_event_names_the_pipeline_and_what_started_it(world: World) -> None:
    world.ended(world.create(pipeline(stage("Build", build("Build")))))
    first = world.told("Pipeline", 2)[0]
    assert first["execution-trigger"]["trigger-type"] == "CreatePipeline"
    assert (first["version"], first["pipeline-execution-attempt"]) == (1.0, 1.0)
    assert world.events[0].resources == ["arn:aws:codepipeline:us-east-1:000000000000:p"]
    assert world.events[0].source == "aws.codepipeline"


@pytest.mark.parametrize("summary", ["", "all well"])
def test_a_successful_action_says_what_it_worked_with(world: World, summary: str) -> None:
    world.does["Build"] = lambda _: Done(summary=summary)
    world.ended(world.create(pipeline(stage("Build", build("Build")))))
    done = world.told("Action", 4)[-1]
    assert done.get("execution-result", {}).get("external-execution-summary", "") == summary
