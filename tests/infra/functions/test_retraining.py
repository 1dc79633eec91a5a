"""What a due time leads to while the pipeline is idle or executing, one claim a test."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.functions.retraining.due import MalformedInput
from infra.functions.retraining.handler import UsedUp
from infra.functions.retraining.settings import REQUIRED, TO_QUEUE, SettingsError, read_settings
from tests.infra.functions.retraining_world import BESIDE, EPOCH, QUEUES, SKIPS, WAIT, RetrainingWorld, due_at

EACH = pytest.mark.parametrize("environment", [QUEUES, SKIPS, BESIDE], ids=["queue", "skip", "start"])
UNDER_WAY = "/execution/0 is under way"


@EACH
def test_with_no_run_under_way_the_very_request_of_the_schedule_is_sent(environment: dict[str, str]) -> None:
    world = RetrainingWorld(environment)
    assert world.fall_due().startswith("Started arn:aws:sagemaker:")
    (execution,) = world.executions
    assert execution.request == due_at(EPOCH)["start"]
    assert world.schedules == {}


@EACH
def test_before_the_first_build_there_is_nothing_to_train_with_and_that_is_no_failure(
    environment: dict[str, str],
) -> None:
    world = RetrainingWorld(environment, published=False)
    told = world.fall_due()
    assert told.startswith("Left out: retraining of 2026-")
    assert "there is no pipeline abalone-pipeline yet" in told
    assert (world.executions, world.schedules) == ([], {})


def test_a_due_time_starts_beside_a_run_where_it_is_to() -> None:
    world = RetrainingWorld(BESIDE)
    world.train()
    assert world.fall_due().startswith("Started ")
    assert len(world.executions) == 2


def test_a_due_time_that_has_started_its_run_starts_no_second_one_beside_it() -> None:
    world = RetrainingWorld(BESIDE)
    world.fall_due()
    assert world.fall_due().startswith("Started already: ")
    assert len(world.executions) == 1


def test_a_due_time_without_room_is_kept_for_a_person_where_nothing_waits() -> None:
    world = RetrainingWorld(BESIDE, limit=0)
    with pytest.raises(UsedUp, match="the account's executions are used up"):
        world.fall_due()


def test_a_due_time_during_a_run_is_skipped_with_a_sentence_that_names_the_run() -> None:
    world = RetrainingWorld(SKIPS)
    world.train()
    told = world.fall_due()
    assert told.startswith("Skipped: retraining of 2026-")
    assert UNDER_WAY in told
    world.settle()
    assert world.retrainings == []


def test_a_skipped_due_time_leaves_the_next_one_alone() -> None:
    world = RetrainingWorld(SKIPS)
    world.train()
    world.fall_due()
    world.pass_until(EPOCH + world.run_seconds)
    assert world.fall_due().startswith("Started ")


def test_a_due_time_during_a_run_is_queued_and_starts_once_that_run_has_ended() -> None:
    world = RetrainingWorld(run_seconds=5 * WAIT)
    world.train()
    told = world.fall_due()
    assert told.startswith("Queued: retraining of 2026-")
    assert UNDER_WAY in told
    world.settle()
    (retraining,) = world.retrainings
    assert 0 <= retraining.started - world.executions[0].ends <= 2 * WAIT
    assert retraining.request == due_at(EPOCH)["start"], "however long it waited"
    assert world.most_waiting == 1


def test_a_run_that_is_stopping_is_still_under_way() -> None:
    class Stopping(RetrainingWorld):
        def _summary(self, number: int, execution: Any) -> dict[str, Any]:
            return super()._summary(number, execution) | {"PipelineExecutionStatus": "Stopping"}

    world = Stopping()
    world.train()
    assert world.fall_due().startswith("Queued: ")


def test_a_run_on_a_later_page_is_seen() -> None:
    world = RetrainingWorld()
    world.train()
    world.run_seconds = 1
    for _ in range(4):
        world.train()
    world.pass_until(EPOCH + 2)
    assert UNDER_WAY in world.fall_due()


@pytest.mark.parametrize("later", [60, WAIT - 1, WAIT, WAIT + 1, 3 * WAIT + 7])
def test_a_second_due_time_while_one_waits_adds_nothing(later: int) -> None:
    world = RetrainingWorld(run_seconds=5 * WAIT)
    world.train()
    world.fall_due()
    world.pass_until(EPOCH + later)
    told = world.fall_due()
    assert told.startswith("Not queued: ")
    assert "one waits already, at(2026-" in told
    world.settle()
    assert len(world.retrainings) == 1
    assert world.most_waiting == 1


@pytest.mark.parametrize("behind", [0, 1])
def test_whoever_waits_again_does_not_take_the_schedule_that_woke_it_for_anothers(behind: float) -> None:
    """It is still there for a while, and by a clock that is a little behind Scheduler's it is yet to fire."""
    world = RetrainingWorld(run_seconds=5 * WAIT, behind=behind)
    world.train()
    world.fall_due()
    world.settle()
    assert [line.partition(":")[0] for line in world.log[:-1]] == ["Queued"] * (len(world.log) - 1)
    assert len(world.retrainings) == 1


@EACH
def test_a_due_time_that_comes_twice_starts_one_run_even_after_that_has_ended(environment: dict[str, str]) -> None:
    world = RetrainingWorld(environment, run_seconds=10)
    world.fall_due(EPOCH)
    assert "Started already: " in world.fall_due(EPOCH)
    world.pass_until(EPOCH + 3 * WAIT)
    assert "Started already: " in world.fall_due(EPOCH)
    assert len(world.executions) == 1


def test_a_waiting_schedule_goes_when_it_has_fired_and_keeps_what_cannot_be_delivered() -> None:
    world = RetrainingWorld()
    world.train()
    world.fall_due()
    (schedule,) = world.schedules.values()
    assert schedule["ActionAfterCompletion"] == "DELETE"
    assert schedule["Target"]["DeadLetterConfig"] == {"Arn": QUEUES["UNDELIVERED_QUEUE_ARN"]}
    assert schedule["Target"]["RoleArn"] == QUEUES["SCHEDULER_ROLE_ARN"]
    assert json.loads(schedule["Target"]["Input"])["start"] == due_at(EPOCH)["start"]


def test_where_the_accounts_executions_are_used_up_the_due_time_waits_or_is_skipped_too() -> None:
    waiting, skipping = RetrainingWorld(limit=0), RetrainingWorld(SKIPS, limit=0)
    assert waiting.fall_due().startswith("Queued: ")
    assert skipping.fall_due().endswith("since the account's executions are used up.")
    waiting.limit = 1
    waiting.settle()
    assert len(waiting.retrainings) == 1


STRANGERS: dict[str, dict[str, Any]] = {
    "nothing at all": {},
    "the bare request": due_at(EPOCH)["start"],
    "no text where the request should be": {"start": "now"},
    "a time to wait for that is none": due_at(EPOCH) | {"waitedUntil": "soon"},
    "no token": {"start": {key: value for key, value in due_at(EPOCH)["start"].items() if key != "ClientRequestToken"}},
    "no description": {"start": due_at(EPOCH)["start"] | {"PipelineExecutionDescription": ""}},
    "what Scheduler has not filled in": {
        "start": due_at(EPOCH)["start"] | {"ClientRequestToken": "of-<aws.scheduler.scheduled-time>"}
    },
}


@pytest.mark.parametrize("event", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_call_that_no_schedule_made_is_refused_in_a_sentence(event: dict[str, Any]) -> None:
    world = RetrainingWorld()
    with pytest.raises(
        MalformedInput, match=r"retraining: .* is not the Input of one of its schedules: .*start-pipeline"
    ):
        world.send(event)
    assert (world.executions, world.schedules) == ([], {})


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, set(REQUIRED)),
        ({"WHILE_RUNNING": "beside"}, {"WHILE_RUNNING"}),
        ({"WHILE_RUNNING": "queue"}, set(TO_QUEUE)),
        (QUEUES | {"WAIT_SECONDS": "a while", "SCHEDULE_NAME": "s" * 48}, {"WAIT_SECONDS", "SCHEDULE_NAME"}),
    ],
)
def test_all_settings_that_are_missing_or_ill_formed_are_told_at_once(
    environment: dict[str, str], named: set[str]
) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings(environment)
    assert {name for name in (*REQUIRED, *TO_QUEUE) if f"{name}: " in str(error.value)} == named
