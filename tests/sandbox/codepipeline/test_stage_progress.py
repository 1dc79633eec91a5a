"""What a stage does next, for any states that its actions can be in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.codepipeline.running.progress import Verdict, progress

Steps = list[list[str]]
OVER = ("Succeeded", "Failed", "Abandoned")


@st.composite
def stages(draw: st.DrawFn) -> tuple[Steps, dict[str, str]]:
    """Steps, and states of some of their actions."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    steps = [[f"a{step}{number}" for number in range(size)] for step, size in enumerate(sizes)]
    names = [name for step in steps for name in step]
    states = draw(st.dictionaries(st.sampled_from(names), st.sampled_from((*OVER, "InProgress"))))
    return steps, states


@given(stages(), st.booleans())
def test_a_stage_with_something_running_never_ends(stage: tuple[Steps, dict[str, str]], stopping: bool) -> None:
    steps, states = stage
    if "InProgress" in states.values():
        assert progress(steps, states, stopping=stopping).verdict in (Verdict.WAITS, Verdict.STARTS)


@given(stages())
def test_nothing_begins_in_a_stage_that_stops_or_has_a_failure(stage: tuple[Steps, dict[str, str]]) -> None:
    steps, states = stage
    assert progress(steps, states, stopping=True).start == ()
    if set(states.values()) & {"Failed", "Abandoned"}:
        assert progress(steps, states, stopping=False).start == ()


@given(stages())
def test_what_begins_is_of_one_step_and_new_and_all_before_it_has_succeeded(
    stage: tuple[Steps, dict[str, str]],
) -> None:
    steps, states = stage
    begun = progress(steps, states, stopping=False).start
    assert not set(begun) & states.keys()
    for step in steps:
        if set(begun) & set(step):
            assert set(begun) <= set(step)
            break
        if begun:
            assert all(states.get(name) == "Succeeded" for name in step)


@given(stages(), st.randoms())
def test_every_stage_ends_and_runs_each_action_once(stage: tuple[Steps, dict[str, str]], chance: object) -> None:
    steps, _ = stage
    states: dict[str, str] = {}
    ran: list[str] = []
    while True:
        now = progress(steps, states, stopping=False)
        if now.verdict is Verdict.STARTS:
            ran += now.start
            states |= dict.fromkeys(now.start, "InProgress")
        elif now.verdict is Verdict.WAITS:
            running = [name for name, state in states.items() if state == "InProgress"]
            states[chance.choice(running)] = chance.choice(("Succeeded", "Succeeded", "Failed"))  # type: ignore[attr-defined]
        else:
            break
    assert len(ran) == len(set(ran))
    failed = "Failed" in states.values()
    assert now.verdict is (Verdict.FAILED if failed else Verdict.SUCCEEDED)
    assert failed or sorted(ran) == sorted(name for step in steps for name in step)


@given(stages())
def test_a_stage_whose_actions_have_all_succeeded_has_succeeded(stage: tuple[Steps, dict[str, str]]) -> None:
    steps, _ = stage
    states = {name: "Succeeded" for step in steps for name in step}
    assert progress(steps, states, stopping=False).verdict is Verdict.SUCCEEDED
    assert progress(steps, states, stopping=True).verdict is Verdict.STOPPED
