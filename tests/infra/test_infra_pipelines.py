"""What the two CodePipelines let through, whatever fails in them."""

from __future__ import annotations

import json
from itertools import chain, combinations
from typing import Any

import pytest

from infra.functions.review.handler import CHANGE_VARIABLE
from tests.infra.pipeline_walk import actions, walk
from tests.infra.synthesis import settings
from tests.verifiers.assembly import Assembly, Resource

SOMETHING, NOTHING = {"BuildVariables.DEPLOY": "yes"}, {"BuildVariables.DEPLOY": "no"}
APPROVE = "DeployProd/Approve"
WITH_A_PERSON = (
    "Source/Source",
    "Build/Build",
    "DeployStaging/Deploy",
    "DeployStaging/Test",
    "DeployProd/Prepare",
    "DeployProd/Review",
    "DeployProd/Approve",
    "DeployProd/Recheck",
    "DeployProd/Deploy",
    "DeployProd/Verify",
)
PREPARE, REVIEW, PRODUCTION = "DeployProd/Prepare", "DeployProd/Review", "DeployProd/Deploy"


@pytest.fixture
def deploy(assembly: Assembly) -> Resource:
    return pipeline(assembly, "model-deploy")


@pytest.fixture
def waits(assembly: Assembly) -> bool:
    """Whether production waits for a person, by the settings."""
    return settings(assembly.configuration).approval.before_production


@pytest.fixture
def order(waits: bool) -> tuple[str, ...]:
    return tuple(name for name in WITH_A_PERSON if waits or name != APPROVE)


@pytest.fixture
def build(assembly: Assembly) -> Resource:
    return pipeline(assembly, "model-build")


def pipeline(assembly: Assembly, name: str) -> Resource:
    [found] = [one for one in assembly.of("AWS::CodePipeline::Pipeline") if one.name.endswith(name)]
    return found


def test_a_version_goes_through_staging_its_test_and_a_person_if_one_decides_to_production(
    deploy: Resource, order: tuple[str, ...]
) -> None:
    done = walk(deploy.properties, variables=SOMETHING)
    assert (done.ran, done.status) == (order, "Succeeded")


def test_whatever_fails_nothing_after_it_runs(deploy: Resource, order: tuple[str, ...]) -> None:
    for failing in chain.from_iterable(combinations(order, count) for count in range(1, len(order) + 1)):
        first = min(map(order.index, failing))
        done = walk(deploy.properties, failing=failing, variables=SOMETHING)
        assert (done.ran, done.status) == (order[: first + 1], "Failed")


@pytest.mark.parametrize("variables", [SOMETHING, NOTHING], ids=["something", "nothing"])
def test_production_is_unreachable_without_the_persons_approval_exactly_where_a_person_decides(
    deploy: Resource, waits: bool, order: tuple[str, ...], variables: dict[str, str]
) -> None:
    assert (APPROVE in actions(deploy.properties)) is waits
    before = APPROVE if waits else REVIEW
    for failing in chain.from_iterable(combinations(order, count) for count in range(len(order))):
        done = walk(deploy.properties, failing=failing, variables=variables)
        if PRODUCTION in done.ran:
            assert before in done.ran[: done.ran.index(PRODUCTION)]
            assert before not in failing


def test_the_approval_is_a_persons_and_all_that_deploys_to_production_comes_after_it(
    deploy: Resource, waits: bool
) -> None:
    found = actions(deploy.properties)
    person = {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"}
    assert [one["ActionTypeId"] for name, one in found.items() if name == APPROVE] == [person] * waits
    deploying = [name for name, one in found.items() if one["ActionTypeId"]["Category"] == "Deploy"]
    assert deploying == ["DeployStaging/Deploy", PREPARE, PRODUCTION]
    stacks = [found[name]["Configuration"]["StackName"] for name in deploying]
    assert stacks == ["abalone-staging", "abalone-prod", "abalone-prod"]
    modes = [found[name]["Configuration"]["ActionMode"] for name in (PREPARE, PRODUCTION)]
    assert modes == ["CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE"], "what makes a change set changes nothing"


def test_production_executes_the_very_change_set_that_was_reviewed_and_reads_no_artifact_for_it(
    deploy: Resource,
) -> None:
    found = actions(deploy.properties)
    names = {found[name]["Configuration"]["ChangeSetName"] for name in (PREPARE, PRODUCTION)}
    assert names == {"execution-#{codepipeline.PipelineExecutionId}"}, "one for each execution, and the same in both"
    asked = json.loads(found[REVIEW]["Configuration"]["UserParameters"])
    assert asked["ChangeSetName"] in names
    assert asked["ModelPackageArn"] == "#{StagingStack.ModelPackageArn}"
    assert asked["Digests"] == "#{BuildVariables.DIGESTS}"
    assert "InputArtifacts" not in found[PRODUCTION]
    assert (
        not {"TemplatePath", "TemplateConfiguration", "ParameterOverrides"} & found[PRODUCTION]["Configuration"].keys()
    )


def test_without_an_approved_version_nothing_is_deployed_and_the_pipeline_succeeds(
    deploy: Resource, order: tuple[str, ...]
) -> None:
    done = walk(deploy.properties, variables=NOTHING)
    assert (done.ran, done.status) == (order[:2], "Succeeded")
    assert done.stages["DeployStaging"] == done.stages["DeployProd"] == "Skipped"


def test_the_variable_that_decides_is_one_that_the_build_exports(deploy: Resource) -> None:
    build = actions(deploy.properties)["Build/Build"]
    conditions = [stage["BeforeEntry"] for stage in deploy.properties["Stages"] if "BeforeEntry" in stage]
    assert build["Namespace"] == "BuildVariables"
    assert conditions[0] == conditions[1], "or one stage could be skipped alone"


def test_the_approval_has_a_link_to_the_report_of_that_very_test(default: Assembly) -> None:
    found = actions(pipeline(default, "model-deploy").properties)
    approval = found[APPROVE]["Configuration"]
    report = environment(found["DeployStaging/Test"])["REPORT_URI"].removeprefix("s3://")
    bucket, _, prefix = report.partition("/")
    assert f"/s3/object/{bucket}?" in approval["ExternalEntityLink"]
    assert approval["ExternalEntityLink"].endswith(f"prefix={prefix}/report.html")
    assert "#{codepipeline.PipelineExecutionId}" in prefix
    assert "#{StagingStack.ModelPackageArn}" in approval["CustomData"]
    assert f"#{{{found[REVIEW]['Namespace']}.{CHANGE_VARIABLE}}}" in approval["CustomData"], "what changes"


@pytest.mark.parametrize(
    ("test", "stage", "namespace"), [("Test", "DeployStaging", "StagingStack"), ("Verify", "DeployProd", "ProdStack")]
)
def test_each_stage_is_tested_for_the_version_that_was_deployed_to_it(
    deploy: Resource, test: str, stage: str, namespace: str
) -> None:
    found = actions(deploy.properties)
    assert found[f"{stage}/Deploy"]["Namespace"] == namespace
    given = environment(found[f"{stage}/{test}"])
    assert given["MODEL_PACKAGE_ARN"] == f"#{{{namespace}.ModelPackageArn}}"
    assert given["ENDPOINT_NAME"] == f"#{{{namespace}.EndpointName}}"


def test_the_tested_version_is_checked_once_more_after_the_days_that_a_person_may_have_taken(deploy: Resource) -> None:
    recheck = actions(deploy.properties)["DeployProd/Recheck"]
    given = environment(recheck)
    assert recheck["Configuration"]["ProjectName"] == "abalone-model-deploy"
    assert given["MODEL_PACKAGE_ARN"] == "#{StagingStack.ModelPackageArn}"
    assert given["BUILD_ARGUMENTS"] == "--config prod-config.json --output-dir . --dry-run --decided-last"


def test_only_a_build_of_what_the_same_execution_has_tested_leaves_the_tests_out(deploy: Resource) -> None:
    found = actions(deploy.properties)
    untested = [name for name, action in found.items() if environment(action).get("TESTED") == "yes"]
    assert untested == ["DeployProd/Recheck"]
    first, recheck = found["Build/Build"], found["DeployProd/Recheck"]
    assert recheck["InputArtifacts"] == first["InputArtifacts"]
    assert recheck["Configuration"]["ProjectName"] == first["Configuration"]["ProjectName"]


def test_each_stage_is_deployed_from_its_own_configuration_by_its_own_role(deploy: Resource) -> None:
    found = [actions(deploy.properties)[name] for name in ("DeployStaging/Deploy", PREPARE)]
    configurations = [one["Configuration"]["TemplateConfiguration"] for one in found]
    assert configurations == ["Built::staging-config-export.json", "Built::prod-config-export.json"]
    assert {one["Configuration"]["TemplatePath"] for one in found} == {"Built::endpoint.yaml"}
    assert len({one["Configuration"]["RoleArn"] for one in found}) == 2
    assert all("Capabilities" not in one["Configuration"] for one in found), "a template that makes a role is refused"


def test_a_failed_first_deployment_is_mended_in_staging_and_never_replaced_in_production(deploy: Resource) -> None:
    found = actions(deploy.properties)
    modes = {name: one["Configuration"].get("ActionMode") for name, one in found.items()}
    assert [name for name, mode in modes.items() if mode == "REPLACE_ON_FAILURE"] == ["DeployStaging/Deploy"]
    assert not {"CREATE_UPDATE", "DELETE_ONLY"} & {mode for mode in modes.values() if mode}


def test_a_version_approved_during_a_deployment_waits_its_turn(deploy: Resource) -> None:
    assert (deploy.properties["PipelineType"], deploy.properties["ExecutionMode"]) == ("V2", "QUEUED")
    [variable] = deploy.properties["Variables"]
    assert (variable["Name"], variable["DefaultValue"]) == ("ModelPackageArn", "latest")
    given = environment(actions(deploy.properties)["Build/Build"])
    assert given["MODEL_PACKAGE_ARN"] == "#{variables.ModelPackageArn}"


def test_the_build_pipeline_builds_what_was_pushed_and_nothing_if_the_source_fails(build: Resource) -> None:
    assert walk(build.properties, variables={}).ran == ("Source/Source", "Build/Build")
    assert walk(build.properties, failing=["Source/Source"], variables={}).ran == ("Source/Source",)
    assert (build.properties["PipelineType"], build.properties["ExecutionMode"]) == ("V2", "SUPERSEDED")


def test_every_artifact_is_made_before_it_is_used(deploy: Resource, build: Resource) -> None:
    for one in (deploy, build):
        made: set[str] = set()
        for action in actions(one.properties).values():
            assert {artifact["Name"] for artifact in action.get("InputArtifacts", ())} <= made
            made |= {artifact["Name"] for artifact in action.get("OutputArtifacts", ())}


def environment(action: Any) -> dict[str, str]:
    listed = json.loads(action["Configuration"].get("EnvironmentVariables", "[]"))
    return {one["name"]: one["value"] for one in listed}
