"""What one object, many objects and a busy pipeline lead to, one claim a test."""

import json
from typing import Any

import pytest

from infra.functions.data_arrival.handler import NotNoted
from tests.infra.functions.data_world import EPOCH, LISTING, MANIFESTS, PREFIX, QUIET, DataWorld


def one_run(world: DataWorld) -> str:
    world.settle()
    (execution,) = world.executions
    return execution.input_data


def description(world: DataWorld) -> str:
    return str(world.executions[-1].request["PipelineExecutionDescription"])


def test_one_object_starts_a_run_on_everything_and_its_version_is_noted() -> None:
    world = DataWorld()
    world.put("incoming/may.csv", version="3HL4kqtJ")
    assert one_run(world) == PREFIX
    assert description(world) == "New data: 1 object in s3://abalone-data: incoming/may.csv (version 3HL4kqtJ)"


def test_a_hundred_files_at_once_start_one_run_of_the_prefix() -> None:
    world = DataWorld()
    for number in range(100):
        world.put(f"incoming/part-{number}.csv")
    assert one_run(world) == PREFIX
    assert description(world).startswith("New data: more than 20 objects in s3://abalone-data: incoming/part-0.csv (")
    assert len(world.log) == 101


def test_a_duplicate_event_is_not_a_second_object() -> None:
    world = DataWorld()
    for _ in range(3):
        world.put("incoming/may.csv")
    assert one_run(world) == PREFIX


def test_the_run_waits_until_a_whole_window_has_been_quiet() -> None:
    world = DataWorld()
    for moment in (0, 200, 400, 600, 800):
        world.pass_until(EPOCH + moment)
        world.put(f"incoming/{moment}.csv")
    assert one_run(world) == PREFIX
    assert 2 * QUIET >= world.executions[0].started - (EPOCH + 800) >= QUIET


def test_uploads_that_never_go_quiet_get_a_run_all_the_same() -> None:
    world = DataWorld(run_seconds=60)
    for moment in range(0, 40 * QUIET, QUIET // 2):
        world.pass_until(EPOCH + moment)
        world.put(f"incoming/{moment}.csv")
    assert len(world.executions) >= 2


def test_a_busy_pipeline_gets_the_objects_when_it_is_done() -> None:
    world = DataWorld(run_seconds=10 * QUIET)
    world.put("incoming/may.csv")
    world.pass_until(EPOCH + 3 * QUIET)
    world.put("incoming/june.csv")
    world.settle()
    assert [each.input_data for each in world.executions] == [PREFIX, PREFIX]
    assert world.executions[1].started >= world.executions[0].ends
    assert any(line.startswith("The pipeline is executing. Noted 1 object(s)") for line in world.log)


def test_a_window_that_fires_twice_starts_one_run_even_after_it_has_ended() -> None:
    world = DataWorld(run_seconds=1)
    world.put("incoming/may.csv")
    (schedule,) = world.schedules.values()
    one_run(world)
    world.pass_until(world.now + 10 * QUIET)
    world.send(json.loads(schedule["Target"]["Input"]))
    assert one_run(world)
    assert "has started its run already" in world.log[-1]


def test_before_the_first_build_the_objects_wait_for_the_pipeline() -> None:
    world = DataWorld(published=False)
    world.put("incoming/may.csv")
    world.pass_until(EPOCH + 9 * QUIET)
    assert "There is no pipeline abalone-pipeline yet." in world.log[-1]
    world.published = True
    assert one_run(world) == PREFIX


def test_a_full_account_queues_the_objects() -> None:
    world = DataWorld(limit=0)
    world.put("incoming/may.csv")
    world.pass_until(EPOCH + 3 * QUIET)
    assert "executions are used up" in world.log[-1]
    world.limit = 1
    assert one_run(world) == PREFIX


@pytest.mark.parametrize("key", ["incoming/" + "k" * 1010 + ".csv", "incoming/line\nbreak.csv"])
def test_a_key_of_any_kind_is_told_on_one_line(key: str) -> None:
    world = DataWorld()
    world.put(key)
    assert one_run(world) == PREFIX
    assert description(world).isprintable()


def test_a_description_is_cut_to_what_the_api_takes() -> None:
    world = DataWorld()
    for number in range(20):
        world.put(f"incoming/{'k' * 900}-{number}.csv")
    world.settle()
    assert len(description(world)) == 3072


def test_a_schedule_that_comes_and_goes_is_left_to_lambdas_retry() -> None:
    class Vanishing(DataWorld):
        def get_schedule(self, **request: Any) -> dict[str, Any]:
            self._known("GetSchedule", f"gone: {request['Name']}")
            return {}

    world = Vanishing()
    world.put("incoming/may.csv")
    with pytest.raises(NotNoted, match=r"incoming/june.csv could not be noted in 5 attempts"):
        world.put("incoming/june.csv")


def test_objects_that_waited_long_for_the_pipeline_still_join_the_next_ones() -> None:
    world = DataWorld(run_seconds=20 * QUIET)
    world.put("incoming/may.csv")
    world.pass_until(EPOCH + 3 * QUIET)
    world.put("incoming/june.csv")
    world.pass_until(world.executions[0].ends - QUIET)
    for _ in range(3):
        world.put(f"incoming/{world.now}.csv")
        world.pass_until(world.now + QUIET)
    world.settle()
    assert len(world.executions) == 2
    assert world.executions[1].input_data == PREFIX


def listed(world: DataWorld) -> list[str]:
    world.settle()
    (execution,) = world.executions
    assert execution.input_data.startswith(MANIFESTS)
    return world.read(execution)


def test_where_a_setting_says_so_a_run_reads_the_very_objects_that_arrived() -> None:
    world = DataWorld(settings=LISTING, stored={"incoming/old.csv": EPOCH - 1000, "incoming/a.csv.bak": EPOCH - 9})
    world.put("incoming/deep/a (1).csv")
    world.put("incoming/a.csv")
    assert listed(world) == ["incoming/a.csv", "incoming/deep/a (1).csv"]


def test_more_objects_than_are_noted_are_listed_all() -> None:
    world = DataWorld(settings=LISTING)
    names = [f"incoming/part-{number:03}.csv" for number in range(100)]
    for name in names:
        world.put(name)
    assert listed(world) == names


def test_what_is_gone_by_then_is_not_listed_and_nothing_left_starts_nothing() -> None:
    world = DataWorld(settings=LISTING)
    world.put("incoming/may.csv")
    world.put("incoming/june.csv")
    del world.stored["incoming/may.csv"]
    assert listed(world) == ["incoming/june.csv"]
    world.pass_until(world.now + QUIET)
    world.put("incoming/july.csv")
    del world.stored["incoming/july.csv"]
    world.settle()
    assert world.log[-1].startswith("Nothing of window ")
    assert len(world.executions) == 1


def test_objects_that_waited_for_the_pipeline_are_listed_by_their_own_time() -> None:
    """A window that is noted anew keeps the time of its first object, so that one whose note was overwritten is found."""
    world = DataWorld(settings=LISTING, run_seconds=10 * QUIET)
    world.put("incoming/may.csv")
    world.pass_until(EPOCH + 3 * QUIET)
    world.put("incoming/june.csv")
    world.stored["incoming/unnoted.csv"] = world.now
    world.settle()
    assert [world.read(each) for each in world.executions] == [
        ["incoming/may.csv"],
        ["incoming/june.csv", "incoming/unnoted.csv"],
    ]
