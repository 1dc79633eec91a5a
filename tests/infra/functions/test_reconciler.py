"""What the reconciler starts, and when it starts nothing, one claim a test."""

import logging
from collections.abc import Mapping

import pytest

from infra.functions.reconciler.handler import approved_last
from infra.functions.reconciler.settings import REQUIRED, MissingSettings, read_settings
from tests.infra.functions.deploy_world import PACKAGES, SETTINGS, deploy, wake, world_with


def test_the_version_approved_last_is_started_whatever_its_number() -> None:
    world = world_with()
    world.decide(3, "Approved")
    world.decide(1, "Approved")
    assert wake(world) == "1"


def test_an_approved_version_is_found_behind_pages_that_are_empty() -> None:
    world = world_with(versions=9)
    world.page = 1
    world.decide(1, "Approved")
    assert wake(world) == "1"


def test_who_asks_is_told_the_version_approved_last_from_any_page_and_nothing_is_started() -> None:
    world = world_with(versions=9)
    world.page = 1
    assert approved_last(world, SETTINGS.group) == {"ModelPackageArn": ""}
    world.decide(8, "Approved")
    world.decide(1, "Approved")
    assert approved_last(world, SETTINGS.group) == {"ModelPackageArn": f"{PACKAGES}/1"}
    world.decide(1, "Rejected")
    assert approved_last(world, SETTINGS.group) == {"ModelPackageArn": f"{PACKAGES}/8"}
    assert world.runs == []


def test_no_approved_version_starts_nothing_and_takes_nothing_down() -> None:
    world = world_with()
    assert wake(world).startswith("No version is approved. Nothing is live.")
    deploy(world, 2)
    world.decide(2, "Rejected")
    assert wake(world) == f"No version is approved. {PACKAGES}/2 stays live. Approve a version in the model registry."


def test_a_version_that_is_live_or_under_way_is_not_started_again() -> None:
    world = world_with()
    world.decide(2, "Approved")
    assert wake(world) == "2"
    assert "is under way in execution" in wake(world)
    world.finish()
    assert wake(world) == f"{PACKAGES}/2 is live."


def test_rejecting_the_live_version_starts_the_one_approved_before_it() -> None:
    world = world_with()
    deploy(world, 1)
    deploy(world, 3)
    world.decide(3, "Rejected")
    assert wake(world) == "1"


def test_deleting_the_live_version_starts_the_one_approved_before_it() -> None:
    world = world_with()
    deploy(world, 1)
    deploy(world, 2)
    del world.packages[2]
    assert wake(world) == "1"


def test_a_version_rejected_on_its_way_is_followed_by_the_one_to_keep() -> None:
    world = world_with()
    deploy(world, 1)
    world.decide(2, "Approved")
    assert wake(world) == "2"
    world.decide(2, "Rejected")
    assert wake(world) == "1"
    assert "is under way" in wake(world)


@pytest.mark.parametrize("status", ["Creating", "Deleting", "Failed", "OutOfService", "UpdateRollbackFailed"])
def test_an_endpoint_that_does_not_serve_has_nothing_live(status: str) -> None:
    world = world_with()
    world.live, world.endpoint_status = f"{PACKAGES}/2", status
    world.decide(2, "Approved")
    assert wake(world) == "2"


def test_a_version_registered_as_approved_counts_from_its_creation() -> None:
    world = world_with()
    world.decide(1, "Approved")
    newest = world.register()
    world.packages[newest].status = "Approved"
    assert wake(world) == str(newest)


def test_an_edit_of_an_older_approved_version_counts_as_approving_it_anew() -> None:
    """The registry keeps one time for both. Missing an approval would be the worse error; see the package's docstring."""
    world = world_with()
    deploy(world, 1)
    deploy(world, 2)
    world.packages[1].modified = world.now()
    assert wake(world) == "1"


def test_the_log_says_in_one_line_why_nothing_is_started(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        wake(world_with())
    assert [record.getMessage() for record in caplog.records] == [
        "Nothing to start: No version is approved. Nothing is live. Approve a version in the model registry."
    ]


@pytest.mark.parametrize("given", [{}, {"DEPLOY_PIPELINE_NAME": "p"}, dict.fromkeys(REQUIRED, "")])
def test_all_missing_names_are_told_at_once(given: Mapping[str, str]) -> None:
    with pytest.raises(MissingSettings) as error:
        read_settings(given)
    assert [name for name in REQUIRED if name in str(error.value)] == [name for name in REQUIRED if not given.get(name)]
