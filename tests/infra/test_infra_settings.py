"""What cdk.json may say, and the sentence for each thing that it may not."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from infra import ROOT
from infra.settings import Settings, SettingsError, VpcSettings, read_context
from tests.infra.synthesis import CONFIGURATIONS, CONTEXT

REMOVED = object()
CONNECTION = "arn:aws:codeconnections:eu-west-1:111111111111:connection/01234567-89ab-cdef-0123-456789abcdef"

# Path of the key, what is put there, and the sentence.
FAULTS: list[tuple[str, object, str]] = [
    ("project", REMOVED, "project is missing."),
    ("project", "", "project must be 1 to 32 lower-case letters, digits and single hyphens"),
    ("project", "Abalone", "not 'Abalone'"),
    ("project", "abalone-", "not 'abalone-'"),
    ("project", "a--b", "not 'a--b'"),
    ("project", "7seas", "a letter first"),
    ("project", "a" * 33, "names of endpoints and roles have no room for more"),
    ("project", 7, "project must be 1 to 32 lower-case letters"),
    ("projectt", "abalone", 'projectt is no setting (did you mean "project"?).'),
    ("useCase", "irises", "useCase must be one of abalone, not 'irises'"),
    ("branch", "", "branch must be the name of a branch, not ''"),
    ("branch", "-main", "branch must be the name of a branch, not '-main'"),
    ("account", 111111111111, "account must be an account id of 12 digits, in quotes, or empty, not 111111111111"),
    ("account", "1111", "not '1111'"),
    ("region", "Ireland", "region must be a region such as \"eu-west-1\", or empty, not 'Ireland'"),
    ("noticesEmail", "me", "noticesEmail must be one address, or empty, not 'me'"),
    ("noticesEmail", "me@x.org, you@x.org", "noticesEmail must be one address"),
    (
        "gitHost",
        "github",
        "gitHost must hold the keys provider, connectionArn, modelBuildRepository, modelDeployRepository",
    ),
    ("gitHost", REMOVED, "gitHost is missing."),
    (
        "gitHost.provider",
        "GitHub",
        "gitHost.provider must be one of codecommit, github, gitlab, bitbucket, not 'GitHub' (did you",
    ),
    ("gitHost.connection", CONNECTION, 'gitHost.connection is no setting (did you mean "connectionArn"?).'),
    ("gitHost.connectionArn", "arn:aws:s3:::x", "gitHost.connectionArn must be the ARN of a connection"),
    ("gitHost.modelBuildRepository", "repository", 'must be a full name such as "owner/repository", or empty'),
    (
        "gitHost.provider",
        "gitlab",
        "gitHost.connectionArn, gitHost.modelBuildRepository, gitHost.modelDeployRepository: must be set",
    ),
    ("approval", REMOVED, "approval is missing."),
    ("approval", "person", "approval must hold the keys model, production, not 'person'"),
    ("approval.model", "none", "approval.model must be one of person, gates, not 'none'"),
    ("approval.model", "gate", "not 'gate' (did you mean \"gates\"?)."),
    ("approval.production", "gates", "approval.production must be one of person, none, not 'gates'"),
    ("approval.production", False, "approval.production must be one of person, none, not False"),
    ("approval.production", REMOVED, "approval.production is missing."),
    ("retraining.enabled", "yes", "retraining.enabled must be true or false, not 'yes'"),
    ("retraining.cron", "0 6 * * MON *", "retraining.cron must be six fields"),
    ("retraining.cron", "0 6 ? * ? *", "with ? for one of the days"),
    ("retraining.cron", "0 6 ? * MON", "not '0 6 ? * MON'"),
    ("retraining.cron", "every monday", "such as \"0 6 ? * MON *\", not 'every monday'"),
    ("retraining.cron", "cron(0 6 ? * MON *)", "retraining.cron must be six fields"),
    ("retraining.timeZone", "Europe/Pariss", "not 'Europe/Pariss' (did you mean \"Europe/Paris\"?)."),
    ("retraining.timeZone", "", "retraining.timeZone must be a time zone such as \"Europe/Paris\", not ''"),
    ("retraining.flexibleMinutes", -1, "retraining.flexibleMinutes must be a whole number from 0 to 1440, not -1"),
    ("retraining.flexibleMinutes", True, "retraining.flexibleMinutes must be a whole number from 0 to 1440, not True"),
    ("retraining.flexibleMinutes", 1.5, "not 1.5"),
    (
        "retraining.whileRunning",
        "wait",
        "retraining.whileRunning must be one of start, queue, skip, not 'wait'",
    ),
    ("retraining.whileRunning", "Skip", "not 'Skip' (did you mean \"skip\"?)."),
    ("retraining.whileRunning", REMOVED, "retraining.whileRunning is missing."),
    ("data.prefix", "data", "data.prefix must be a folder such as \"data/\", not 'data'"),
    ("data.prefix", "", "data.prefix must be a folder such as \"data/\", not ''"),
    ("data.prefix", "/", "not '/'"),
    ("data.batchPrefix", "data/batch/", "data.batchPrefix: must not lie in data.prefix"),
    ("data.prefix", "batch/new/", "data.prefix: must not lie in data.batchPrefix"),
    ("data.quietMinutes", 1, "data.quietMinutes must be a whole number from 2 to 720, not 1"),
    ("data.startOnArrival", None, "data.startOnArrival must be true or false, not None"),
    (
        "staging.name",
        "Staging",
        "staging.name must be 1 to 16 lower-case letters and digits, a letter first, not 'Staging'",
    ),
    ("staging.name", "prod", "production.name must differ from staging.name"),
    ("staging.account", "222222222222", "account and region: must be set when staging.account is"),
    ("production", [], "production must hold the keys name, account, subnetIds, securityGroupIds, not []"),
    ("production.acount", "", 'production.acount is no setting (did you mean "account"?).'),
    ("vpc.subnetIds", "subnet-0123456789abcdef0", "vpc.subnetIds must be a list of subnet ids such as"),
    ("vpc.subnetIds", ["vpc-0123456789abcdef0"], "not ['vpc-0123456789abcdef0']"),
    (
        "vpc.subnetIds",
        ["subnet-0123456789abcdef0"],
        "vpc: subnetIds and securityGroupIds are set together or not at all",
    ),
    (
        "staging.subnetIds",
        ["subnet-0123456789abcdef0"],
        "staging: subnetIds and securityGroupIds are set together or not at all",
    ),
    ("production.securityGroupIds", ["sg-xyz"], "production.securityGroupIds must be a list of security group ids"),
    ("vpc.securityGroupIds", ["sg-xyz"], "vpc.securityGroupIds must be a list of security group ids"),
]


def changed(path: str, value: object) -> dict[str, Any]:
    context: dict[str, Any] = copy.deepcopy(CONTEXT)
    *sections, key = path.split(".")
    place = context
    for section in sections:
        place = place[section]
    if value is REMOVED:
        del place[key]
    else:
        place[key] = value
    return context


@pytest.mark.parametrize(("path", "value", "sentence"), FAULTS)
def test_a_wrong_setting_is_told_with_its_key(path: str, value: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_context(changed(path, value))
    assert all(line.startswith("cdk.json: ") and line.endswith(".") for line in str(refused.value).splitlines())
    assert sentence in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    context = changed("project", "A") | {"regions": "x", "branch": ""}
    with pytest.raises(SettingsError) as refused:
        Settings.from_context(context)
    assert [line.split()[1] for line in str(refused.value).splitlines()] == ["regions", "project", "branch"]


def test_what_is_delivered_is_right_and_the_cdks_own_keys_are_none_of_ours() -> None:
    assert Settings.from_context(CONTEXT).project == "abalone"
    assert Settings.from_context({**CONTEXT, "aws:cdk:version-reporting": True, "@aws-cdk/core:x": 1}).vpc is None


def test_the_readme_names_every_setting() -> None:
    readme = (ROOT / "infra" / "README.md").read_text()
    for name, value in CONTEXT.items():
        if not {":", "/"} & set(name):
            assert f"`{name}" in readme
            assert all(f".{key}`" in readme for key in (value if isinstance(value, dict) else ()))


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_every_tested_configuration_is_one_that_a_user_may_write(configuration: str) -> None:
    assert json.loads(json.dumps(CONFIGURATIONS[configuration])) == CONFIGURATIONS[configuration]
    Settings.from_context({**CONTEXT, **CONFIGURATIONS[configuration]})


def test_the_projects_own_account_is_no_foreign_one() -> None:
    own = {
        "account": "111111111111",
        "region": "eu-west-1",
        "staging": CONTEXT["staging"] | {"account": "111111111111"},
    }
    assert Settings.from_context({**CONTEXT, **own}).foreign_stages == ()


HOME = {"account": "111111111111", "region": "eu-west-1"}
SHARED = {"subnetIds": ["subnet-0123456789abcdef0"], "securityGroupIds": ["sg-0123456789abcdef0"]}
OWN = {"subnetIds": ["subnet-0123456789abcdef1"], "securityGroupIds": ["sg-0123456789abcdef1"]}


def test_a_stage_in_another_account_has_subnets_of_its_own_where_there_are_any() -> None:
    abroad = CONTEXT["production"] | {"account": "333333333333"}
    with pytest.raises(SettingsError, match=r"production.subnetIds, .* since subnets belong to one account"):
        Settings.from_context({**CONTEXT, **HOME, "vpc": SHARED, "production": abroad})
    read = Settings.from_context({**CONTEXT, **HOME, "vpc": SHARED, "production": abroad | OWN})
    assert read.production.vpc == VpcSettings(("subnet-0123456789abcdef1",), ("sg-0123456789abcdef1",))
    assert read.staging.vpc == read.vpc == VpcSettings(("subnet-0123456789abcdef0",), ("sg-0123456789abcdef0",))


def test_a_stage_at_home_may_have_subnets_of_its_own_too() -> None:
    read = Settings.from_context({**CONTEXT, "staging": CONTEXT["staging"] | OWN})
    assert read.staging.vpc == VpcSettings(("subnet-0123456789abcdef1",), ("sg-0123456789abcdef1",))
    assert (read.vpc, read.production.vpc) == (None, None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no settings"),
        ("{", "holds no settings"),
        ("{}", "holds no settings"),
        ('{"context": []}', "must be an object"),
    ],
)
def test_a_broken_file_is_told_by_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "cdk.json").write_text(text)
    with pytest.raises(SettingsError, match=sentence) as refused:
        read_context(tmp_path / "cdk.json")
    assert str(tmp_path / "cdk.json") in str(refused.value)
