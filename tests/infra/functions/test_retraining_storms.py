"""Due times and runs of any shape: none is without a run after it, none runs twice, and one waits at a time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.infra.functions.retraining_world import EPOCH, SKIPS, WAIT, RetrainingWorld

MOMENTS = st.integers(0, 12 * WAIT)
STORMS = st.lists(st.tuples(MOMENTS, st.sampled_from(["due", "due", "run"])), min_size=1, max_size=20)


def pass_through(world: RetrainingWorld, storm: list[tuple[int, str]], copies: int) -> None:
    for moment, what in sorted(storm):
        world.pass_until(EPOCH + moment)
        if what == "run":
            world.train()
            continue
        for _ in range(copies):
            world.fall_due()
    world.settle()


@settings(max_examples=200)
@given(
    storm=STORMS,
    late=st.integers(0, 60),
    deliveries=st.integers(1, 3),
    behind=st.sampled_from([0, 0.2, 1.5]),
    run_seconds=st.integers(1, 6 * WAIT),
)
def test_every_due_time_has_a_run_after_it_and_no_two_retrainings_meet(
    storm: list[tuple[int, str]], late: int, deliveries: int, behind: float, run_seconds: int
) -> None:
    world = RetrainingWorld(late=late, deliveries=deliveries, behind=behind, run_seconds=run_seconds)
    pass_through(world, storm, copies=deliveries)
    # Scheduler fires up to a minute late, and by clocks that differ a little: so much earlier the run may have begun.
    earliest = [EPOCH + moment - late - behind for moment, what in storm if what == "due"]
    assert all(any(run.started >= moment for run in world.retrainings) for moment in earliest)
    assert all(later.started >= earlier.ends for earlier, later in pairwise(world.retrainings))
    tokens = [run.request["ClientRequestToken"] for run in world.retrainings]
    assert len(tokens) == len(set(tokens))


@settings(max_examples=200)
@given(storm=STORMS, deliveries=st.integers(1, 2), run_seconds=st.integers(1, 6 * WAIT))
def test_never_do_two_wait(storm: list[tuple[int, str]], deliveries: int, run_seconds: int) -> None:
    world = RetrainingWorld(deliveries=deliveries, run_seconds=run_seconds)
    pass_through(world, storm, copies=deliveries)
    assert world.most_waiting <= 1


@settings(max_examples=100)
@given(storm=STORMS, deliveries=st.integers(1, 2), run_seconds=st.integers(1, 6 * WAIT))
def test_whoever_skips_sets_no_schedule_and_starts_beside_no_run(
    storm: list[tuple[int, str]], deliveries: int, run_seconds: int
) -> None:
    world = RetrainingWorld(SKIPS, deliveries=deliveries, run_seconds=run_seconds)
    pass_through(world, storm, copies=deliveries)
    assert world.most_waiting == 0
    for run in world.retrainings:
        assert all(other is run or not other.started < run.started < other.ends for other in world.executions)
