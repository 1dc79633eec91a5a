"""One decision gets one start: what counts as having had it, and what does not."""

import pytest

from tests.infra.functions.deploy_world import PACKAGES, SETTINGS, deploy, wake, world_with


def test_a_failed_deployment_is_started_again_only_by_a_new_approval() -> None:
    world = world_with()
    deploy(world, 1)
    world.decide(2, "Approved")
    assert wake(world) == "2"
    world.finish("Failed")
    assert "(Failed), and is not live" in wake(world)
    assert "approve the version again" in wake(world)
    world.decide(2, "Approved")
    assert wake(world) == "2"


def test_a_failed_deployment_stays_failed_though_codepipeline_forgot_the_token() -> None:
    world = world_with()
    world.remembers_tokens = False
    world.decide(2, "Approved")
    wake(world)
    world.finish("Failed")
    assert "(Failed), and is not live" in wake(world)


def test_an_automatic_stage_rollback_is_not_taken_for_an_order() -> None:
    """Else a version whose stage fails and rolls back would be started for ever."""
    world = world_with()
    deploy(world, 1)
    first = world.runs[0]
    world.decide(2, "Approved")
    wake(world)
    world.finish("Failed")
    world.roll_back_stage(first)
    assert "(Failed), and is not live" in wake(world)


def test_a_stage_rollback_under_way_is_not_taken_for_an_order() -> None:
    world = world_with()
    deploy(world, 1)
    deploy(world, 2)
    world.roll_back_stage(world.runs[0])
    world.runs[-1].status, world.live = "InProgress", f"{PACKAGES}/2"
    world.decide(2, "Rejected")
    assert wake(world) == "1"


@pytest.mark.parametrize("status", ["Cancelled", "Superseded"])
def test_a_deployment_that_nobody_judged_is_started_again(status: str) -> None:
    world = world_with()
    world.decide(2, "Approved")
    wake(world)
    world.runs[-1].status = status
    assert wake(world) == "2"


def test_a_push_that_put_another_version_live_is_followed_by_the_wanted_one() -> None:
    world = world_with()
    deploy(world, 3)
    deploy(world, 1)
    world.push(taking=3)
    world.finish()
    assert world.live == f"{PACKAGES}/3"
    assert wake(world) == "1"


def test_a_push_after_a_step_back_keeps_the_older_version() -> None:
    world = world_with()
    deploy(world, 3)
    deploy(world, 1)
    world.push()
    world.finish()
    assert world.live == f"{PACKAGES}/1"
    assert wake(world) == f"{PACKAGES}/1 is live."


def test_a_push_after_the_live_version_was_rejected_takes_the_one_approved_before() -> None:
    world = world_with()
    deploy(world, 1)
    deploy(world, 3)
    world.decide(3, "Rejected")
    world.push()
    world.finish()
    assert world.live == f"{PACKAGES}/1"


def test_a_push_under_way_does_not_hold_an_approval_up() -> None:
    world = world_with()
    world.push()
    world.decide(2, "Approved")
    assert wake(world) == "2"


def test_two_reconcilers_at_once_start_one_execution() -> None:
    """The second one's listing lags behind the first one's start."""
    world = world_with()
    world.decide(2, "Approved")
    wake(world)
    world.lag = 1
    wake(world)
    assert len(world.runs) == 1


def test_an_order_overtaken_by_a_stale_one_is_given_again() -> None:
    """A token of package and time alone would be answered with the old execution, and the wrong version would stay."""
    world = world_with()
    deploy(world, 2)
    deploy(world, 3)
    world.start_pipeline_execution(
        variables=[{"name": "ModelPackageArn", "value": f"{PACKAGES}/2"}],
        clientRequestToken="stale",
        name=SETTINGS.pipeline,
    )
    assert wake(world) == "3"


def test_an_order_under_way_is_seen_behind_a_newer_one_that_failed_early() -> None:
    world = world_with()
    for number in (2, 3):
        world.decide(number, "Approved")
        assert wake(world) == str(number)
    world.runs[-1].status = "Failed"
    world.decide(3, "Rejected")
    assert f"{PACKAGES}/2 is under way" in wake(world)


def test_a_failed_order_is_seen_behind_one_that_nobody_judged() -> None:
    world = world_with()
    for number, outcome in ((2, "Failed"), (3, "Cancelled")):
        world.decide(number, "Approved")
        assert wake(world) == str(number)
        world.finish(outcome)
    world.decide(3, "Rejected")
    assert "(Failed), and is not live" in wake(world)
