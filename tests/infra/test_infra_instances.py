"""Which instances a project asks for: by its stages' configurations and by the very pipeline definition."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.commands.instances import Fleet, Job, UnknownInstances, fleets, jobs
from infra.commands.pipeline_definition import NoDefinition, read_definition
from infra.settings import Settings, read_context

SETTINGS = Settings.from_context(read_context(ROOT / "cdk.json"))


def step(name: str, **arguments: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "any", "Arguments": arguments}


def processing(kind: object, count: object = 1) -> dict[str, Any]:
    return {"ProcessingResources": {"ClusterConfig": {"InstanceType": kind, "InstanceCount": count}}}


def test_the_jobs_are_those_of_the_definition_as_it_is_built_each_with_its_own_use() -> None:
    """The registry's list of types that a model may be hosted on is none of them."""
    assert jobs(read_definition(ROOT)) == [
        Job(step="Preprocess", use="processing", type="ml.m5.xlarge", count=1),
        Job(step="Train", use="training", type="ml.m5.xlarge", count=1),
        Job(step="Evaluate", use="processing", type="ml.m5.xlarge", count=1),
        Job(step="BatchTransform", use="transform", type="ml.m5.large", count=1),
    ]


def test_the_fleets_are_those_of_the_stages_configurations() -> None:
    assert fleets(ROOT, SETTINGS) == [
        Fleet(stage="staging", account=None, type="ml.m5.large", count=1),
        Fleet(stage="prod", account=None, type="ml.m5.large", count=2),
    ]


def test_parameters_count_by_their_defaults_and_branches_within_branches_too() -> None:
    inner = step("Inner", IfSteps=[step("Train", ResourceConfig={"InstanceType": "ml.c5.large", "InstanceCount": 3})])
    definition = {
        "Parameters": [
            {"Name": "Kind", "DefaultValue": "ml.r5.large"},
            {"Name": "Count", "DefaultValue": 4},
        ],
        "Steps": [
            step("Read", **processing({"Get": "Parameters.Kind"}, {"Get": "Parameters.Count"})),
            step("Gate", IfSteps=[], ElseSteps=[inner]),
        ],
    }
    assert jobs(definition) == [
        Job(step="Read", use="processing", type="ml.r5.large", count=4),
        Job(step="Train", use="training", type="ml.c5.large", count=3),
    ]


def test_a_tuning_step_takes_the_instances_of_all_its_jobs_at_once() -> None:
    tuning = step(
        "Tune",
        HyperParameterTuningJobConfig={"ResourceLimits": {"MaxParallelTrainingJobs": 3}},
        TrainingJobDefinition={"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 2}},
    )
    assert jobs({"Steps": [tuning]}) == [Job(step="Tune", use="training", type="ml.m5.large", count=6)]


def test_instances_that_a_run_decides_on_are_said_to_be_unknown() -> None:
    with pytest.raises(UnknownInstances, match="step Read decides on its instances when it runs"):
        jobs({"Steps": [step("Read", **processing({"Get": "Steps.Choose.Kind"}))]})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Parameters": {"EndpointInstanceType": "ml.m5.large"}}'])
def test_a_configuration_that_names_no_instances_is_named(tmp_path: Path, text: str) -> None:
    for stage in SETTINGS.stages:
        (tmp_path / f"{stage.name}-config.json").write_text(text)
    with pytest.raises(UnknownInstances, match=r"staging-config\.json names no endpoint instances"):
        fleets(tmp_path, SETTINGS)


def test_a_definition_that_cannot_be_built_is_the_builds_own_sentence(tmp_path: Path) -> None:
    package = tmp_path / "model-build" / "pipelines"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "get_pipeline_definition.py").write_text("raise SystemExit('train.py: no such column')")
    with pytest.raises(NoDefinition, match=r"tells no pipeline definition: train\.py: no such column"):
        read_definition(tmp_path)


def test_what_a_user_edits_in_a_configuration_counts(tmp_path: Path) -> None:
    for stage in SETTINGS.stages:
        parameters = {"EndpointInstanceType": "ml.c5.xlarge", "EndpointInstanceCount": "7"}
        (tmp_path / f"{stage.name}-config.json").write_text(json.dumps({"Parameters": parameters}))
    assert {(one.type, one.count) for one in fleets(tmp_path, SETTINGS)} == {("ml.c5.xlarge", 7)}
