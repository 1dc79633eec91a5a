"""The teardown removes all that a project made and nothing that only looks like it; the plan says so before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import ROOT
from infra.commands.teardown import removal
from infra.commands.teardown.inventory import existing, look
from infra.commands.teardown.plan import Half, Inventory, Removal, plan, told
from infra.commands.teardown.removal import remove
from infra.settings import Settings, read_context
from sandbox.process import down, up
from tests.conftest import client_of
from tests.infra.teardown.world import World

SETTINGS = Settings.from_context({**read_context(ROOT / "cdk.json"), "project": "abalone"})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("teardown")
    yield World(client_of(up(home)))
    down(home)


def carry_out(world: World, half: Half) -> None:
    for each in plan(look(world.client, SETTINGS)):
        if each.half is half:
            remove(world.client, each)


def test_the_inventory_is_the_projects_and_nobody_elses(world: World) -> None:
    found = look(world.client, SETTINGS)
    assert (found.clocks, found.rules) == (["abalone/abalone-retraining"], ["abalone-decisions"])
    assert found.repositories == ["abalone-model-build"]
    assert f"/aws/sagemaker/TrainingJobs:{world.job}" in found.job_logs
    assert not any("another" in each for each in found.job_logs)
    assert found.executions == [world.execution]
    assert found.schedules == ["abalone/abalone-data-arrival-1", "abalone/abalone-retraining-1"]
    assert found.stage_stacks == ["abalone-staging"]
    assert len(found.models) == 1
    assert found.models[0] != "abalone-of-mine"
    assert found.sagemaker_pipelines == ["abalone-pipeline"]
    assert found.log_groups == ["/aws/sagemaker/Endpoints/abalone-staging"]
    assert found.buckets == [world.data]
    assert found.packages == ["arn:aws:sagemaker:us-east-1:000000000000:model-package/abalone/1"]
    assert (found.groups, len(found.keys)) == (["abalone"], 1)
    assert existing(world.client, SETTINGS) == ["abalone-foundation"]


def test_the_first_half_stops_what_runs_and_leaves_what_is_retained(world: World) -> None:
    carry_out(world, Half.BEFORE)
    stopped = world.client("sagemaker").list_processing_jobs(StatusEquals="Stopped")["ProcessingJobSummaries"]
    assert len(stopped) == 1
    left = look(world.client, SETTINGS)
    assert (left.clocks, left.rules, left.job_logs) == ([], [], [])
    assert (left.executions, left.schedules, left.stage_stacks, left.models, left.log_groups) == ([], [], [], [], [])
    assert left.buckets == [world.data]
    assert left.repositories == ["abalone-model-build"]


def test_the_second_half_finds_what_a_stack_left_that_is_gone(world: World) -> None:
    cloudformation = world.client("cloudformation")
    cloudformation.delete_stack(StackName="abalone-foundation")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="abalone-foundation", WaiterConfig={"Delay": 0.1})
    assert look(world.client, SETTINGS).buckets == [world.data]
    carry_out(world, Half.AFTER)
    assert plan(look(world.client, SETTINGS)) == []


def test_what_is_others_is_still_there(world: World) -> None:
    buckets = [bucket["Name"] for bucket in world.client("s3").list_buckets()["Buckets"]]
    assert {"abalone-foundation-of-mine", "code-of-others"} <= set(buckets)
    sagemaker = world.client("sagemaker")
    assert [model["ModelName"] for model in sagemaker.list_models()["Models"]] == ["abalone-of-mine"]
    groups = sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert [group["ModelPackageGroupName"] for group in groups] == ["abalone-two"]
    rule = world.client("events").describe_rule(Name="abalone-of-mine")
    assert rule["State"] == "ENABLED"
    [repository] = world.client("codecommit").list_repositories()["repositories"]
    assert repository["repositoryName"] == "abalone-model-build-of-mine"
    [stream] = world.client("logs").describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs")["logStreams"]
    assert stream["logStreamName"].startswith("pipelines-another-")
    schedules = world.client("scheduler").list_schedules()["Schedules"]
    assert {schedule["Name"] for schedule in schedules} == {"another", "abalone-retraining"}, (
        "the latter is its stack's"
    )


def test_the_plan_is_told_in_order_with_the_stacks_in_between() -> None:
    inventory = Inventory(
        clocks=["p/p-reconciler"],
        repositories=["p-model-build"],
        buckets=["data"],
        stage_stacks=["p-prod"],
        executions=["e"],
        packages=["v"],
        groups=["p"],
    )
    assert told(plan(inventory), stacks=["p-deploy", "p-build"]) == [
        "Would disable the schedule p/p-reconciler, so that nothing starts behind the teardown",
        "Would stop the SageMaker pipeline execution e",
        "Would delete the stack p-prod with its endpoint, endpoint configuration and model",
        "Would cdk destroy --all: p-deploy, p-build",
        "Would delete the repository p-model-build with every commit in it",
        "Would delete the bucket data with every version of every object in it",
        "Would delete the registered version v",
        "Would delete the model package group p",
    ]
    assert told([], stacks=[]) == []


class Busy:
    """A registry that still counts the versions which are gone, so many times."""

    def __init__(self, answers: int, code: str = "ConflictException") -> None:
        self.answers, self.code, self.calls = answers, code, 0

    def delete_model_package_group(self, **_: object) -> None:
        self.calls += 1
        if self.calls <= self.answers:
            raise ClientError(
                {"Error": {"Code": self.code, "Message": "It holds versions."}}, "DeleteModelPackageGroup"
            )


GROUP = Removal("groups", "p", Half.AFTER, "delete the model package group p")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "_PAUSES", (0.0, 0.0, 0.0, 0.0))


@pytest.mark.usefixtures("at_once")
def test_a_group_that_still_counts_its_versions_is_deleted_a_little_later() -> None:
    busy = Busy(answers=3)
    remove(lambda _: busy, GROUP)
    assert busy.calls == 4


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("answers", "code", "calls"), [(99, "ConflictException", 5), (1, "AccessDenied", 1)])
def test_what_stays_in_use_and_any_other_refusal_is_told(answers: int, code: str, calls: int) -> None:
    busy = Busy(answers, code)
    with pytest.raises(ClientError, match="It holds versions"):
        remove(lambda _: busy, GROUP)
    assert busy.calls == calls


def test_an_error_that_is_no_absence_is_not_taken_for_one() -> None:
    class Refusing:
        """An account that denies everything."""

        def __getattr__(self, operation: str) -> Any:
            def refuse(*_: object, **__: object) -> Any:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "You may not."}}, operation)

            return refuse

    with pytest.raises(ClientError, match="You may not"):
        look(lambda _: Refusing(), SETTINGS)
