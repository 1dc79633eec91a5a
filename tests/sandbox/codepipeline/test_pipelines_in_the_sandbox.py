"""Whole pipelines in a running sandbox, by boto3: what AWS's other services do for them, in their roles' names."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

import pytest

from tests.conftest import ClientOf
from tests.sandbox.codepipeline.delivery_project import DeliveryProject, Permissions, allow, unique
from tests.sandbox.codepipeline.structures import Structure, action, artifacts
from tests.sandbox.codepipeline.world import stage


@pytest.fixture
def project(client: ClientOf) -> DeliveryProject:
    return unique(client)


def test_a_push_is_built_deployed_and_told_to_a_function(project: DeliveryProject, client: ClientOf) -> None:
    role = project.set_up()
    project.function()
    told = {"FunctionName": project.name, "UserParameters": "#{D.Said}"}
    deployed = project.deploy(outputArtifacts=artifacts("Stack"))
    deployed["configuration"]["OutputFileName"] = "outputs.json"
    tell = action("Tell", "Lambda", category="Invoke", namespace="L", configuration=told)
    stages = [project.build(WHO="us"), stage("Deploy", deployed), stage("Tell", tell)]
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, *stages))
    execution = project.ended()
    assert execution["status"] == "Succeeded", project.errors()
    runs = project.runs()
    assert runs["Build"]["output"]["outputVariables"] == {"GREETING": "us at home"}
    assert runs["Deploy"]["output"]["outputVariables"]["Said"] == "us at home"
    assert runs["Tell"]["output"]["outputVariables"] == {"HEARD": "us at home"}
    assert runs["Fetch"]["output"]["outputVariables"]["CommitMessage"] == "Change it"
    [revision] = execution["artifactRevisions"]
    assert revision["revisionId"] == runs["Fetch"]["output"]["outputVariables"]["CommitId"]
    stack = client("cloudformation").describe_stacks(StackName=project.name)["Stacks"][0]
    assert {"Key": "a", "Value": "b"} in stack["Tags"]
    [left] = runs["Deploy"]["output"]["outputArtifacts"]
    made = client("s3").get_object(Bucket=left["s3location"]["bucket"], Key=left["s3location"]["key"])
    assert made["ServerSideEncryption"] == "aws:kms"
    with zipfile.ZipFile(io.BytesIO(made["Body"].read())) as archive:
        assert json.loads(archive.read("outputs.json"))["Said"] == "us at home"


def test_a_stack_without_changes_is_a_success(project: DeliveryProject) -> None:
    role = project.set_up()
    stages = [project.build(WHO="us"), stage("Deploy", project.deploy())]
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, *stages))
    assert project.ended()["status"] == "Succeeded", project.errors()
    again = project.codepipeline.start_pipeline_execution(name=project.name)["pipelineExecutionId"]
    assert project.ended(again)["status"] == "Succeeded", project.errors()
    assert project.runs()["Deploy"]["output"]["outputVariables"]["Said"] == "us at home"


def test_a_change_set_is_made_and_carried_out(project: DeliveryProject, client: ClientOf) -> None:
    role = project.set_up()
    change = {"ChangeSetName": "next"}
    made = project.deploy("CHANGE_SET_REPLACE", name="Prepare", namespace="P")
    done = project.deploy("CHANGE_SET_EXECUTE", runOrder=2)
    for each in (made, done):
        each["configuration"].update(change)
    stages = [project.build(WHO="us"), stage("Deploy", made, done)]
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, *stages))
    assert project.ended()["status"] == "Succeeded", project.errors()
    assert (
        client("cloudformation").describe_stacks(StackName=project.name)["Stacks"][0]["StackStatus"]
        == "CREATE_COMPLETE"
    )
    project.codepipeline.delete_pipeline(name=project.name)
    removed = project.deploy("DELETE_ONLY")
    project.codepipeline.create_pipeline(
        pipeline=project.pipeline(role, project.build(WHO="us"), stage("Deploy", removed))
    )
    assert project.ended()["status"] == "Succeeded", project.errors()
    with pytest.raises(client("cloudformation").exceptions.ClientError, match="does not exist"):
        client("cloudformation").describe_stacks(StackName=project.name)


def test_a_stack_that_fails_says_which_resource_and_why(project: DeliveryProject) -> None:
    role = project.set_up()
    broken = {
        "Resources": {"Repository": {"Type": "AWS::CodeCommit::Repository", "Properties": {"RepositoryName": "a b"}}}
    }
    project.push(template__json=json.dumps(broken), config__json="{}")
    deployed = project.deploy()
    del deployed["configuration"]["ParameterOverrides"]
    project.codepipeline.create_pipeline(
        pipeline=project.pipeline(role, project.build(WHO="us"), stage("Deploy", deployed))
    )
    assert project.ended()["status"] == "Failed"
    message = project.errors()["Deploy"]["message"]
    assert message.startswith(f"Stack {project.name} is in ROLLBACK_COMPLETE: Repository: ")
    state = project.codepipeline.get_pipeline_state(name=project.name)["stageStates"][2]["actionStates"][0]
    assert state["latestExecution"]["externalExecutionId"].startswith("arn:aws:cloudformation:")


def test_a_failed_build_says_which_command(project: DeliveryProject) -> None:
    role = project.set_up()
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, project.build(WHO="us", BREAK="1")))
    assert project.ended()["status"] == "Failed"
    details = project.errors()["Build"]
    assert details["code"] == "JobFailed"
    assert "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in details["message"]


def test_a_function_that_reports_failure_fails_the_action(project: DeliveryProject) -> None:
    role = project.set_up()
    project.function()
    told = {"FunctionName": project.name, "UserParameters": "failed on purpose"}
    tell = action("Tell", "Lambda", category="Invoke", configuration=told)
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, stage("Tell", tell)))
    assert project.ended()["status"] == "Failed"
    assert project.errors()["Tell"] == {"code": "JobFailed", "message": "failed on purpose"}


Allowed = Callable[[Permissions], list[Structure]]


@pytest.mark.parametrize(
    ("allowed", "failing", "action_name"),
    [
        (lambda own: [own.builds(), own.artifacts], "codecommit:GetBranch", "Fetch"),
        (
            lambda own: [allow("codecommit:GetBranch", "codecommit:GetCommit"), own.artifacts],
            "codecommit:UploadArchive",
            "Fetch",
        ),
        (lambda own: [own.source, own.builds()], "s3:PutObject", "Fetch"),
        (lambda own: [own.source, own.artifacts], "codebuild:StartBuild", "Build"),
        (lambda own: [own.source, own.artifacts, own.builds("StartBuild")], "codebuild:BatchGetBuilds", "Build"),
    ],
)
def test_a_missing_permission_fails_the_action_and_is_named(
    project: DeliveryProject, allowed: Allowed, failing: str, action_name: str
) -> None:
    role = project.set_up()
    project.let("own", "codepipeline", *allowed(project.permissions))
    project.codepipeline.create_pipeline(pipeline=project.pipeline(role, project.build(WHO="us")))
    assert project.ended()["status"] == "Failed"
    details = project.errors()[action_name]
    assert details["code"] == "PermissionError"
    assert f"assumed-role/{project.name}-codepipeline/" in details["message"]
    assert f"is not authorized to perform: {failing} on resource: arn:aws:" in details["message"].replace('"', "")


def test_a_role_that_cannot_be_taken_on_fails_the_action(project: DeliveryProject) -> None:
    project.set_up()
    absent = "arn:aws:iam::000000000000:role/absent"
    project.codepipeline.create_pipeline(pipeline=project.pipeline(absent, project.build(WHO="us")))
    assert project.ended()["status"] == "Failed"
    assert "sts:AssumeRole on resource: arn:aws:iam::000000000000:role/absent" in project.errors()["Fetch"]["message"]


def test_an_object_of_a_bucket_with_versions_is_a_source(project: DeliveryProject, client: ClientOf) -> None:
    role, s3 = project.set_up(), client("s3")
    project.let("s3", "codepipeline", allow("s3:GetBucketVersioning", "s3:GetObject"))
    s3.put_bucket_versioning(Bucket=project.name, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket=project.name, Key="source.zip", Body=b"not yet")["VersionId"]
    declared = project.pipeline(role, stage("Wait", action("Approve", "Manual", category="Approval")))
    configuration = {"S3Bucket": project.name, "S3ObjectKey": "source.zip"}
    source = action("Fetch", "S3", category="Source", outputArtifacts=artifacts("Code"), configuration=configuration)
    declared["stages"][0]["actions"] = [source]
    project.codepipeline.create_pipeline(pipeline=declared)
    [execution] = project.codepipeline.list_pipeline_executions(pipelineName=project.name)["pipelineExecutionSummaries"]
    identity = execution["pipelineExecutionId"]
    project.until(lambda: "Approve" in project.runs())
    project.codepipeline.stop_pipeline_execution(pipelineName=project.name, pipelineExecutionId=identity, abandon=True)
    assert project.ended()["status"] == "Stopped"
    assert project.runs()["Fetch"]["output"]["outputVariables"]["VersionId"] == version
