"""A project as a user has it: a repository, a build, a stack, a function, and a pipeline with a role of its own."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.conftest import ClientOf
from tests.sandbox.codepipeline.structures import Structure, action, artifacts
from tests.sandbox.codepipeline.world import pipeline, stage
from tests.sandbox.function_archive import function_archive

PLACE = "us-east-1:000000000000"
BUILDSPEC = """
version: 0.2
env:
  exported-variables: [GREETING]
phases:
  build:
    commands:
      - export GREETING="$WHO at $(cat name.txt)"
      - test -z "$BREAK" || (echo broken; false)
artifacts:
  files: [template.json, config.json]
"""
TEMPLATE = {
    "Parameters": {"Greeting": {"Type": "String"}, "Name": {"Type": "String"}},
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
    "Outputs": {"Said": {"Value": {"Ref": "Greeting"}}, "Topic": {"Value": {"Ref": "Topic"}}},
}
FUNCTION = """
import boto3
def handler(event, context):
    job = event["CodePipeline.job"]
    codepipeline = boto3.client("codepipeline")
    said = job["data"]["actionConfiguration"]["configuration"]["UserParameters"]
    if said.startswith("fail"):
        codepipeline.put_job_failure_result(jobId=job["id"], failureDetails={"type": "JobFailed", "message": said})
    else:
        codepipeline.put_job_success_result(jobId=job["id"], outputVariables={"HEARD": said})
"""
PATIENCE = 20.0


def allow(*actions: str, on: str = "*") -> Structure:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on}


@dataclass(frozen=True)
class Permissions:
    """What a pipeline's role needs for one project, and for no other."""

    name: str

    @property
    def source(self) -> Structure:
        verbs = ("GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus")
        return allow(*(f"codecommit:{verb}" for verb in verbs), on=f"arn:aws:codecommit:{PLACE}:{self.name}")

    def builds(self, *verbs: str) -> Structure:
        chosen = verbs or ("StartBuild", "BatchGetBuilds", "StopBuild")
        return allow(*(f"codebuild:{verb}" for verb in chosen), on=f"arn:aws:codebuild:{PLACE}:project/{self.name}")

    @property
    def artifacts(self) -> Structure:
        return allow("s3:GetObject", "s3:PutObject", on=f"arn:aws:s3:::{self.name}/{self.name[:20]}/*")

    @property
    def stacks(self) -> Structure:
        """As infra/iam/stages.py has them, and what change sets take."""
        verbs = ("CreateStack", "DeleteStack", "DescribeStackEvents", "DescribeStacks", "UpdateStack")
        sets = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet")
        arn = f"arn:aws:cloudformation:{PLACE}:stack/{self.name}/*"
        return allow(*(f"cloudformation:{verb}" for verb in (*verbs, *sets)), on=arn)


LOGS = allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")


@dataclass(frozen=True)
class DeliveryProject:
    """All under one name."""

    client: ClientOf
    name: str

    def role(self, actor: str, *statements: Structure) -> str:
        iam, name = self.client("iam"), f"{self.name}-{actor}"
        trust = {"Effect": "Allow", "Principal": {"Service": f"{actor}.amazonaws.com"}, "Action": "sts:AssumeRole"}
        policy = {"Version": "2012-10-17", "Statement": [trust]}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
        self.let("own", actor, *statements)
        return str(arn)

    def let(self, policy: str, actor: str, *statements: Structure) -> None:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.client("iam").put_role_policy(RoleName=f"{self.name}-{actor}", PolicyName=policy, PolicyDocument=document)

    def push(self, **files: str) -> str:
        codecommit = self.client("codecommit")
        branches = codecommit.list_branches(repositoryName=self.name)["branches"]
        parent = {}
        if branches:
            last = codecommit.get_branch(repositoryName=self.name, branchName="main")["branch"]["commitId"]
            parent = {"parentCommitId": last}
        put = [{"filePath": path.replace("__", "."), "fileContent": text.encode()} for path, text in files.items()]
        made = codecommit.create_commit(
            repositoryName=self.name, branchName="main", putFiles=put, commitMessage="Change it", **parent
        )
        return str(made["commitId"])

    def set_up(self) -> str:
        """The pipeline's role."""
        self.client("s3").create_bucket(Bucket=self.name)
        self.client("codecommit").create_repository(repositoryName=self.name)
        configuration = {"Parameters": {"Name": self.name, "Greeting": "from the file"}, "Tags": {"a": "b"}}
        self.push(
            buildspec__yml=BUILDSPEC,
            name__txt="home",
            template__json=json.dumps(TEMPLATE),
            config__json=json.dumps(configuration),
        )
        self.client("codebuild").create_project(
            name=self.name,
            source={"type": "CODEPIPELINE"},
            artifacts={"type": "CODEPIPELINE"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            serviceRole=self.role("codebuild", self.permissions.artifacts, LOGS),
        )
        own = self.permissions
        function = allow("lambda:InvokeFunction", on=f"arn:aws:lambda:{PLACE}:function:{self.name}")
        return self.role("codepipeline", own.source, own.builds(), own.artifacts, own.stacks, function)

    @property
    def permissions(self) -> Permissions:
        return Permissions(self.name)

    def function(self) -> None:
        self.client("lambda").create_function(
            FunctionName=self.name,
            Runtime="python3.11",
            Handler="index.handler",
            Role=self.role(
                "lambda", LOGS, allow("codepipeline:PutJobSuccessResult", "codepipeline:PutJobFailureResult")
            ),
            Code={"ZipFile": function_archive({"index.py": FUNCTION})},
            Timeout=30,
        )

    def pipeline(self, role: str, *stages: Structure) -> Structure:
        declared = pipeline(*stages, name=self.name, roleArn=role, artifactStore={"type": "S3", "location": self.name})
        declared["stages"][0]["actions"][0]["configuration"]["RepositoryName"] = self.name
        return declared

    def build(self, **variables: str) -> Structure:
        listed = [{"name": key, "value": value} for key, value in variables.items()]
        configuration = {"ProjectName": self.name, "EnvironmentVariables": json.dumps(listed)}
        built = action(
            "Build", "CodeBuild", namespace="B", inputArtifacts=artifacts("Code"), configuration=configuration
        )
        return stage("Build", {**built, "outputArtifacts": artifacts("Built")})

    def deploy(self, mode: str = "CREATE_UPDATE", *, name: str = "Deploy", **more: Any) -> Structure:
        configuration = {
            "ActionMode": mode,
            "StackName": self.name,
            "TemplatePath": "Built::template.json",
            "TemplateConfiguration": "Built::config.json",
            "ParameterOverrides": json.dumps({"Greeting": "#{B.GREETING}"}),
        }
        given: Structure = {"namespace": "D", "inputArtifacts": artifacts("Built"), "configuration": configuration}
        return action(name, "CloudFormation", category="Deploy", **given | more)

    @cached_property
    def codepipeline(self) -> Any:
        return self.client("codepipeline")

    def ended(self, identity: str = "") -> Structure:
        """The execution (the only one, unless it is named), once it is over."""
        if not identity:
            [only] = self.codepipeline.list_pipeline_executions(pipelineName=self.name)["pipelineExecutionSummaries"]
            identity = only["pipelineExecutionId"]

        def found() -> Structure:
            names = {"pipelineName": self.name, "pipelineExecutionId": identity}
            return dict(self.codepipeline.get_pipeline_execution(**names)["pipelineExecution"])

        self.until(lambda: found()["status"] not in ("InProgress", "Stopping"))
        return found()

    def until(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < deadline, self.runs()
            time.sleep(0.05)

    def runs(self) -> dict[str, Structure]:
        """The latest run of each action."""
        rows = self.codepipeline.list_action_executions(pipelineName=self.name)["actionExecutionDetails"]
        return {row["actionName"]: row for row in rows[::-1]}

    def errors(self) -> dict[str, Structure]:
        """What went wrong, by action."""
        results = {name: run.get("output", {}).get("executionResult", {}) for name, run in self.runs().items()}
        return {name: result["errorDetails"] for name, result in results.items() if "errorDetails" in result}


def unique(client: ClientOf) -> DeliveryProject:
    return DeliveryProject(client, f"deliver-{uuid.uuid4().hex[:8]}")
