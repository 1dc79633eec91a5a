"""Whether a build may go on: time is the sandbox's, and a stop reaches a build that waits."""

from __future__ import annotations

import threading

import pytest

from sandbox.clock import Clock
from sandbox.codebuild.running.slots import Slots
from sandbox.codebuild.running.watch import Inbox, Interrupted, Watch

LATE = Interrupted("TIMED_OUT", code="BUILD_TIMED_OUT")


def test_an_advance_of_the_clock_times_a_waiting_build_out() -> None:
    clock = Clock()
    watch = Watch(clock)
    clock.watch(watch.wake)
    watch.limit(300, LATE)
    inbox: Inbox[str] = Inbox(watch)
    inbox.put("a signal")
    assert inbox.get() == "a signal"
    threading.Timer(0.05, clock.advance, [301]).start()
    with pytest.raises(Interrupted) as raised:
        inbox.get()
    assert raised.value.code == "BUILD_TIMED_OUT"


def test_a_stop_wakes_a_build_that_waits_for_a_slot() -> None:
    slots, first, second = Slots(1), Watch(Clock()), Watch(Clock())

    def stop() -> None:
        second.stop()
        slots.wake()

    with slots.one(first) as number:
        assert number == 0
        threading.Timer(0.05, stop).start()
        with pytest.raises(Interrupted) as raised, slots.one(second):
            raise AssertionError("there was only one slot")
        assert raised.value.status == "STOPPED"
    with slots.one(Watch(Clock())) as number:
        assert number == 0


def test_time_in_the_queue_is_limited() -> None:
    slots, clock = Slots(1), Clock()
    watch = Watch(clock)
    watch.limit(60, LATE)
    with slots.one(Watch(clock)):
        clock.advance(61)
        with pytest.raises(Interrupted), slots.one(watch):
            raise AssertionError("its time was up")
