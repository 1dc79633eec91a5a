"""The order of steps, over any graph."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.pipelines.definition.definition import Branch, Definition, Step
from sandbox.sagemaker.pipelines.running.scheduling import Schedule, State

LONGEST = 12


@st.composite
def graphs(draw: st.DrawFn) -> Definition:
    """Steps that depend on earlier ones; every third is a Condition, and some are inside a branch of an earlier Condition."""
    steps: dict[str, Step] = {}
    for position in range(draw(st.integers(1, LONGEST))):
        earlier = list(steps)
        depends_on: set[str] = draw(st.sets(st.sampled_from(earlier), max_size=3)) if earlier else set()
        conditions = [name for name in earlier if steps[name].type == "Condition"]
        branch = None
        inside: bool = draw(st.booleans())
        if conditions and inside:
            branch = Branch(
                condition=draw(st.sampled_from(conditions)), outcome=draw(st.sampled_from(["True", "False"]))
            )
            depends_on.add(branch.condition)
        steps[f"s{position}"] = Step(
            name=f"s{position}",
            type="Condition" if position % 3 == 0 else "Model",
            arguments={},
            depends_on=frozenset(depends_on),
            branch=branch,
            property_files={},
        )
    shuffled = draw(st.permutations(list(steps)))
    return Definition(parameters={}, steps={name: steps[name] for name in shuffled})


def _outcome(name: str) -> str:
    return str(hash(name) % 2 == 0)


@given(graphs(), st.integers(1, 4) | st.none(), st.randoms(use_true_random=False))
def test_every_step_runs_once_after_what_it_needs_or_is_skipped_for_a_reason(
    definition: Definition, limit: int | None, random: Random
) -> None:
    schedule = Schedule(definition, limit=limit, done={})
    running: list[Step] = []
    ended: list[str] = []
    while True:
        running += schedule.start()
        assert limit is None or len(running) <= limit
        if not running:
            break
        step = running.pop(random.randrange(len(running)))
        assert step.depends_on <= set(ended)
        assert step.branch is None or _outcome(step.branch.condition) == step.branch.outcome
        ended.append(step.name)
        schedule.end(step.name, State.SUCCEEDED, _outcome(step.name) if step.type == "Condition" else "")
    assert len(ended) == len(set(ended))
    skipped = set(definition.steps) - set(ended)
    for name in skipped:
        step = definition.steps[name]
        branch_missed = step.branch is not None and _outcome(step.branch.condition) != step.branch.outcome
        assert branch_missed or step.depends_on & skipped


@given(graphs(), st.integers(0, LONGEST))
def test_nothing_starts_after_a_failure_and_a_retry_runs_only_what_did_not_succeed(
    definition: Definition, at: int
) -> None:
    schedule = Schedule(definition, limit=1, done={})
    done: dict[str, str] = {}
    while step := next(iter(schedule.start()), None):
        if len(done) == at:
            schedule.end(step.name, State.FAILED)
            assert schedule.start() == []
            break
        done[step.name] = _outcome(step.name) if step.type == "Condition" else ""
        schedule.end(step.name, State.SUCCEEDED, done[step.name])
    retried = Schedule(definition, limit=1, done=done)
    while step := next(iter(retried.start()), None):
        assert step.name not in done
        assert step.depends_on <= set(done)
        done[step.name] = _outcome(step.name) if step.type == "Condition" else ""
        retried.end(step.name, State.SUCCEEDED, done[step.name])
    assert all(retried.state(name) in (State.SUCCEEDED, State.SKIPPED) for name in definition.steps)


@given(graphs())
def test_the_same_answers_skip_the_same_steps_whatever_the_order(definition: Definition) -> None:
    def skipped(limit: int | None) -> set[str]:
        schedule = Schedule(definition, limit=limit, done={})
        while steps := schedule.start():
            for step in reversed(steps):
                schedule.end(step.name, State.SUCCEEDED, _outcome(step.name) if step.type == "Condition" else "")
        return {name for name in definition.steps if schedule.state(name) is State.SKIPPED}

    assert skipped(None) == skipped(1)
