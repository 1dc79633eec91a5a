"""What becomes of a retraining that falls due during a run, as the templates have it: started, queued or skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.app import build_app
from infra.functions.retraining.settings import REQUIRED, TO_QUEUE, read_settings
from tests.infra.decisions import allowed
from tests.infra.synthesis import CONFIGURATIONS, CONTEXT, synthesised
from tests.verifiers.assemblies import assembled
from tests.verifiers.assembly import Assembly, Resource
from tests.verifiers.facts import actors

BY_SETTING = {
    (changes.get("retraining") or CONTEXT["retraining"])["whileRunning"]: configuration
    for configuration, changes in CONFIGURATIONS.items()
}
SCHEDULES = "arn:aws:scheduler:eu-west-1:111111111111:schedule/abalone"
PIPELINE = "arn:aws:sagemaker:eu-west-1:111111111111:pipeline/abalone-pipeline"
TO_SCHEDULER = {"iam:PassedToService": "scheduler.amazonaws.com"}


def configured(while_running: str) -> Assembly:
    return assembled(BY_SETTING[while_running])


def schedule(assembly: Assembly) -> dict[str, Any]:
    [found] = [one for one in assembly.of("AWS::Scheduler::Schedule") if one.name == "abalone-retraining"]
    return json.loads(json.dumps(found.properties))  # type: ignore[no-any-return]


def functions(assembly: Assembly) -> list[Resource]:
    return [one for one in assembly.of("AWS::Lambda::Function") if one.name == "abalone-retraining"]


def test_each_setting_is_one_of_the_configurations_that_are_verified() -> None:
    assert BY_SETTING.keys() == {"start", "queue", "skip"}
    assert CONTEXT["retraining"]["whileRunning"] == "start"


@pytest.mark.parametrize("while_running", BY_SETTING)
def test_the_function_is_woken_with_the_request_that_it_is_to_send(while_running: str) -> None:
    assembly = configured(while_running)
    target = schedule(assembly)["Target"]
    [function] = functions(assembly)
    assert (target["Arn"], target["RoleArn"]) == (function.arn, actors(assembly)["Timer"].arn)
    request = json.loads(target["Input"])["start"]
    assert request["PipelineName"] == "abalone-pipeline"
    assert "<aws.scheduler.scheduled-time>" in request["ClientRequestToken"]


@pytest.mark.parametrize(("minutes", "mode"), [(0, "OFF"), (1, "FLEXIBLE"), (1440, "FLEXIBLE")])
def test_a_window_of_no_minutes_is_none(minutes: int, mode: str, tmp_path: Path) -> None:
    retraining = CONTEXT["retraining"] | {"flexibleMinutes": minutes}
    build_app({**CONTEXT, "retraining": retraining}, outdir=tmp_path).synth()
    template = json.loads((tmp_path / "abalone-build.template.json").read_text())
    [window] = [
        one["Properties"]["FlexibleTimeWindow"]
        for one in template["Resources"].values()
        if one["Type"] == "AWS::Scheduler::Schedule"
    ]
    assert window == {"Mode": mode} | ({"MaximumWindowInMinutes": minutes} if minutes else {})


@pytest.mark.parametrize("while_running", BY_SETTING)
def test_the_function_is_given_exactly_what_it_reads(while_running: str) -> None:
    [function] = functions(configured(while_running))
    given = function.properties["Environment"]["Variables"]
    assert given["WHILE_RUNNING"] == while_running
    assert given.keys() == REQUIRED.keys() | (TO_QUEUE.keys() if while_running == "queue" else set())
    settings = read_settings(given)
    assert (settings.queue is not None, settings.beside) == (while_running == "queue", while_running == "start")


@pytest.mark.parametrize("while_running", BY_SETTING)
def test_the_function_runs_logs_and_fails_as_its_neighbours_do(while_running: str) -> None:
    assembly = configured(while_running)
    [found] = functions(assembly)
    [neighbour] = [one for one in assembly.of("AWS::Lambda::Function") if one.name == "abalone-data-arrival"]
    own = {"FunctionName", "Handler", "Role", "Environment", "LoggingConfig"}
    assert {key: value for key, value in found.properties.items() if key not in own} == {
        key: value for key, value in neighbour.properties.items() if key not in own
    }
    assert "/aws/lambda/abalone-retraining" in {one.name for one in assembly.of("AWS::Logs::LogGroup")}


# Action, on what, and with which settings the role may.
DECISIONS: list[tuple[str, str, set[str]]] = [
    ("sagemaker:StartPipelineExecution", PIPELINE, {"start", "queue", "skip"}),
    ("sagemaker:ListPipelineExecutions", PIPELINE, {"start", "queue", "skip"}),
    ("sagemaker:StopPipelineExecution", PIPELINE, set()),
    ("sagemaker:StartPipelineExecution", PIPELINE.replace("abalone-", "churn-"), set()),
    ("scheduler:CreateSchedule", f"{SCHEDULES}/abalone-retraining-20261123T061500Z", {"queue"}),
    ("scheduler:GetSchedule", f"{SCHEDULES}/abalone-retraining-20261123T061500Z", {"queue"}),
    ("scheduler:UpdateSchedule", f"{SCHEDULES}/abalone-retraining-20261123T061500Z", set()),
    ("scheduler:DeleteSchedule", f"{SCHEDULES}/abalone-retraining-20261123T061500Z", set()),
    ("scheduler:CreateSchedule", f"{SCHEDULES}/abalone-retraining", set()),
    ("scheduler:CreateSchedule", f"{SCHEDULES}/abalone-data-arrival-20261123T061500Z", set()),
    ("iam:PassRole", "Timer", {"queue"}),
    ("iam:PassRole", "Retraining", set()),
    ("iam:PassRole", "DataArrival", set()),
]


@pytest.mark.parametrize("while_running", BY_SETTING)
@pytest.mark.parametrize(("action", "on", "settings"), DECISIONS)
def test_the_role_may_what_the_setting_needs_and_no_more(
    action: str, on: str, settings: set[str], while_running: str
) -> None:
    known = actors(configured(while_running))
    resource, context = (known[on].arn, TO_SCHEDULER) if on in known else (on, None)
    assert allowed(known["Retraining"], action, resource, context) is (while_running in settings)


@pytest.mark.parametrize("while_running", BY_SETTING)
def test_the_timer_wakes_the_function(while_running: str) -> None:
    timer, function = actors(configured(while_running))["Timer"], "abalone-retraining"
    assert allowed(timer, "lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:111111111111:function:{function}")


@pytest.mark.parametrize("while_running", ["queue", "skip"])
def test_a_changed_setting_leaves_what_the_stacks_exchange(while_running: str, tmp_path: Path) -> None:
    """An export that another stack still imports cannot go: a setting that took one away could not be deployed."""
    retraining = CONTEXT["retraining"] | {"whileRunning": while_running}
    build_app({**CONTEXT, "retraining": retraining}, outdir=tmp_path).synth()
    changed = json.loads((tmp_path / "abalone-foundation.template.json").read_text())
    assert changed["Outputs"] == synthesised("default")["abalone-foundation"]["Outputs"]
