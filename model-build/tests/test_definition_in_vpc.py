"""Where private subnets are set, everything that SageMaker runs is in them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import pytest

from pipelines.settings import Settings

VPC = {"VpcConfig": {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}}


@pytest.mark.usefixtures("sdk", "aws")
def test_every_job_and_model_runs_in_the_subnets(
    settings: Settings, build_definition: Callable[[Settings], str]
) -> None:
    inside = dataclasses.replace(settings, subnets=("subnet-1", "subnet-2"), security_groups=("sg-1",))
    steps = {step["Name"]: step for step in json.loads(build_definition(inside))["Steps"]}
    for condition in ("QualityGate", "BatchGiven"):
        steps |= {step["Name"]: step for step in steps[condition]["Arguments"]["IfSteps"]}
    assert {name: steps[name]["Arguments"]["NetworkConfig"] for name in ("Preprocess", "Evaluate")} == {
        "Preprocess": VPC | {"EnableNetworkIsolation": False},
        "Evaluate": VPC | {"EnableNetworkIsolation": False},
    }
    for name in ("Train", "CreateModel"):  # a batch transform runs where its model does
        assert steps[name]["Arguments"]["VpcConfig"] == VPC["VpcConfig"]
