"""Uploads of any shape: every object gets a run that holds it, a burst gets one, and none starts while one executes."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, pairwise, repeat

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.functions.data_arrival.settings import Settings
from tests.infra.functions.data_world import EPOCH, LISTING, PREFIX, QUIET, SETTINGS, DataWorld, Execution

SECONDS = st.integers(0, 20 * QUIET)
EITHER = st.sampled_from([SETTINGS, LISTING])
UPLOADS = st.lists(st.tuples(SECONDS, st.integers(0, 30), st.integers(1, 2)), min_size=1, max_size=60)


def holds(world: DataWorld, execution: Execution, key: str) -> bool:
    return execution.input_data == PREFIX or key in world.read(execution)


@settings(max_examples=200)
@given(
    uploads=UPLOADS,
    late=st.integers(0, 2 * QUIET),
    deliveries=st.integers(1, 3),
    run_seconds=st.integers(1, 8 * QUIET),
    either=EITHER,
)
def test_no_object_of_any_storm_is_lost_and_no_two_runs_meet(
    uploads: list[tuple[int, int, int]], late: int, deliveries: int, run_seconds: int, either: Settings
) -> None:
    world = DataWorld(late=late, deliveries=deliveries, run_seconds=run_seconds, settings=either)
    for moment, key, copies in sorted(uploads):
        world.pass_until(EPOCH + moment)
        for _ in range(copies):
            world.put(f"incoming/{key}.csv", version=str(moment))
    world.settle()
    for moment, key, _ in uploads:
        after = [each for each in world.executions if each.started >= EPOCH + moment]
        assert any(holds(world, each, f"incoming/{key}.csv") for each in after)
    for earlier, later in pairwise(world.executions):
        assert later.started >= earlier.ends
    assert len(world.executions) <= len(uploads)


@settings(max_examples=100)
@given(
    offset=st.integers(0, QUIET),
    gaps=st.lists(st.integers(0, QUIET - 1), min_size=1, max_size=9),
    late=st.integers(0, QUIET // 2 - 1),
    deliveries=st.integers(1, 2),
)
def test_uploads_with_no_quiet_window_between_them_get_one_run(
    offset: int, gaps: list[int], late: int, deliveries: int
) -> None:
    world = DataWorld(late=late, deliveries=deliveries)
    moment = EPOCH + offset
    for number, gap in enumerate(gaps):
        world.pass_until(moment)
        world.put(f"incoming/{number}.csv")
        moment += gap
    world.settle()
    (execution,) = world.executions
    assert execution.input_data == PREFIX


@settings(max_examples=200)
@given(
    events=st.lists(st.sampled_from(["a", "a", "b", "c"]), min_size=2, max_size=4),
    turns=st.lists(st.integers(0, 3), max_size=20),
    either=EITHER,
)
def test_calls_at_once_lose_no_object_however_their_steps_mix(
    events: list[str], turns: list[int], either: Settings
) -> None:
    world = DataWorld(settings=either)
    calls = [partial(world.put, f"incoming/{name}.csv") for name in events]
    step_by_step(world, calls, chain(turns, repeat(0)))
    world.settle()
    (execution,) = world.executions
    assert all(holds(world, execution, f"incoming/{name}.csv") for name in events)


@settings(max_examples=100)
@given(events=st.lists(st.sampled_from("abcd"), min_size=1, max_size=3), turns=st.lists(st.integers(0, 3), max_size=20))
def test_a_window_that_fires_while_objects_arrive_loses_none(events: list[str], turns: list[int]) -> None:
    """The arrivals fall into the window of the firing, so they get a run of their own after the one that starts now."""
    world = DataWorld()
    world.put("incoming/first.csv")
    (schedule,) = world.schedules.values()
    world.now = EPOCH + 2 * QUIET
    world.schedules.clear()
    calls = [partial(world.put, f"incoming/{name}.csv") for name in events]
    fire = partial(world.send, json.loads(schedule["Target"]["Input"]))
    step_by_step(world, [*calls, fire], chain(turns, repeat(0)))
    world.settle()
    assert world.executions[0].input_data == PREFIX
    assert all(any(holds(world, each, f"incoming/{name}.csv") for each in world.executions[1:]) for name in events)


def step_by_step(world: DataWorld, calls: Sequence[Callable[[], object]], turns: Iterator[int]) -> None:
    """Run the calls at once, one AWS operation at a time, in the order of `turns`."""
    baton = threading.Condition()
    waiting: dict[int, bool] = {}  # thread -> it may take its next step
    ended: set[int] = set()
    identity = threading.local()

    def before_each_call() -> None:
        with baton:
            waiting[identity.number] = False
            baton.notify_all()
            baton.wait_for(lambda: waiting[identity.number])
            del waiting[identity.number]

    def run(number: int) -> None:
        identity.number = number
        try:
            calls[number]()
        finally:
            with baton:
                ended.add(number)
                baton.notify_all()

    world.before_each_call = before_each_call
    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    with baton:
        while len(ended) < len(calls):
            baton.wait_for(lambda: len(ended) + sum(not go for go in waiting.values()) == len(calls))
            if waiting:
                ready = sorted(waiting)
                waiting[ready[next(turns) % len(ready)]] = True
                baton.notify_all()
    for thread in threads:
        thread.join()
    world.before_each_call = lambda: None
