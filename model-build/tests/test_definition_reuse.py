"""What may be reused from one build or execution to the next, and what is tried again."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipelines.settings import Settings

Node = dict[str, Any]


def _steps(definition: Node) -> dict[str, Node]:
    gate = definition["Steps"][-1]["Arguments"]
    batch = gate["IfSteps"][-1]["Arguments"]["IfSteps"]
    return {step["Name"]: step for step in [*definition["Steps"], *gate["IfSteps"], *batch, *gate["ElseSteps"]]}


@pytest.mark.parametrize("step", ["Preprocess", "Train", "Evaluate"])
def test_what_the_cache_compares_is_the_same_in_each_execution(definition: Node, step: str) -> None:
    """AWS compares these alone: https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html."""
    item = _steps(definition)[step]
    compared = ("AppSpecification", "Environment", "ProcessingInputs", "AlgorithmSpecification", "HyperParameters")
    keys = {key: item["Arguments"].get(key) for key in (*compared, "InputDataConfig")}
    assert item["CacheConfig"] == {"Enabled": True, "ExpireAfter": "P30D"}
    assert "Execution." not in json.dumps(keys)


def test_jobs_are_retried_on_throttling_and_for_want_of_capacity(definition: Node) -> None:
    for name, step in _steps(definition).items():
        retried = {kind for policy in step.get("RetryPolicies", []) for kind in policy["ExceptionType"]}
        if step["Type"] in {"Processing", "Training", "Transform"}:
            assert {"Step.THROTTLING", "SageMaker.CAPACITY_ERROR"} <= retried, name
        elif step["Type"] in {"Model", "RegisterModel"}:
            assert retried == {"Step.THROTTLING", "Step.SERVICE_FAULT"}, name


def _waits_wrongly_for_a_quota(step: Node) -> bool:
    """A quota of 0, which new accounts have, must be known within a quarter of an hour; one in use must be waited for."""
    policies = [policy for policy in step["RetryPolicies"] if "SageMaker.RESOURCE_LIMIT" in policy["ExceptionType"]]
    return not policies or any(not 10 <= policy.get("ExpireAfterMin", 0) <= 15 for policy in policies)


def test_a_quota_is_waited_for_by_minutes_and_machines_by_hours(definition: Node) -> None:
    jobs = [step for step in _steps(definition).values() if step["Type"] in {"Processing", "Training", "Transform"}]
    assert len(jobs) >= 4
    for step in jobs:
        assert not _waits_wrongly_for_a_quota(step), step["Name"]
        capacity = next(each for each in step["RetryPolicies"] if "SageMaker.CAPACITY_ERROR" in each["ExceptionType"])
        assert capacity["ExpireAfterMin"] == 180


@pytest.mark.parametrize("policy", ["shares the policy of capacity", "has none", "is given up at once"])
def test_a_seeded_fault_in_the_wait_for_a_quota_is_caught(definition: Node, policy: str) -> None:
    step = copy.deepcopy(_steps(definition)["Train"])
    of_quota = next(each for each in step["RetryPolicies"] if "SageMaker.RESOURCE_LIMIT" in each["ExceptionType"])
    if policy == "shares the policy of capacity":
        of_quota["ExpireAfterMin"] = 180
    elif policy == "has none":
        step["RetryPolicies"].remove(of_quota)
    else:
        of_quota["ExpireAfterMin"] = 1
    assert _waits_wrongly_for_a_quota(step)


@pytest.mark.usefixtures("aws")
def test_the_same_commit_and_settings_give_the_same_bytes(
    build_definition: Callable[[Settings], str], settings: Settings, definition: Node
) -> None:
    first, second = build_definition(settings), build_definition(settings)
    assert first == second
    assert json.loads(first) == definition


@pytest.mark.usefixtures("aws")
def test_another_commit_changes_nothing_that_the_cache_compares(
    build_definition: Callable[[Settings], str], settings: Settings, definition: Node
) -> None:
    other = json.loads(build_definition(replace(settings, commit="f" * 40)))
    assert other != definition
    assert other["Steps"][:4] == definition["Steps"][:4]


def test_no_code_lies_under_a_time_stamp(definition: Node) -> None:
    uris = re.findall(r"s3://artifacts/code/[^\"]+", json.dumps(definition))
    assert len(uris) == 3
    assert all(re.match(r"s3://artifacts/code/[0-9a-f]{64}(/sourcedir\.tar\.gz)?$", uri) for uri in uris)
