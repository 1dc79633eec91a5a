from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.settings import APPROVAL_NAME, NAMES, OPTIONAL_NAMES, MissingSettings, Settings

COMPLETE = {names[0]: f"value of {field}" for field, names in NAMES.items()}


def test_every_field_is_read_from_its_name() -> None:
    settings = Settings.from_environment(COMPLETE)
    assert {field: getattr(settings, field) for field in NAMES} == {field: f"value of {field}" for field in NAMES}


def test_the_region_is_taken_from_either_name() -> None:
    environment = {name: value for name, value in COMPLETE.items() if name != "AWS_REGION"}
    assert Settings.from_environment({**environment, "AWS_DEFAULT_REGION": "eu-west-1"}).region == "eu-west-1"


def test_all_missing_names_are_reported_at_once() -> None:
    with pytest.raises(MissingSettings) as report:
        Settings.from_environment({"ARTIFACT_BUCKET": "", "SAGEMAKER_PROJECT_NAME": "abalone"})
    missing = [name for field, names in NAMES.items() if field != "project" for name in names]
    assert all(name in str(report.value) for name in missing)
    assert "SAGEMAKER_PROJECT_NAME" not in str(report.value)


def test_jobs_run_in_a_vpc_only_where_subnets_are_named() -> None:
    vpc = {"SUBNET_IDS": "subnet-1,subnet-2", "SECURITY_GROUP_IDS": "sg-1"}
    assert Settings.from_environment(COMPLETE).network == {}
    assert Settings.from_environment(COMPLETE | vpc).network == {
        "subnets": ["subnet-1", "subnet-2"],
        "security_group_ids": ["sg-1"],
    }


def test_a_person_approves_unless_the_gates_are_stated_to() -> None:
    assert Settings.from_environment(COMPLETE).approval == "person"
    assert Settings.from_environment(COMPLETE | {APPROVAL_NAME: "gates"}).approval == "gates"
    with pytest.raises(MissingSettings, match="MODEL_APPROVAL: must be person or gates, not 'gate'"):
        Settings.from_environment(COMPLETE | {APPROVAL_NAME: "gate"})


def test_the_readme_names_every_setting() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    assert all(
        name in readme for names in (*NAMES.values(), OPTIONAL_NAMES.values(), [APPROVAL_NAME]) for name in names
    )
