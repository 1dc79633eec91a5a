"""Decisions over versions, however their events arrive: in the end the one decided last is live, exactly that one."""

from __future__ import annotations

import json

from tests.e2e.project import DEPLOY, NAMES, Project, eventually

QUARTER = 15 * 60


def test_approving_an_older_version_brings_exactly_that_one(project: Project) -> None:
    second, third = project.waiting_versions(2)
    project.release(third)
    project.release(second)
    assert project.live("staging") == second


def test_a_step_back_and_then_a_changed_configuration_keeps_the_older_version(project: Project) -> None:
    second, third = project.waiting_versions(2)
    project.release(third)
    project.release(second)
    mailbox = project.mailbox()
    config = project.checkout(DEPLOY) / "staging-config.json"
    changed = config.read_text().replace('"DataCapturePercentage": "100"', '"DataCapturePercentage": "50"')
    execution = project.of_commit(DEPLOY, project.push(DEPLOY, {config.name: changed}))
    project.waits_for_a_person(execution)
    assert project.live("staging") == second
    notice = eventually(lambda: next((each for each in mailbox() if "waits for a person" in each), None), "a notice")
    assert f"({second})" in notice
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert project.live() == second


def test_rejecting_the_live_version_rolls_back_to_the_one_approved_before(project: Project) -> None:
    first, (second,) = project.live(), project.waiting_versions(1)
    assert first
    project.release(second)
    earlier = [each["pipelineExecutionId"] for each in project.executions(DEPLOY)]
    project.approve(second, "Rejected")
    back = project.of_version(first, besides=earlier)
    project.answer(back)
    assert project.ended(DEPLOY, back) == "Succeeded"
    assert project.live() == first


def test_of_two_approvals_within_a_minute_the_last_is_live(project: Project) -> None:
    second, third = project.waiting_versions(2)
    project.approve(third)
    project.approve(second)
    last = project.of_version(second)
    overtaken = [e["pipelineExecutionId"] for e in project.executions(DEPLOY) if project.version_of(e) == third]
    for execution in overtaken:  # none, if the reconciler came to look after both
        assert project.ended(DEPLOY, execution) == "Failed", project.told(DEPLOY, execution)
        action, reason = project.failure(DEPLOY, execution)
        assert action == "DeployProd.Review", "a person is asked once, for the last"
        assert f"superseded by {second.rpartition('/')[2]}" in reason
    project.answer(last)
    assert project.ended(DEPLOY, last) == "Succeeded", project.told(DEPLOY, last)
    assert project.live() == second


def test_an_approval_while_another_version_waits_for_a_person_puts_that_one_off(project: Project) -> None:
    """The one that waits is superseded: whoever lets it go on by mistake is told so, and production gets the last one alone."""
    live, (second, third) = project.live(), project.waiting_versions(2)
    project.approve(second)
    running = project.of_version(second)
    token = project.waits_for_a_person(running)
    project.approve(third)
    project.client("lambda").invoke(FunctionName=NAMES.reconciler, Payload=b"{}")
    assert project.waits_for_a_person(running) == token
    project.answer(running)
    assert project.ended(DEPLOY, running) == "Failed"
    action, reason = project.failure(DEPLOY, running)
    assert action == "DeployProd.Recheck"
    assert f"superseded by {third.rpartition('/')[2]}" in reason
    assert project.live() == live
    following = project.of_version(third)
    project.answer(following)
    assert project.ended(DEPLOY, following) == "Succeeded"
    assert project.live() == third


def test_without_any_event_the_clock_brings_the_decision(project: Project) -> None:
    """Every rule is off: nothing tells the reconciler but its schedule."""
    events = project.client("events")
    for rule in events.list_rules()["Rules"]:
        events.disable_rule(Name=rule["Name"])
    (second,) = project.waiting_versions(1)
    before = len(project.executions(DEPLOY))
    project.approve(second)
    assert len(project.executions(DEPLOY)) == before
    project.advance(QUARTER)
    execution = project.of_version(second)
    project.answer(execution)
    assert project.ended(DEPLOY, execution) == "Succeeded"
    assert project.live() == second


def test_an_event_that_comes_late_twice_and_out_of_order_starts_nothing_more(project: Project) -> None:
    first, (second, third) = project.live(), project.waiting_versions(2)
    assert first
    project.release(second)
    before = {each["pipelineExecutionId"] for each in project.executions(DEPLOY)}
    for arn in (third, first, second, second):
        project.client("lambda").invoke(FunctionName=NAMES.reconciler, Payload=json.dumps(_approved(arn)).encode())
    assert {each["pipelineExecutionId"] for each in project.executions(DEPLOY)} == before
    assert project.live() == second


def test_the_waiting_approval_is_told_with_a_link_to_the_report(project: Project) -> None:
    mailbox = project.mailbox()
    (second,) = project.waiting_versions(1)
    project.approve(second)
    project.waits_for_a_person(project.of_version(second))

    notice = eventually(
        lambda: next((each for each in mailbox() if second in each and "put-approval-result" in each), None),
        "a notice of the approval",
    )
    assert "report" in notice


def _approved(arn: str) -> dict[str, object]:
    return {
        "source": "aws.sagemaker",
        "detail-type": "SageMaker Model Package State Change",
        "detail": {"ModelPackageArn": arn, "ModelApprovalStatus": "Approved"},
    }
