"""What a build finds of a repository that a pipeline takes, as a zip file and as a full clone; and what started the pipeline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import ClientOf
from tests.sandbox.codecommit.gits import Clone, run
from tests.sandbox.codepipeline.delivery_project import PLACE, DeliveryProject, allow, unique
from tests.sandbox.codepipeline.structures import Structure, artifacts
from tests.sandbox.codepipeline.world import stage

BUILDSPEC = """\
version: 0.2
env: {exported-variables: [LINK, HISTORY, TAG, STATE]}
phases:
  build:
    commands:
      - 'test -L link.txt && export LINK="a link to $(cat link.txt)" || export LINK="a file: $(cat link.txt)"'
      - export HISTORY="$(git log --format=%s 2>&1 | tr '\\n' ';')"
      - export TAG="$(git describe --tags 2>&1)"
      - export STATE="$(git status --short 2>&1)"
artifacts: {files: [target.txt]}
"""


@pytest.fixture
def project(client: ClientOf) -> DeliveryProject:
    return unique(client)


def filled(project: DeliveryProject, client: ClientOf, folder: Path) -> str:
    """The pipeline's role; the repository has a link, a history of three commits, and a tag."""
    role = project.set_up()
    url = client("codecommit").get_repository(repositoryName=project.name)["repositoryMetadata"]["cloneUrlHttp"]
    run("clone", "--quiet", url, str(folder))
    clone = Clone(folder)
    clone.commit("target.txt", b"the target's text\n")
    clone.git("tag", "--annotate", "--message", "first", "v1.0")
    (folder / "link.txt").symlink_to("target.txt")
    clone.git("add", "link.txt")
    clone.commit("buildspec.yml", BUILDSPEC.encode())
    clone.git("push", "--quiet", "origin", "HEAD:main", "v1.0")
    project.let("own-repository", "codepipeline", allow("codecommit:GetRepository"))
    return role


def built(project: DeliveryProject, role: str, **configuration: str) -> Structure:
    declared = project.pipeline(role, project.build())
    declared["stages"][0]["actions"][0]["configuration"] |= configuration
    project.codepipeline.create_pipeline(pipeline=declared)
    return project.ended()


def test_a_link_in_a_zip_file_is_a_text_with_its_target(
    project: DeliveryProject, client: ClientOf, tmp_path: Path
) -> None:
    role = filled(project, client, tmp_path / "clone")
    assert built(project, role)["status"] == "Succeeded", project.errors()
    seen = project.runs()["Build"]["output"]["outputVariables"]
    assert seen["LINK"] == "a file: target.txt"
    assert seen["HISTORY"].startswith("fatal: not a git repository")


def test_a_full_clone_has_links_history_and_tags(project: DeliveryProject, client: ClientOf, tmp_path: Path) -> None:
    role = filled(project, client, tmp_path / "clone")
    pull = allow("codecommit:GitPull", on=f"arn:aws:codecommit:{PLACE}:{project.name}")
    project.let("pull", "codebuild", pull)
    assert built(project, role, OutputArtifactFormat="CODEBUILD_CLONE_REF")["status"] == "Succeeded", project.errors()
    assert project.runs()["Build"]["output"]["outputVariables"] == {
        "LINK": "a link to the target's text",
        "HISTORY": "Write buildspec.yml;Write target.txt;Change it;",
        "TAG": "v1.0-1-g" + project.runs()["Fetch"]["output"]["outputVariables"]["CommitId"][:7],
        "STATE": "",
    }


def test_a_full_clone_needs_the_builds_role_to_pull(project: DeliveryProject, client: ClientOf, tmp_path: Path) -> None:
    role = filled(project, client, tmp_path / "clone")
    assert built(project, role, OutputArtifactFormat="CODEBUILD_CLONE_REF")["status"] == "Failed"
    message = project.errors()["Build"]["message"]
    assert "Phase: DOWNLOAD_SOURCE" in message
    assert f"is not authorized to perform: codecommit:GitPull on resource: arn:aws:codecommit:{PLACE}:" in message


def test_only_a_build_can_take_a_full_clone(project: DeliveryProject, client: ClientOf, tmp_path: Path) -> None:
    """User guide, "CodeCommit source action reference"."""
    role = filled(project, client, tmp_path / "clone")
    deploy = project.deploy(
        inputArtifacts=artifacts("Code"),
        configuration={"ActionMode": "CREATE_UPDATE", "StackName": project.name, "TemplatePath": "Code::template.json"},
    )
    declared = project.pipeline(role, stage("Deploy", deploy))
    declared["stages"][0]["actions"][0]["configuration"]["OutputArtifactFormat"] = "CODEBUILD_CLONE_REF"
    project.codepipeline.create_pipeline(pipeline=declared)
    assert project.ended()["status"] == "Failed"
    assert "full clone" in project.errors()["Deploy"]["message"]


def test_an_output_without_an_artifacts_section_is_missed_by_who_takes_it(project: DeliveryProject) -> None:
    role = project.set_up()
    project.push(buildspec__yml="version: 0.2\nphases: {build: {commands: [true]}}\n")
    deployed = project.deploy()
    deployed["configuration"]["ParameterOverrides"] = "{}"
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, project.build(), stage("Deploy", deployed)))
    assert project.ended()["status"] == "Failed"
    assert project.runs()["Build"]["status"] == "Succeeded"
    details = project.errors()["Deploy"]
    assert details["code"] == "PermissionError"
    assert details["message"].startswith("Unable to access the artifact with Amazon S3 object key ")


def test_a_rule_is_what_started_a_pipeline(project: DeliveryProject, client: ClientOf) -> None:
    """API_ExecutionTrigger: CloudWatchEvent with the rule's ARN, and StartPipelineExecution with whoever called."""
    role = project.set_up()
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, project.build()))
    project.ended()
    starter = project.role("events", allow("codepipeline:StartPipelineExecution"))
    pattern = {"source": ["aws.codecommit"], "resources": [f"arn:aws:codecommit:{PLACE}:{project.name}"]}
    rule = client("events").put_rule(Name=project.name, EventPattern=json.dumps(pattern))["RuleArn"]
    target = {"Id": "1", "Arn": f"arn:aws:codepipeline:{PLACE}:{project.name}", "RoleArn": starter}
    client("events").put_targets(Rule=project.name, Targets=[target])
    project.push(name__txt="away")

    def triggers() -> list[Structure]:
        found = project.codepipeline.list_pipeline_executions(pipelineName=project.name)["pipelineExecutionSummaries"]
        return [each["trigger"] for each in found]

    project.until(lambda: len(triggers()) == 2)
    assert triggers()[0] == {"triggerType": "CloudWatchEvent", "triggerDetail": rule}
    project.codepipeline.start_pipeline_execution(name=project.name)
    assert triggers()[0] == {
        "triggerType": "StartPipelineExecution",
        "triggerDetail": "arn:aws:iam::000000000000:root",
    }
