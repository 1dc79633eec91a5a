"""One thing of the wiring is broken, and the loop stops at that very point with a message that names it.

`make test-permissions` does the same to every statement of every role.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.parts.archive import tree
from infra.parts.function import FUNCTIONS
from sandbox.source_keys import left_out
from tests.e2e.policies import edit_policies, role_of, without
from tests.e2e.project import BUILD, DEPLOY, NAMES, Project, eventually
from tests.sandbox.function_archive import function_archive


def test_a_permission_taken_from_the_build_stops_the_build_and_is_named(project: Project) -> None:
    role = role_of(project, "Build")
    edit_policies(project, role, without("sagemaker:UpdatePipeline"))
    execution = project.of_commit(BUILD, project.push(BUILD, {"README.md": "changed\n"}))
    assert project.ended(BUILD, execution) == "Failed"
    action, reason = project.failure(BUILD, execution)
    assert action == "Build.Build"
    assert "sagemaker:UpdatePipeline" in reason
    assert role in reason


def test_a_permission_taken_from_the_jobs_fails_the_step_and_is_named(project: Project) -> None:
    role = role_of(project, "Job")
    edit_policies(project, role, without("s3:GetObject"))
    sagemaker = project.client("sagemaker")
    parameters = [{"Name": "CacheKey", "Value": "another"}]
    arn = sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline, PipelineParameters=parameters)[
        "PipelineExecutionArn"
    ]
    eventually(project.no_run_is_under_way, "the run has ended")
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    failed = next(step for step in steps if step["StepStatus"] == "Failed")
    assert failed["StepName"] == "Preprocess"
    assert "s3:GetObject" in failed["FailureReason"]
    assert role in failed["FailureReason"]


@pytest.mark.parametrize("action", ["sagemaker:CreateModelPackageGroup", "sagemaker:AddTags"])
def test_a_permission_taken_from_the_pipeline_fails_its_run_and_is_named(project: Project, action: str) -> None:
    """Both are asked for by calls that make nothing: the group is there, and the tag is Pipelines' own."""
    role = role_of(project, "SageMakerPipeline")
    edit_policies(project, role, without(action))
    sagemaker = project.client("sagemaker")
    arn = sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)["PipelineExecutionArn"]
    eventually(project.no_run_is_under_way, "the run has ended")
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    failed = {step["StepName"]: step["FailureReason"] for step in steps if step["StepStatus"] == "Failed"}
    assert "RegisterModel" in failed
    assert f"{role}/SageMaker is not authorized to perform: {action}" in failed["RegisterModel"]


def test_a_permission_taken_from_the_stage_fails_its_deployment_and_is_named(project: Project) -> None:
    role = role_of(project, "CloudFormationStaging")
    edit_policies(project, role, without("sagemaker:CreateModel"))
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployStaging.Deploy"
    assert "sagemaker:CreateModel" in reason
    assert role in reason


def test_an_event_pattern_that_misses_leaves_the_decision_to_the_clock(project: Project) -> None:
    events = project.client("events")
    rule = next(each for each in events.list_rules()["Rules"] if each["Name"] == f"{NAMES.project}-decisions")
    pattern = json.loads(rule["EventPattern"])
    pattern["detail-type"] = ["SageMaker Model Package Change"]
    events.put_rule(Name=rule["Name"], EventPattern=json.dumps(pattern))
    (second,) = project.waiting_versions(1)
    before = len(project.executions(DEPLOY))
    project.approve(second)
    project.push(DEPLOY, {"README.md": "a push, which is heard\n"})
    eventually(lambda: len(project.executions(DEPLOY)) > before, "the push's execution")
    assert [each for each in project.executions(DEPLOY)[:-before] if project.version_of(each) == second] == []
    project.advance(15 * 60)
    assert project.of_version(second)


def test_a_function_that_cannot_be_read_deploys_nothing_and_an_alarm_tells_so(project: Project) -> None:
    code = {name: path.read_text() for name, path in tree(FUNCTIONS, below="functions").items()}
    for function in (NAMES.reconciler, NAMES.notices):  # not even what writes the notices is needed
        project.client("lambda").update_function_code(FunctionName=function, ZipFile=function_archive(code, mode=0o600))
    told = project.mailbox()
    (second,) = project.waiting_versions(1)
    project.approve(second)
    alarm = NAMES.errors("reconciler")
    eventually(lambda: any(alarm in each for each in told()), f"the notice of the alarm {alarm}")
    assert [each for each in project.executions(DEPLOY) if project.version_of(each) == second] == []
    log = project.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{NAMES.reconciler}")["events"]
    assert any("Permission denied: '/var/task/functions/__init__.py'" in each["message"] for each in log)


def test_a_variable_by_another_name_fails_the_build_and_is_named(project: Project) -> None:
    codebuild = project.client("codebuild")
    environment = codebuild.batch_get_projects(names=[BUILD])["projects"][0]["environment"]
    for variable in environment["environmentVariables"]:
        if variable["name"] == "SAGEMAKER_PIPELINE_NAME":
            variable["name"] = "PIPELINE_NAME"
    codebuild.update_project(name=BUILD, environment=environment)
    execution = project.of_commit(BUILD, project.push(BUILD, {"README.md": "changed\n"}))
    assert project.ended(BUILD, execution) == "Failed"
    assert "SAGEMAKER_PIPELINE_NAME" in project.failure(BUILD, execution)[1]


def test_a_command_of_the_build_that_is_misspelt_fails_it_and_is_named(project: Project) -> None:
    spec = (project.checkout(BUILD) / "buildspec.yml").read_text()
    edits = {"buildspec.yml": spec.replace('python -m "$BUILD_MODULE"', 'pyton -m "$BUILD_MODULE"')}
    execution = project.of_commit(BUILD, project.push(BUILD, edits))
    assert project.ended(BUILD, execution) == "Failed"
    action, reason = project.failure(BUILD, execution)
    assert action == "Build.Build"
    assert "pyton" in reason


@pytest.mark.parametrize(
    ("actor", "key", "value"),
    [
        ("CloudFormationStaging", "aws:SourceArn", f"arn:aws:cloudformation:*:*:stack/{NAMES.endpoint('staging')}/*"),
        ("DeployPipeline", "aws:SourceArn", f"arn:aws:codepipeline:*:*:{DEPLOY}"),
    ],
)
def test_a_trust_that_insists_on_what_its_service_does_not_say_stops_the_deployment(
    project: Project, actor: str, key: str, value: str
) -> None:
    """The very home in which everything went through: it stops at a condition that decides where the key is absent."""
    assert set(left_out(project.settings.home)) >= {"cloudformation", "codepipeline"}
    role, iam = role_of(project, actor), project.client("iam")
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Condition"] = {"ArnLike": {key: value}}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    (second,) = project.waiting_versions(1)
    project.approve(second)
    execution = project.of_version(second)
    assert project.ended(DEPLOY, execution) == "Failed"
    _, reason = project.failure(DEPLOY, execution)
    assert "sts:AssumeRole" in reason
    assert role in reason


def change_definition(project: Project, change: Callable[[dict[str, dict[str, Any]]], None]) -> None:
    """The SageMaker pipeline with other arguments in its steps."""
    sagemaker = project.client("sagemaker")
    described = sagemaker.describe_pipeline(PipelineName=NAMES.sagemaker_pipeline)
    definition = json.loads(described["PipelineDefinition"])
    gate = next(step for step in definition["Steps"] if step["Type"] == "Condition")
    change({step["Name"]: step["Arguments"] for step in (*definition["Steps"], *gate["Arguments"]["IfSteps"])})
    sagemaker.update_pipeline(
        PipelineName=NAMES.sagemaker_pipeline,
        PipelineDefinition=json.dumps(definition),
        RoleArn=described["RoleArn"],
    )


def test_metrics_defined_beside_the_algorithm_stop_the_run_at_train(project: Project) -> None:
    def define(steps: dict[str, dict[str, Any]]) -> None:
        metric = {"Name": "validation:mse", "Regex": "validation-mse: ([0-9.]+)"}
        steps["Train"]["AlgorithmSpecification"]["MetricDefinitions"] = [metric]

    change_definition(project, define)
    sagemaker = project.client("sagemaker")
    arn = sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)["PipelineExecutionArn"]
    eventually(project.no_run_is_under_way, "the run has ended")
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    failed = {step["StepName"]: step["FailureReason"] for step in steps if step["StepStatus"] == "Failed"}
    assert "You can't override the metric definitions for Amazon SageMaker algorithms" in failed["Train"]


def test_a_version_whose_code_wants_a_package_index_never_reaches_staging(project: Project) -> None:
    def forget(steps: dict[str, dict[str, Any]]) -> None:
        del steps["RegisterModel"]["InferenceSpecification"]["Containers"][0]["Environment"]["PIP_NO_BUILD_ISOLATION"]

    change_definition(project, forget)
    sagemaker = project.client("sagemaker")
    run = sagemaker.start_pipeline_execution(PipelineName=NAMES.sagemaker_pipeline)["PipelineExecutionArn"]
    eventually(project.no_run_is_under_way, "the run has ended")
    versions = [each["ModelPackageArn"] for each in project.versions()]
    (version,) = (
        each for each in versions if project.run_of(each) == run
    )  # a build's own run may have ended beside it
    project.approve(version)
    execution = project.of_version(version)
    assert project.ended(DEPLOY, execution) == "Failed"
    action, reason = project.failure(DEPLOY, execution)
    assert action == "DeployStaging.Deploy"
    assert "did not pass the ping health check" in reason
    assert "InstallModuleError" in reason
