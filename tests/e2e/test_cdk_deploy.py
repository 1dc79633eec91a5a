"""The whole app through the stock CDK CLI, into a sandbox of its own, from bootstrap to destroy; then nothing is left.

Written as a user would go: each test is a moment of the path and needs the ones before it.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.settings import read_context
from infra.settings.names import Names
from sandbox.process import down, up
from tests.e2e.deployer import Deployer

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = read_context(ROOT / "cdk.json")
PROJECT = CONTEXT["project"]


@pytest.fixture(scope="module")
def deployer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployer]:
    folder = tmp_path_factory.mktemp("cdk")
    yield Deployer(up(folder / "sandbox"), folder)
    down(folder / "sandbox")


def test_bootstrap(deployer: Deployer) -> None:
    where = deployer.run(sys.executable, "-m", "infra.commands.bootstrap").strip()
    assert where == "aws://000000000000/us-east-1"
    deployer.cdk("bootstrap", where)
    assert deployer.stacks() == {"CDKToolkit": "CREATE_COMPLETE"}
    assert deployer.run(sys.executable, "-m", "infra.commands.bootstrap").strip() == ""


def test_deploy_makes_every_stack(deployer: Deployer) -> None:
    deployer.deploy()
    statuses = {stack: status for stack, status in deployer.stacks().items() if stack.startswith(f"{PROJECT}-")}
    assert statuses == dict.fromkeys(
        (f"{PROJECT}-foundation", f"{PROJECT}-build", f"{PROJECT}-deploy"), "CREATE_COMPLETE"
    )


def test_every_resource_is_there_with_what_its_template_says(deployer: Deployer) -> None:
    codecommit, codepipeline = deployer.client("codecommit"), deployer.client("codepipeline")
    for name in (f"{PROJECT}-model-build", f"{PROJECT}-model-deploy"):
        spec = codecommit.get_file(repositoryName=name, filePath="buildspec.yml")["fileContent"]
        assert spec == (ROOT / "buildspec.yml").read_bytes()
        source = codepipeline.get_pipeline(name=name)["pipeline"]["stages"][0]["actions"][0]
        assert source["configuration"]["RepositoryName"] == name
    schedule = retraining_schedule(deployer)
    assert schedule["ScheduleExpression"] == f"cron({CONTEXT['retraining']['cron']})"
    assert schedule["ScheduleExpressionTimezone"] == CONTEXT["retraining"]["timeZone"]
    for bucket in buckets(deployer):
        assert deployer.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]


def test_nothing_is_in_the_way_of_the_next_deployment(deployer: Deployer) -> None:
    found = deployer.run(sys.executable, "-m", "infra.commands.doctor")
    assert "problem" not in found
    assert f"No version of {PROJECT} is approved yet" in found


def test_a_second_deploy_changes_nothing(deployer: Deployer) -> None:
    before = events(deployer)
    said = deployer.deploy()
    assert len(re.findall(r"\(no changes\)", said)) == 3
    assert events(deployer) == before
    assert "Number of stacks with differences: 0" in deployer.cdk("diff")


def test_a_changed_setting_changes_what_it_is_about_and_nothing_else(deployer: Deployer) -> None:
    change_settings(deployer, retraining={"cron": "30 4 ? * SUN *", "timeZone": "Europe/Paris"})
    said = deployer.cdk("diff", cwd=deployer.folder)
    assert re.findall(r"\[[~+-]\] (AWS::\S+)", said) == ["AWS::Scheduler::Schedule"]
    deployer.deploy(cwd=deployer.folder)
    schedule = retraining_schedule(deployer)
    assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == (
        "cron(30 4 ? * SUN *)",
        "Europe/Paris",
    )
    assert deployer.client("codepipeline").get_pipeline(name=f"{PROJECT}-model-build")["pipeline"]["version"] == 1


def test_a_stage_moves_to_another_account_and_no_stack_is_refused(deployer: Deployer) -> None:
    """The stacks of this account, since there is no other one here; the next test moves the stage back."""
    bucket = next(each for each in buckets(deployer) if "000000000000" in each)
    place = {"account": "000000000000", "region": "us-east-1"}
    change_settings(deployer, place, staging={"account": "222222222222"})
    stacks = [f"{PROJECT}-{stack}" for stack in ("foundation", "build", "deploy")]
    deployer.deploy("--exclusively", *stacks, cwd=deployer.folder)
    assert {deployer.stacks()[stack] for stack in stacks} == {"UPDATE_COMPLETE"}
    pipeline = deployer.client("codepipeline").get_pipeline(name=f"{PROJECT}-model-deploy")["pipeline"]
    acting = {stage["name"]: [each.get("roleArn") for each in stage["actions"]] for stage in pipeline["stages"]}
    assert f"arn:aws:iam::222222222222:role/{PROJECT}-staging-deployer" in acting["DeployStaging"]
    assert set(acting["DeployProd"]) == {None}
    assert bucket in buckets(deployer)
    assert pipeline["artifactStore"]["location"] == bucket


def test_what_starts_a_run_by_itself_can_be_switched_off(deployer: Deployer) -> None:
    change_settings(deployer, retraining={"enabled": False}, data={"startOnArrival": False})
    deployer.deploy(cwd=deployer.folder)
    schedules = deployer.client("scheduler").list_schedules(GroupName=Names(PROJECT).schedule_group)["Schedules"]
    assert Names(PROJECT).retraining not in {each["Name"] for each in schedules}
    functions = {each["FunctionName"] for each in deployer.client("lambda").list_functions()["Functions"]}
    assert f"{PROJECT}-data-arrival" not in functions


def test_destroy_leaves_what_is_retained_on_purpose_and_nothing_else(deployer: Deployer) -> None:
    first_executions_have_ended(deployer)  # a build that finds data starts a run, and its jobs make log groups
    data = next(bucket for bucket in buckets(deployer) if "data" in bucket)
    deployer.client("s3").put_object(Bucket=data, Key="data/abalone.csv", Body=b"M,0.455\n")
    teardown = (sys.executable, "-m", "infra.commands.teardown")
    assert f"cdk destroy --all: {PROJECT}-deploy" in deployer.run(*teardown, "--yes")
    deployer.cdk("destroy", "--all", "--force")
    assert deployer.stacks() == {"CDKToolkit": "CREATE_COMPLETE"}
    kept = {kind: names for kind, names in left(deployer).items() if names}
    assert kept.keys() == {"buckets", "groups", "keys", "repositories"}
    assert (len(kept["buckets"]), kept["groups"], len(kept["keys"])) == (3, [PROJECT], 1)


def test_the_second_half_of_destroy_leaves_nothing(deployer: Deployer) -> None:
    deployer.run(sys.executable, "-m", "infra.commands.teardown", "--retained")
    assert {kind: names for kind, names in left(deployer).items() if names} == {}
    assert f"Nothing of {PROJECT} is there." in deployer.run(sys.executable, "-m", "infra.commands.teardown")


def test_what_was_destroyed_can_be_deployed_again(deployer: Deployer) -> None:
    deployer.deploy(f"{PROJECT}-foundation")
    assert deployer.stacks()[f"{PROJECT}-foundation"] == "CREATE_COMPLETE"


def first_executions_have_ended(deployer: Deployer) -> None:
    codepipeline, deadline = deployer.client("codepipeline"), time.monotonic() + 180
    for name in (f"{PROJECT}-model-build", f"{PROJECT}-model-deploy"):
        while any(
            each["status"] == "InProgress"
            for each in codepipeline.list_pipeline_executions(pipelineName=name)["pipelineExecutionSummaries"]
        ):
            assert time.monotonic() < deadline, f"{name} goes on"
            time.sleep(0.2)


def buckets(deployer: Deployer) -> list[str]:
    return [b["Name"] for b in deployer.client("s3").list_buckets()["Buckets"] if b["Name"].startswith(PROJECT)]


def change_settings(
    deployer: Deployer, plain: Mapping[str, object] | None = None, **sections: Mapping[str, object]
) -> None:
    """In a cdk.json of its own, which is deployed from the deployer's folder."""
    changed = {name: {**CONTEXT[name], **members} for name, members in sections.items()}
    context = {**CONTEXT, **(plain or {}), **changed}
    configuration = json.loads((ROOT / "cdk.json").read_text()) | {"context": context}
    (deployer.folder / "cdk.json").write_text(json.dumps(configuration))


def retraining_schedule(deployer: Deployer) -> dict[str, Any]:
    names = Names(PROJECT)
    found = deployer.client("scheduler").get_schedule(Name=names.retraining, GroupName=names.schedule_group)
    return dict(found)


def events(deployer: Deployer) -> set[str]:
    """Everything that ever happened to the stacks, by its id."""
    cloudformation = deployer.client("cloudformation")
    stacks = [name for name in deployer.stacks() if name.startswith(PROJECT)]
    pages = (
        page
        for stack in stacks
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack)
    )
    return {event["EventId"] for page in pages for event in page["StackEvents"]}


def left(deployer: Deployer) -> dict[str, list[Any]]:
    """Everything of every service that the stacks use, but for the CDK's own bootstrap stack."""
    client = deployer.client

    def names(service: str, operation: str, rows: str, name: str = "") -> list[Any]:
        found = getattr(client(service), operation)().get(rows, [])
        return [row[name] if name else row for row in found if "cdk-hnb659fds" not in json.dumps(row, default=str)]

    return {
        "buckets": names("s3", "list_buckets", "Buckets", "Name"),
        "groups": names(
            "sagemaker", "list_model_package_groups", "ModelPackageGroupSummaryList", "ModelPackageGroupName"
        ),
        "keys": [key for key in names("kms", "list_keys", "Keys", "KeyId") if enabled(client("kms"), key)],
        "aliases": [a for a in names("kms", "list_aliases", "Aliases", "AliasName") if not a.startswith("alias/aws/")],
        "repositories": names("codecommit", "list_repositories", "repositories"),
        "projects": names("codebuild", "list_projects", "projects"),
        "pipelines": names("codepipeline", "list_pipelines", "pipelines"),
        "rules": names("events", "list_rules", "Rules", "Name"),
        "schedules": names("scheduler", "list_schedules", "Schedules", "Name"),
        "schedule groups": [
            g for g in names("scheduler", "list_schedule_groups", "ScheduleGroups", "Name") if g != "default"
        ],
        "functions": names("lambda", "list_functions", "Functions", "FunctionName"),
        "topics": names("sns", "list_topics", "Topics"),
        "queues": names("sqs", "list_queues", "QueueUrls"),
        "log groups": names("logs", "describe_log_groups", "logGroups", "logGroupName"),
        "roles": names("iam", "list_roles", "Roles", "RoleName"),
        "policies": [p["PolicyName"] for p in client("iam").list_policies(Scope="Local")["Policies"]],
        "endpoints": names("sagemaker", "list_endpoints", "Endpoints"),
        "models": names("sagemaker", "list_models", "Models"),
    }


def enabled(kms: Any, key: str) -> bool:
    return bool(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] != "PendingDeletion")
