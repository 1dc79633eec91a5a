"""What goes wrong, and is refused, told or kept: a machine that approves, functions that fail, schedules without a target."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.loop import Loop, Stopped
from tests.e2e.moments.training import WEEK, start
from tests.e2e.project import DEPLOY, NAMES
from tests.e2e.traces import noticed, undelivered

CONFIGURATION = "staging-config.json"
FUNCTIONS = (NAMES.reconciler, NAMES.review, NAMES.data_arrival, NAMES.retraining, NAMES.notices)


def bad_configuration(loop: Loop) -> None:
    """A key that is misspelt fails the build, and people are told which."""
    text = (loop.project.checkout(DEPLOY) / CONFIGURATION).read_text()
    loop.project.push(DEPLOY, {CONFIGURATION: text.replace('"LatencyBudgetMs"', '"LatencyBudgetM"')})
    noticed(loop, 'unknown key "LatencyBudgetM"')
    loop.project.push(DEPLOY, {CONFIGURATION: text})


def failed_test(loop: Loop) -> None:
    """A budget that no endpoint can keep fails the test of staging, and people are told with the report."""
    changed = json.loads((loop.project.checkout(DEPLOY) / CONFIGURATION).read_text())
    changed["Parameters"]["LatencyBudgetMs"] = "1"
    loop.project.push(DEPLOY, {CONFIGURATION: json.dumps(changed)})
    noticed(loop, "the budget for p95 is 1 ms", "/report.html")


def self_approval(loop: Loop) -> None:
    """A pipeline that would approve what it registers is refused, whatever else its role may do."""
    sagemaker, name = loop.project.client("sagemaker"), NAMES.sagemaker_pipeline
    pipeline = sagemaker.describe_pipeline(PipelineName=name)
    definition = pipeline["PipelineDefinition"].replace('"PendingManualApproval"', '"Approved"')
    assert definition != pipeline["PipelineDefinition"]
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=definition, RoleArn=pipeline["RoleArn"])
    try:
        loop.follow_run(start(loop))
    except Stopped as stopped:
        if "explicit deny" in stopped.message:
            return
        raise
    raise Stopped(f"{name} RegisterModel", "a machine has approved a version")


def failing_functions(loop: Loop) -> None:
    """What a function fails on for good is kept for a person."""
    functions = loop.project.client("lambda")
    for name in FUNCTIONS:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {}})
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps({"for": name}))
    kept: set[str] = set()

    def all_kept(message: dict[str, Any]) -> bool:
        kept.add(json.loads(message["Body"]).get("for", ""))
        return kept.issuperset(FUNCTIONS)

    undelivered(loop, all_kept, f"what {', '.join(FUNCTIONS)} failed on")


def lost_targets(loop: Loop) -> None:
    """What a schedule cannot deliver is kept for a person."""
    for name in (NAMES.retraining, NAMES.reconciler):
        loop.project.client("lambda").delete_function(FunctionName=name)
    loop.project.advance(WEEK)
    schedules, kept = (NAMES.retraining, NAMES.reconciler), set()

    def all_kept(message: dict[str, Any]) -> bool:
        kept.add(message.get("MessageAttributes", {}).get("SCHEDULE_ARN", {}).get("StringValue", "").rpartition("/")[2])
        return kept.issuperset(schedules)

    undelivered(loop, all_kept, f"what the schedules {', '.join(schedules)} could not deliver")
