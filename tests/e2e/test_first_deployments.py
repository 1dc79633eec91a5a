"""The first deployment of a stage fails: the next one mends staging, and one printed command mends production."""

from __future__ import annotations

import shlex

from tests.e2e.policies import taken_away
from tests.e2e.project import DEPLOY, NAMES, Project, eventually


def as_before_the_first_deployment(project: Project, stage: str) -> None:
    cloudformation, name = project.client("cloudformation"), NAMES.endpoint(stage)
    cloudformation.delete_stack(StackName=name)
    eventually(lambda: status(project, stage) is None, f"{name} is gone")


def status(project: Project, stage: str) -> str | None:
    stacks = project.client("cloudformation").describe_stacks()["Stacks"]
    return next((str(each["StackStatus"]) for each in stacks if each["StackName"] == NAMES.endpoint(stage)), None)


def test_stagings_first_deployment_fails_and_the_next_execution_goes_through(project: Project) -> None:
    second, third = project.waiting_versions(2)
    as_before_the_first_deployment(project, "staging")
    with taken_away(project, "CloudFormationStaging", "sagemaker:CreateEndpoint"):
        project.approve(second)
        execution = project.of_version(second)
        assert project.ended(DEPLOY, execution) == "Failed"
    assert project.failure(DEPLOY, execution)[0] == "DeployStaging.Deploy"
    assert status(project, "staging") == "ROLLBACK_COMPLETE"
    project.release(third)
    assert status(project, "staging") == "CREATE_COMPLETE"
    assert project.live("staging") == project.live() == third


def test_productions_first_deployment_fails_and_the_notices_commands_mend_it(project: Project) -> None:
    (second,) = project.waiting_versions(1)
    as_before_the_first_deployment(project, "prod")
    mailbox = project.mailbox()
    with taken_away(project, "CloudFormationProduction", "sagemaker:CreateEndpoint"):
        project.approve(second)
        execution = project.of_version(second)
        project.answer(execution)
        assert project.ended(DEPLOY, execution) == "Failed"
    assert status(project, "prod") == "ROLLBACK_COMPLETE"
    notice = eventually(lambda: next((each for each in mailbox() if "delete-stack" in each), None), "the notice")
    assert f"({second})" in notice
    commands = [shlex.split(line) for line in notice.splitlines() if line.startswith("  aws ")]
    delete = next(each for each in commands if "delete-stack" in each)
    retry = next(each for each in commands if "retry-stage-execution" in each)
    project.client("cloudformation").delete_stack(StackName=delete[delete.index("--stack-name") + 1])
    eventually(lambda: status(project, "prod") is None, "the stack is gone")
    project.client("codepipeline").retry_stage_execution(
        pipelineName=retry[retry.index("--pipeline-name") + 1],
        stageName=retry[retry.index("--stage-name") + 1],
        pipelineExecutionId=retry[retry.index("--pipeline-execution-id") + 1],
        retryMode=retry[retry.index("--retry-mode") + 1],
    )
    project.answer(execution)  # the change is made anew, and so is approved anew
    eventually(lambda: project.status(DEPLOY, execution) == "Succeeded", lambda: project.told(DEPLOY, execution))
    assert project.live() == second
