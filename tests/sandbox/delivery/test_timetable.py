"""Each schedule falls due on its own timeline: once, in order, and as far as the clock was advanced since it was made."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.delivery import timed
from sandbox.delivery.delivery import instant
from sandbox.delivery.progress import ProgressOf
from sandbox.delivery.timetable import Timetable
from sandbox.store import Document, Store
from tests.sandbox.delivery.sample_deliveries import DENIED, Obedient, OneProcess

GROUP = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/"
DAY, WEEK = 86400, 7 * 86400


def schedule(name: str, expression: str, **members: Any) -> Document:
    return {
        "Name": name,
        "GroupName": "default",
        "Arn": GROUP + name,
        "ScheduleExpression": expression,
        "State": "ENABLED",
        "Target": {"Arn": "arn:aws:sqs:us-east-1:000000000000:q", "RoleArn": "arn:aws:iam::000000000000:role/r"},
        "CreationDate": 1.0,
        **members,
    }


def at(moment: float) -> str:
    return f"at({datetime.fromtimestamp(moment, UTC).strftime('%Y-%m-%dT%H:%M:%S')})"


class World:
    """One process's timetable over a table of schedules."""

    def __init__(self, folder: Path, *answers: Exception | None) -> None:
        self.carrier = Obedient(*answers or (None,))
        self.process = OneProcess(folder, self.carrier, clock=Clock(Store(folder / "clock.sqlite")))
        self.schedules: dict[str, Document] = {}
        self.gone = threading.Event()
        self.table = Timetable(
            clock=self.process.clock,
            queue=self.process.queue,
            progress=ProgressOf(self.process.store),
            plan=lambda: [timed.of_schedule(each) for each in self.schedules.values()],
            remove=self._remove,
        )
        self.process.queue.start()

    def _remove(self, _: str, name: str) -> None:
        del self.schedules[name]
        self.gone.set()

    def add(self, name: str, expression: str, **members: Any) -> None:
        self.schedules[name] = schedule(name, expression, **members)

    @property
    def taken(self) -> list[str]:
        return [each.name for each in self.carrier.taken]

    def close(self) -> None:
        self.table.close()
        self.process.queue.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


def test_an_advance_fires_what_falls_due_in_the_order_of_time(world: World) -> None:
    world.add("third", at(time.time() + 3 * DAY))
    world.add("first", at(time.time() + 1 * DAY))
    world.add("second", at(time.time() + 2 * DAY))
    world.add("later", at(time.time() + 8 * DAY))
    fired = world.table.advance(WEEK)
    assert [each.name for each in fired] == ["first", "second", "third"] == world.taken
    assert {each.outcome for each in fired} == {"Delivered"}


def test_nothing_fires_twice(world: World) -> None:
    world.add("once", at(time.time() + DAY))
    assert len(world.table.advance(WEEK)) == 1
    assert world.table.advance(WEEK) == []


def test_a_schedule_made_after_an_advance_still_waits_its_minutes(world: World) -> None:
    world.add("weekly", "rate(7 days)", StartDate=time.time() + WEEK - 60)
    assert [each.name for each in world.table.advance(WEEK)] == ["weekly"]
    world.add("quiet", at(time.time() + 300))  # by the real time, as a function sees it
    assert world.table.advance(240) == []
    assert [each.name for each in world.table.advance(61)] == ["quiet"]


def test_one_that_is_changed_begins_anew(world: World) -> None:
    world.add("moved", at(time.time() + DAY))
    world.table.advance(DAY / 2)
    world.add("moved", at(time.time() + DAY + 1))
    assert world.table.advance(DAY / 2) == []
    assert [each.name for each in world.table.advance(DAY / 2 + 2)] == ["moved"]


def test_ten_moments_fire_each_and_of_eleven_only_the_last(world: World) -> None:
    now = time.time()
    world.add("ten", "rate(1 hour)", StartDate=now + 3600, EndDate=now + 10 * 3600 + 60)
    world.add("many", "rate(1 hour)", StartDate=now + 3600, EndDate=now + 11 * 3600 + 60)
    fired = world.table.advance(DAY)
    assert [each.name for each in fired].count("ten") == 10
    [last] = [each for each in fired if each.name == "many"]
    assert last.passed_over == 10
    assert last.scheduled == instant(now + 11 * 3600)


def test_the_scheduled_time_is_that_of_the_schedules_own_timeline(world: World) -> None:
    moment = float(int(time.time()) + DAY)
    world.add("once", at(moment))
    [fired] = world.table.advance(WEEK)
    assert fired.scheduled == instant(moment)
    assert world.carrier.taken[0].scheduled == moment


def test_a_rate_without_a_start_fires_when_it_is_made(world: World) -> None:
    world.table.start()
    world.add("now", "rate(1 hour)")
    world.table.wake()
    world.process.store.wait("outcome", "", until=lambda _: world.taken == ["now"], timeout=5)


def test_a_moment_of_real_time_is_waited_for(world: World) -> None:
    world.table.start()
    world.add("soon", at(int(time.time()) + 2))
    world.table.wake()
    world.process.store.wait("outcome", "", until=lambda _: world.taken == ["soon"], timeout=8)
    assert world.carrier.taken[0].scheduled == pytest.approx(time.time(), abs=2)


@pytest.mark.parametrize("members", [{"State": "DISABLED"}, {"EndDate": 1000.0}, {"StartDate": time.time() + 2 * WEEK}])
def test_what_is_disabled_ended_or_not_begun_does_not_fire(world: World, members: Document) -> None:
    world.add("silent", "rate(1 hour)", **members)
    assert world.table.advance(WEEK) == []


def test_a_schedule_that_is_over_deletes_itself_once_delivered(world: World) -> None:
    world.add("once", at(time.time() + DAY), ActionAfterCompletion="DELETE")
    world.add("stays", at(time.time() + DAY))
    world.table.start()
    world.table.advance(WEEK)
    assert world.gone.wait(5)
    assert list(world.schedules) == ["stays"]


def test_what_is_over_makes_room_for_one_of_its_name_within_the_same_advance(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A function that an advance wakes still has its real clock, and names its next schedule by that."""
    world.add("window", at(time.time() + 300), ActionAfterCompletion="DELETE")
    world.add("later", at(time.time() + 400))
    left: dict[str, set[str]] = {}
    monkeypatch.setattr(world.carrier, "deliver", lambda each: left.update({each.name: set(world.schedules)}))
    world.table.advance(WEEK)
    assert left["later"] == {"later"}


def test_what_fell_due_while_the_process_was_away_fires_its_latest_moment(tmp_path: Path) -> None:
    before = World(tmp_path)
    before.add("hourly", "rate(1 hour)", StartDate=time.time() + 3600)
    before.table.advance(60)
    before.close()
    before.process.clock.advance(5 * 3600)  # nobody was there to fire anything
    after = World(tmp_path)
    after.schedules = before.schedules
    after.table.start()
    after.process.store.wait("outcome", "", until=lambda _: bool(after.taken), timeout=5)
    assert after.table.advance(60) == []
    assert after.taken == ["hourly"]
    after.close()


def test_a_failed_delivery_is_told_with_its_reason(tmp_path: Path) -> None:
    world = World(tmp_path, DENIED)
    world.add("once", at(time.time() + DAY))
    [fired] = world.table.advance(WEEK)
    assert fired.outcome == "Dropped: AccessDenied: no"
    world.close()


def test_an_expression_that_says_nothing_stops_no_other(world: World) -> None:
    world.add("broken", "cron(nonsense)")
    world.add("once", at(time.time() + DAY))
    assert [each.name for each in world.table.advance(WEEK)] == ["once"]
