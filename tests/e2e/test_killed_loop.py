"""`kill -9` of the sandbox at each step boundary of the loop, then `up`: the state is there, what was cut off can be retried."""

from __future__ import annotations

import pytest

from tests.e2e.project import BUILD, DEPLOY, Project, eventually

# Where the build pipeline's execution of a push is when the sandbox is killed: (action, status).
BUILDING = [("Source", "InProgress"), ("Build", "InProgress"), ("Build", "Succeeded")]
# The same for the deploy pipeline's execution of an approved version.
DEPLOYING = [
    ("Source.Source", "InProgress"),
    ("Build.Build", "InProgress"),
    ("DeployStaging.Deploy", "InProgress"),
    ("DeployStaging.Test", "InProgress"),
    ("DeployProd.Prepare", "InProgress"),
    ("DeployProd.Review", "InProgress"),
    ("DeployProd.Approve", "InProgress"),
    ("DeployProd.Recheck", "InProgress"),
    ("DeployProd.Deploy", "InProgress"),
    ("DeployProd.Verify", "InProgress"),
]


def test_a_push_survives_a_kill_at_every_boundary_and_registers_once(project: Project) -> None:
    before = len(project.versions())
    commit = project.push(BUILD, {"README.md": "changed\n"})
    execution = project.of_commit(BUILD, commit)
    for action, status in BUILDING:
        meet(project, BUILD, execution, action, status)
        restart(project, BUILD, execution)
    assert project.ended(BUILD, execution) == "Succeeded", project.told(BUILD, execution)
    for run in project.runs():
        if run["PipelineExecutionStatus"] == "Failed":
            project.client("sagemaker").retry_pipeline_execution(PipelineExecutionArn=run["PipelineExecutionArn"])
    eventually(project.no_run_is_under_way, "the run has ended")
    registered = [project.run_of(each["ModelPackageArn"]) for each in project.versions()[before:]]
    assert registered
    assert len(registered) == len(
        set(registered)
    )  # a build that runs again starts a run of its own; no run registers twice


def test_an_approved_version_survives_a_kill_at_every_boundary(project: Project) -> None:
    (second,) = project.waiting_versions(1)
    project.approve(second)
    project.kill()  # right after the decision was acknowledged
    project.up()
    project.client("lambda").invoke(FunctionName="abalone-reconciler", Payload=b"{}")
    execution = project.of_version(second)
    for action, status in DEPLOYING:
        if action.endswith("Approve"):
            token = project.waits_for_a_person(execution)
            restart(project, DEPLOY, execution)
            assert project.waits_for_a_person(execution) == token
            project.answer(execution)
            continue
        meet(project, DEPLOY, execution, action, status)
        restart(project, DEPLOY, execution)
    assert project.ended(DEPLOY, execution) == "Succeeded", project.told(DEPLOY, execution)
    assert project.live() == second
    assert project.predict() == pytest.approx(project.predict("staging"))


def meet(project: Project, pipeline: str, execution: str, action: str, status: str) -> None:
    """Wait until the action has begun; one that is quicker than a look is met just after its end."""

    def there() -> bool:
        for each in project.actions(pipeline, execution):
            if f"{each['stageName']}.{each['actionName']}".endswith(action):
                return bool(each["status"] in (status, "Succeeded"))
        return False

    eventually(there, lambda: f"{action} is {status}; {project.told(pipeline, execution)}")


def restart(project: Project, pipeline: str, execution: str) -> None:
    """Kill, up, and retry the stage that was cut off, if one was; nothing may be unreadable or still said to run."""
    project.kill()
    project.up()
    status = project.status(pipeline, execution)
    if status == "Failed":
        stage = next(each["stageName"] for each in project.actions(pipeline, execution) if each["status"] == "Failed")
        assert "retry-stage-execution" in project.failure(pipeline, execution)[1]
        eventually(lambda: no_endpoint_is_changed(project), "the update that was cut off has come to its end")
        project.client("codepipeline").retry_stage_execution(
            pipelineName=pipeline, stageName=stage, pipelineExecutionId=execution, retryMode="FAILED_ACTIONS"
        )
    else:
        assert status in ("InProgress", "Succeeded")


def no_endpoint_is_changed(project: Project) -> bool:
    """An update of an endpoint goes on after a kill, and no other one can start until it has ended."""
    endpoints = project.client("sagemaker").list_endpoints()["Endpoints"]
    return all(each["EndpointStatus"] in ("InService", "Failed") for each in endpoints)
