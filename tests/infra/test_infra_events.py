"""Recorded events of AWS against the rules: each wakes whom it is for, its near misses nobody. Two matchers have to agree."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from moto.events.models import EventPattern

from infra.settings.names import Names
from tests.infra.synthesis import CONTEXT
from tests.verifiers.assembly import Assembly, Resource
from tests.verifiers.physical import ACCOUNT

EVENTS = Path(__file__).parent / "functions" / "events"
NAMES = Names("abalone")
RECEIVERS = {
    "model_package_approved": NAMES.reconciler,
    "model_package_rejected": NAMES.reconciler,
    "model_package_waiting": NAMES.notices,
    "object_created": NAMES.data_arrival,
    "object_created_multipart": NAMES.data_arrival,
    "sagemaker_pipeline_failed": NAMES.notices,
    "sagemaker_pipeline_stopped": NAMES.notices,
    "codebuild_failed": NAMES.notices,
    "codebuild_timed_out": NAMES.notices,
    "codepipeline_build_failed": NAMES.notices,
    "codepipeline_test_failed": NAMES.notices,
    "codepipeline_approval_refused": NAMES.notices,
    "codepipeline_approval_waiting": NAMES.notices,
    "codepipeline_deploy_failed": NAMES.notices,
    "codepipeline_stage_deployed": NAMES.notices,
    "codepipeline_stopped": NAMES.notices,
}
# These are told by another event: nobody wants two mails about one thing.
TOLD_OTHERWISE = {
    "codepipeline_failed",
    "codepipeline_stage_failed",
    "sagemaker_gate_refused",  # by the pipeline, whose reason the function looks up
    "sagemaker_step_failed",
}
RECORDED = sorted(path.stem for path in EVENTS.glob("*.json"))
PUSHES = {
    "a push to main": ({}, True),
    "a new branch main": ({"event": "referenceCreated"}, True),
    "a push to another branch": ({"referenceName": "topic"}, False),
    "a branch whose name begins alike": ({"referenceName": "main-2"}, False),
    "a tag main": ({"referenceType": "tag"}, False),
    "the branch's end": ({"event": "referenceDeleted"}, False),
}


def rules(assembly: Assembly) -> list[Resource]:
    return assembly.of("AWS::Events::Rule")


def recorded(name: str, assembly: Assembly) -> dict[str, Any]:
    """The event as it would be about this deployment's bucket, folder and account."""
    [bucket] = [one.name for one in assembly.of("AWS::S3::Bucket") if "StorageData" in one.logical_id]
    text = (EVENTS / f"{name}.json").read_text()
    for there, here in {
        "111122223333": ACCOUNT,
        "abalone-data": bucket,
        "incoming/": CONTEXT["data"]["prefix"],
        "incoming": CONTEXT["data"]["prefix"].rstrip("/"),
    }.items():
        text = text.replace(there, here)
    return dict(json.loads(text))


def reached(assembly: Assembly, event: dict[str, Any], events: Any) -> set[str]:
    """The names of the targets, by moto's matcher and by the sandbox's TestEventPattern."""
    found = set()
    for rule in rules(assembly):
        pattern = json.dumps(rule.properties["EventPattern"])
        takes = EventPattern.load(pattern).matches_event(event)
        assert events.test_event_pattern(EventPattern=pattern, Event=json.dumps(event))["Result"] is takes
        found |= {target["Arn"].rpartition(":")[2] for target in rule.properties["Targets"] if takes}
    return found


@pytest.mark.parametrize("name", RECORDED)
def test_an_event_wakes_whom_it_is_for_and_a_near_miss_nobody(
    name: str, default: Assembly, client: Callable[[str], Any]
) -> None:
    expected = {RECEIVERS[name]} if name in RECEIVERS else set()
    assert reached(default, recorded(name, default), client("events")) == expected


def test_every_recorded_event_is_expected_somewhere() -> None:
    near_misses = {name for name in RECORDED if name.startswith("near_miss_")}
    assert set(RECORDED) == {*RECEIVERS, *TOLD_OTHERWISE, *near_misses}
    assert len(near_misses) > len(RECEIVERS)


@pytest.mark.parametrize("repository", [NAMES.model_build, NAMES.model_deploy])
@pytest.mark.parametrize("push", PUSHES)
def test_only_a_push_to_the_branch_starts_a_pipeline_and_only_its_own(
    push: str, repository: str, default: Assembly, client: Callable[[str], Any]
) -> None:
    changes, starts = PUSHES[push]
    [arn] = [one.arn for one in default.of("AWS::CodeCommit::Repository") if one.name == repository]
    detail = {"event": "referenceUpdated", "referenceType": "branch", "referenceName": "main"} | changes
    event = {
        "source": "aws.codecommit",
        "detail-type": "CodeCommit Repository State Change",
        "resources": [arn],
        "detail": {"repositoryName": repository, **detail},
    }
    assert reached(default, event, client("events")) == ({repository} if starts else set())


def test_every_target_is_tried_again_and_what_fails_is_kept(assembly: Assembly) -> None:
    [queue] = assembly.of("AWS::SQS::Queue")
    assert rules(assembly)
    for rule in rules(assembly):
        [target] = rule.properties["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": queue.arn}
        assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert ("RoleArn" in target) is (":codepipeline:" in target["Arn"]), "a function lets itself be invoked instead"


def test_every_function_is_invoked_by_the_rules_that_name_it_and_by_no_other(assembly: Assembly) -> None:
    permitted = {
        (one.properties["FunctionName"], one.properties["SourceArn"]) for one in assembly.of("AWS::Lambda::Permission")
    }
    targets = {
        (target["Arn"], rule.arn)
        for rule in rules(assembly)
        for target in rule.properties["Targets"]
        if ":lambda:" in target["Arn"]
    }
    assert permitted == targets
