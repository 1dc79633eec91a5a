"""The soak in its short form, with another seed than the long one: every part of it, in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.process import down, up
from sandbox.settings import SandboxSettings
from tests.faults import archives, calls, kills, templates
from tests.faults.figures import Figures
from tests.faults.world import prepare

_SEED = 20


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Of a sandbox with the soak's project in it: generated requests delete some of it."""
    prepare(up(tmp_path / "home"))
    yield tmp_path / "home"
    down(tmp_path / "home")


def holds(figures: Figures) -> None:
    assert sum(figures.tried.values())
    assert not figures.failures, "\n".join(figures.failures)


def test_generated_requests_are_answered_as_aws_would(home: Path) -> None:
    holds(calls.soak(up(home), seed=_SEED, number=600))


def test_mutated_archives_and_models_are_taken_or_refused(tmp_path: Path) -> None:
    holds(archives.soak(tmp_path / "archives", seed=_SEED, number=90))


def test_hostile_templates_hold_nobody_up(sandbox: SandboxSettings) -> None:
    holds(templates.soak(sandbox, seed=_SEED, number=len(templates.KINDS)))


def test_nothing_acknowledged_is_lost_or_doubled_by_kills(home: Path) -> None:
    holds(kills.soak(home, seed=_SEED, number=4))


def test_the_same_seed_draws_the_same() -> None:
    assert list(calls.calls(7, 50)) == list(calls.calls(7, 50)) != list(calls.calls(8, 50))
    assert list(templates.templates(7, 40)) == list(templates.templates(7, 40)) != list(templates.templates(8, 40))


def test_every_operation_is_drawn_and_half_of_the_requests_are_right() -> None:
    drawn = list(calls.calls(1, 2 * 126))
    operations = {(each.service, each.operation.name) for each in drawn}
    assert {(service, name) for service, known in calls.OWN.items() for name in known} < operations
    assert sum(each.is_right for each in drawn) > len(drawn) * 0.45


def test_a_fault_of_an_answer_is_seen() -> None:
    call = next(each for each in calls.calls(1, 400) if each.operation.name == "ListModels")
    told = {"x-amzn-errortype": "ValidationException"}
    refused = b'{"__type": "ValidationException", "message": "no"}'
    assert calls.fault(call, 400, told, refused) is None
    assert calls.fault(call, 200, {}, b'{"Models": []}') is None
    for status, headers, body in (
        (500, told, refused),
        (400, {}, refused),
        (400, told, b"<html>"),
        (400, told, b'{"__type": "ValidationException"}'),
        (200, {}, b'{"Models": null}'),
        (200, {}, b'{"Models": [], "Beside": 1}'),
    ):
        assert calls.fault(call, status, headers, body), (status, body)
