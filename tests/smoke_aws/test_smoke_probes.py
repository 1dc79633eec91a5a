"""The probes tell a service that says for whom it acts from one that does not, and leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.process import down, up
from sandbox.settings import SandboxSettings
from sandbox.source_keys import leave_out
from smoke_aws import probes
from smoke_aws.moments import Walk
from smoke_aws.probes import probe, remove_probes
from tests.conftest import client_of
from tests.smoke_aws.fixtures import walk_in


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SandboxSettings]:
    """A sandbox whose services can be told to leave keys out."""
    home = tmp_path / "sandbox"
    yield up(home)
    down(home)


@pytest.fixture
def walk(own: SandboxSettings, tmp_path: Path) -> Walk:
    return walk_in(tmp_path, client=client_of(own), seconds=60)


def test_services_that_say_for_whom_they_act_take_the_roles_on(walk: Walk) -> None:
    probe(walk)
    assert walk.evidence.probes == {"cloudformation": "", "lambda": ""}
    assert remove_probes(walk) == []
    assert [
        role["RoleName"] for role in walk.client("iam").list_roles()["Roles"] if "-probe-" in role["RoleName"]
    ] == []
    assert walk.client("lambda").list_functions()["Functions"] == []


def test_a_service_that_does_not_say_is_found_out(
    walk: Walk, own: SandboxSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "_SETTLING", 0.5)  # seconds: here a role is known at once
    leave_out(own.home, ("cloudformation",))
    probe(walk)
    assert "is not authorized to perform: sts:AssumeRole" in walk.evidence.probes["cloudformation"]
    assert remove_probes(walk) == []


def test_where_no_probe_was_made_none_is_missed(walk: Walk) -> None:
    assert remove_probes(walk) == []
