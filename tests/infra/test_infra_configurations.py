"""What each setting makes of the templates: the Git host, the accounts, the subnets, the switches, the names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from infra.app import build_app
from infra.settings.names import Names
from infra.units.retraining import CACHE_KEY
from tests.infra.pipeline_walk import actions
from tests.infra.synthesis import CONFIGURATIONS, CONTEXT, HOME, PRODUCTION, STAGING
from tests.verifiers.assemblies import assembled
from tests.verifiers.assembly import Assembly, Resource
from tests.verifiers.facts import actors
from tests.verifiers.physical import NAME_PROPERTY
from tests.verifiers.rules.identities import by_id

# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html and the APIs' own limits
LONGEST = {
    "AWS::CodeBuild::Project": 150,
    "AWS::CodeCommit::Repository": 100,
    "AWS::CodePipeline::Pipeline": 100,
    "AWS::Events::Rule": 64,
    "AWS::IAM::Role": 64,
    "AWS::KMS::Alias": 256,
    "AWS::Lambda::Function": 64,
    "AWS::Logs::LogGroup": 512,
    "AWS::S3::Bucket": 63,
    "AWS::CloudWatch::Alarm": 255,
    "AWS::SNS::Topic": 256,
    "AWS::SQS::Queue": 80,
    "AWS::SageMaker::ModelPackageGroup": 63,
    "AWS::Scheduler::Schedule": 64,
    "AWS::Scheduler::ScheduleGroup": 64,
}


def synthesise(folder: Path, **changes: Any) -> Assembly:
    build_app({**CONTEXT, **changes}, outdir=folder).synth()
    templates = {
        path.name.removesuffix(".template.json"): json.loads(path.read_text())
        for path in folder.glob("*.template.json")
    }
    return Assembly("changed", templates)


def exports(assembly: Assembly) -> set[str]:
    outputs = (each for template in assembly.templates.values() for each in template.get("Outputs", {}).values())
    return {each["Export"]["Name"] for each in outputs if "Export" in each}


@pytest.mark.parametrize(
    "changes",
    [
        {"retraining": CONTEXT["retraining"] | {"enabled": False}},
        {"retraining": CONTEXT["retraining"] | {"whileRunning": "skip"}},
        {"data": CONTEXT["data"] | {"startOnArrival": False}},
        CONFIGURATIONS["github"],
        CONFIGURATIONS["vpc"],
    ],
    ids=["no retraining", "skip", "no data arrival", "github", "vpc"],
)
def test_no_setting_takes_an_export_away_that_a_deployed_stack_may_still_import(
    default: Assembly, tmp_path: Path, changes: dict[str, Any]
) -> None:
    assert exports(synthesise(tmp_path, **changes)) == exports(default)


def moved(which: str, **changes: Any) -> dict[str, Any]:
    """A stage changed; another account wants this one's to be stated."""
    return {which: CONTEXT[which] | changes, "account": HOME, "region": "eu-west-1"}


def known_to_others(assembly: Assembly) -> dict[str, str]:
    """Export -> what it stands for in the account. A resource of another name is another resource."""
    resolver = assembly.resolvers["abalone-foundation"]
    outputs = resolver.template["Outputs"].values()
    return {
        resolver.value(each["Export"]["Name"]): resolver.value(each["Value"]) for each in outputs if "Export" in each
    }


# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html: no export that is imported can be
# changed or go, and the foundation is deployed before the stacks that import from it.
@pytest.mark.parametrize(
    "changes",
    [
        moved("staging", account=STAGING),
        moved("production", account=PRODUCTION),
        moved("staging", account=STAGING) | moved("production", account=PRODUCTION, name="live"),
        moved("staging", name="preview"),
        moved("production", name="live"),
        {"account": HOME, "region": "eu-west-1"},
    ],
    ids=["staging abroad", "production abroad", "both, one renamed", "staging renamed", "production renamed", "stated"],
)
def test_a_stage_can_change_its_account_and_its_name_in_a_deployed_project(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    """With repositories elsewhere, since the delivered one has no configuration of a stage called otherwise."""
    before = known_to_others(assembled("github"))
    after = known_to_others(synthesise(tmp_path, **{**CONFIGURATIONS["github"], **changes}))
    assert {name: after.get(name) for name in before} == before


def test_what_holds_models_and_what_acts_abroad_is_not_made_anew_when_a_stage_moves(
    default: Assembly, tmp_path: Path
) -> None:
    kinds = ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SageMaker::ModelPackageGroup", "AWS::IAM::Role")
    before = {one.logical_id: one.name for one in default.of(*kinds)}
    moving = synthesise(tmp_path, **moved("staging", account=STAGING))
    after = {one.logical_id: one.name for one in moving.of(*kinds) if one.stack == "abalone-foundation"}
    assert after == before


@pytest.mark.parametrize(
    "changes",
    [
        moved("staging", account=STAGING),
        moved("production", account=PRODUCTION),
        moved("staging", account=STAGING) | moved("production", account=PRODUCTION),
        moved("staging", account=STAGING) | moved("production", account=STAGING),
    ],
    ids=["staging abroad", "production abroad", "both", "both in one account"],
)
def test_no_policy_names_a_role_that_has_to_be_there_first(tmp_path: Path, changes: dict[str, Any]) -> None:
    """So the stacks of all accounts may be made side by side, and a role made anew is still trusted."""
    assembly = synthesise(tmp_path, **changes)
    trusts = [one.properties["AssumeRolePolicyDocument"] for one in assembly.of("AWS::IAM::Role")]
    assert sum("aws:PrincipalArn" in str(document) for document in trusts) >= 2
    assert [str(finding) for finding in by_id(assembly)] == []


def test_only_the_endpoint_of_a_stage_with_subnets_joins_a_network(cross_account: Assembly) -> None:
    joins = {
        name for name, role in actors(cross_account).items() if "ec2:CreateNetworkInterface" in str(role.statements)
    }
    assert joins == {"EndpointProd"}


def pipelines(assembly: Assembly) -> list[Resource]:
    return assembly.of("AWS::CodePipeline::Pipeline")


def test_codecommit_repositories_are_seeded_once_and_pushes_come_as_events(default: Assembly) -> None:
    repositories = default.of("AWS::CodeCommit::Repository")
    assert {one.name for one in repositories} == {"abalone-model-build", "abalone-model-deploy"}
    assert all(one.properties["Code"]["BranchName"] == "main" for one in repositories)
    for one in pipelines(default):
        source = actions(one.properties)["Source/Source"]["Configuration"]
        assert source == {"RepositoryName": one.name, "BranchName": "main", "PollForSourceChanges": False}


@pytest.mark.parametrize("provider", ["github", "gitlab", "bitbucket"])
def test_another_git_host_is_reached_through_its_connection_and_nothing_of_codecommit_is_made(
    provider: str, tmp_path: Path
) -> None:
    host = CONFIGURATIONS["github"]["gitHost"] | {"provider": provider}
    assembly = synthesise(tmp_path, gitHost=host)
    assert "codecommit" not in json.dumps(assembly.templates).lower()
    for one, repository in zip(pipelines(assembly), ("golden/model-build", "golden/model-deploy"), strict=True):
        source = actions(one.properties)["Source/Source"]
        assert source["ActionTypeId"]["Provider"] == "CodeStarSourceConnection"
        assert source["Configuration"] == {
            "ConnectionArn": host["connectionArn"],
            "FullRepositoryId": repository,
            "BranchName": "main",
            "DetectChanges": True,
        }


def test_each_foreign_stage_is_deployed_and_tested_through_its_own_account(cross_account: Assembly) -> None:
    [deploy] = [one for one in pipelines(cross_account) if one.name.endswith("deploy")]
    found = actions(deploy.properties)
    for made_by, account, name in (
        ("DeployStaging/Deploy", STAGING, "staging"),
        ("DeployProd/Prepare", PRODUCTION, "prod"),
    ):
        role = f"arn:aws:iam::{account}:role/abalone-{name}"
        action = found[made_by]
        assert action["RoleArn"] == f"{role}-deployer"
        assert action["Configuration"]["RoleArn"] == f"{role}-cloudformation"
        overrides = json.loads(action["Configuration"]["ParameterOverrides"])
        assert overrides == {"ModelExecutionRoleArn": f"{role}-endpoint"}
        made = {one.arn for one in cross_account.of("AWS::IAM::Role")}
        assert {f"{role}-{actor}" for actor in ("deployer", "cloudformation", "endpoint", "tester")} <= made
    assert found["DeployProd/Deploy"]["RoleArn"] == f"arn:aws:iam::{PRODUCTION}:role/abalone-prod-deployer"
    assert "ParameterOverrides" not in found["DeployProd/Deploy"]["Configuration"], "it executes what was made"
    [review] = [one for one in cross_account.of("AWS::Lambda::Function") if one.name == "abalone-review"]
    reviewer = review.properties["Environment"]["Variables"]["STAGE_ROLE_ARN"]
    assert reviewer in {one.arn for one in cross_account.of("AWS::IAM::Role")}


def test_foreign_stages_may_read_models_and_versions_and_write_what_they_capture_and_no_more(
    cross_account: Assembly, default: Assembly
) -> None:
    [policy] = [one for one in cross_account.of("AWS::S3::BucketPolicy") if "StorageArtifacts" in one.logical_id]
    foreign = [one for one in policy.properties["PolicyDocument"]["Statement"] if STAGING in str(one["Principal"])]
    folders = {
        (action, resource.partition("/")[2])
        for one in foreign
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }
    assert {folder for action, folder in folders if action == "s3:PutObject"} == {"data-capture/*"}
    assert {folder for action, folder in folders if action == "s3:GetObject"} == {
        "models/*",
        "abalone-model-deploy/Built/*",
    }
    assert all("abalone-staging-*" in json.dumps(one["Condition"]) for one in foreign)
    [group] = cross_account.of("AWS::SageMaker::ModelPackageGroup")
    granted = {action for one in group.properties["ModelPackageGroupPolicy"]["Statement"] for action in one["Action"]}
    assert not any("Update" in str(action) for action in granted)
    assert "ModelPackageGroupPolicy" not in default.of("AWS::SageMaker::ModelPackageGroup")[0].properties


def test_each_stack_of_a_foreign_stage_goes_to_its_account(cross_account: Assembly) -> None:
    assert cross_account.places == {
        **{f"abalone-{stack}": f"eu-west-1:{HOME}" for stack in ("foundation", "build", "deploy")},
        "abalone-staging-account": f"eu-west-1:{STAGING}",
        "abalone-prod-account": f"eu-west-1:{PRODUCTION}",
    }


def test_the_retraining_runs_at_the_time_that_is_set_with_retries_and_a_place_for_what_fails(tmp_path: Path) -> None:
    changes = {"cron": "30 2 ? * SUN *", "timeZone": "Asia/Tokyo", "flexibleMinutes": 15}
    assembly = synthesise(tmp_path, retraining=CONTEXT["retraining"] | changes)
    [schedule] = [one for one in assembly.of("AWS::Scheduler::Schedule") if one.name == "abalone-retraining"]
    assert schedule.properties["ScheduleExpression"] == "cron(30 2 ? * SUN *)"
    assert schedule.properties["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert schedule.properties["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    target = schedule.properties["Target"]
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 10}
    assert target["DeadLetterConfig"]["Arn"].endswith("DeadLetterQueue9F481546")


def test_the_retraining_is_a_valid_request_that_all_attempts_share_and_no_cache_answers(default: Assembly) -> None:
    [schedule] = [one for one in default.of("AWS::Scheduler::Schedule") if one.name == "abalone-retraining"]
    target = schedule.properties["Target"]
    request = json.loads(target["Input"].replace("<aws.scheduler.scheduled-time>", "2026-11-23T06:00:00Z"))["start"]
    shape = ServiceModel(Loader().load_service_model("sagemaker", "service-2")).shape_for(
        "StartPipelineExecutionRequest"
    )
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()
    assert "<aws" not in json.dumps(request)
    assert request["PipelineName"] == "abalone-pipeline"
    assert "PipelineParameters" not in request, "on unchanged data the steps are reused"
    assert "2026-11-23" in request["ClientRequestToken"], "each Monday is a run of its own"


def test_a_weekly_run_that_is_to_train_on_unchanged_data_passes_the_step_cache_by(tmp_path: Path) -> None:
    assembly = synthesise(tmp_path, retraining=CONTEXT["retraining"] | {"onUnchangedData": "train"})
    [schedule] = [one for one in assembly.of("AWS::Scheduler::Schedule") if one.name == "abalone-retraining"]
    request = json.loads(schedule.properties["Target"]["Input"])["start"]
    assert request["PipelineParameters"] == [{"Name": CACHE_KEY, "Value": "as of <aws.scheduler.scheduled-time>"}]


def test_what_is_switched_off_is_not_made(tmp_path: Path) -> None:
    assembly = synthesise(
        tmp_path,
        retraining=CONTEXT["retraining"] | {"enabled": False, "whileRunning": "queue"},
        data=CONTEXT["data"] | {"startOnArrival": False},
    )
    assert [one.name for one in assembly.of("AWS::Scheduler::Schedule")] == ["abalone-reconciler"]
    assert {one.name for one in assembly.of("AWS::Lambda::Function")} == {
        "abalone-data-check",
        "abalone-model-seal",
        "abalone-notices",
        "abalone-reconciler",
        "abalone-review",
    }


def test_the_longest_project_and_stages_still_fit_every_name(tmp_path: Path) -> None:
    project, staging, production = "p" * 32, "s" * 16, "t" * 16
    for stage in (staging, production):
        names = Names(project)
        assert len(names.endpoint(stage)) + len("-0123456789ab") <= 63, "models and endpoint configs"
        assert all(len(names.stage_role(stage, actor)) <= 64 for actor in ("cloudformation", "deployer", "observer"))
    region = max(
        (place for partition in Loader().load_data("endpoints")["partitions"] for place in partition["regions"]),
        key=len,
    )
    assert len(Names(project).artifact_bucket(account=HOME, region=region)) <= LONGEST["AWS::S3::Bucket"]
    roles = [f"{Names(project).home_role(actor)}-{region}" for actor in ("deploy-pipeline", "reconciler", "smoke-test")]
    assert max(map(len, roles)) <= LONGEST["AWS::IAM::Role"]
    assembly = synthesise(tmp_path, project=project)
    for one in assembly.resources:
        if NAME_PROPERTY.get(one.kind) in one.properties:
            assert len(one.name) <= LONGEST[one.kind], one.name
    for one in assembly.of("AWS::IAM::ManagedPolicy"):
        assert len(json.dumps(one.properties["PolicyDocument"], separators=(",", ":"))) <= 6144, one.where
    for template in assembly.templates.values():
        assert len(json.dumps(template)) < 1_000_000
        assert len(template["Resources"]) < 500


def test_an_address_for_notices_is_subscribed_where_one_is_set(cross_account: Assembly, default: Assembly) -> None:
    [subscription] = cross_account.of("AWS::SNS::Subscription")
    assert (subscription.properties["Protocol"], subscription.properties["Endpoint"]) == (
        "email",
        "notices@example.com",
    )
    assert default.of("AWS::SNS::Subscription") == []
