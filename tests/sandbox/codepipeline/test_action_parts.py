"""What actions take from their configuration and their artifacts, and what they make of other services' answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.acting import Actor
from sandbox.clock import Clock
from sandbox.codepipeline.actions.abandonment import Abandonment
from sandbox.codepipeline.actions.artifacts import read_file, zipped
from sandbox.codepipeline.actions.codebuild import build, environment
from sandbox.codepipeline.actions.contract import ActionFailed, Neighbours, Work
from sandbox.codepipeline.actions.lambda_function import invoke, job
from sandbox.codepipeline.actions.providers import PROVIDERS
from sandbox.codepipeline.actions.stacks import reasons
from sandbox.codepipeline.actions.templates import stack_policy, stack_request
from sandbox.containers.objects import S3Location
from sandbox.errors import NotInTheSandbox
from sandbox.settings import SandboxSettings
from tests.sandbox.codepipeline.structures import Structure
from tests.sandbox.codepipeline.world import Everybody

TEMPLATE: Structure = {"Resources": {}}


class Objects:
    """S3, with one artifact."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def get_object(self, **_: Any) -> Structure:
        return {"Body": io.BytesIO(self.body)}


class Builds:
    """CodeBuild, as it was asked."""

    def __init__(self) -> None:
        self.request: Structure = {}
        self.given: Structure = {}
        self.waited = False

    def start_for_pipeline(self, request: Structure, **given: Any) -> str:
        self.request, self.given = request, given
        return "b:1"

    def wait_for_build(self, build_id: str) -> None:
        self.waited = build_id == "b:1"


class Project:
    """The answer of BatchGetBuilds."""

    def __init__(self, **build: Any) -> None:
        self.build = build
        self.stopped: list[str] = []

    def batch_get_builds(self, **_: Any) -> Structure:
        return {"builds": [self.build]}

    def stop_build(self, *, id: str) -> None:  # noqa: A002 (the API's name)
        self.stopped.append(id)


def work(configuration: dict[str, str], clients: dict[str, Any] | None = None, **more: Any) -> Work:
    identity, known = Everybody(), clients or {}
    credentials = identity.assume("arn:aws:iam::000000000000:role/p", service="codepipeline", session="e")
    given: Structure = {
        "id": "a1",
        "pipeline": {"name": "p"},
        "execution": {"pipelineExecutionId": "e1", "_overrides": {}},
        "stage": "S",
        "action": {"name": "A"},
        "configuration": configuration,
        "inputs": {"Built": S3Location("bucket", "p/Built/abc")},
        "outputs": {},
        "encryption_key": None,
        "record": {},
        "actor": Actor(credentials, identity, lambda service, _: known[service]),
        "settings": SandboxSettings(home=Path("/nowhere"), port=0),
        "clock": Clock(),
        "neighbours": Neighbours(archive=lambda *_: b"", builds=Builds()),
        "note": lambda _: None,
        "abandonment": Abandonment(),
    }
    return Work(**(given | more))


def stack_work(configuration: dict[str, str], **files: Any) -> Work:
    content = {"t.json": TEMPLATE, **{name.replace("__", "."): text for name, text in files.items()}}
    packed = zipped({name: json.dumps(each).encode() for name, each in content.items()})
    configuration = {"StackName": "s", "TemplatePath": "Built::t.json", **configuration}
    return work(configuration, {"s3": Objects(packed)})


def test_a_template_configuration_gives_parameters_tags_and_a_policy() -> None:
    config = {"Parameters": {"A": "1", "B": "2"}, "Tags": {"t": "v"}, "StackPolicy": {"Statement": []}}
    overrides = {
        "B": "3",
        "C": {"Fn::GetArtifactAtt": ["Built", "ObjectKey"]},
        "D": {"Fn::GetParam": ["Built", "p.json", "x"]},
    }
    given = {"TemplateConfiguration": "Built::c.json", "ParameterOverrides": json.dumps(overrides)}
    more = {"Capabilities": "CAPABILITY_IAM, CAPABILITY_NAMED_IAM", "RoleArn": "r"}
    asked = stack_work({**given, **more}, c__json=config, p__json={"x": 7})
    request = stack_request(asked)
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in request["Parameters"]}
    assert parameters == {"A": "1", "B": "3", "C": "p/Built/abc", "D": "7"}
    assert request["Tags"] == [{"Key": "t", "Value": "v"}]
    assert request["Capabilities"] == ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
    assert request["RoleARN"] == "r"
    assert json.loads(request["TemplateBody"]) == TEMPLATE
    assert json.loads(stack_policy(asked) or "") == {"Statement": []}


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ({"TemplatePath": "Built::no.json"}, r"File \[no.json\] does not exist in artifact \[Built\]"),
        ({"TemplatePath": "Source::t.json"}, "names the artifact Source, which is not one of its input artifacts"),
        ({"TemplatePath": "t.json"}, "does not have the form ArtifactName::FileName"),
        ({"TemplateConfiguration": "Built::c.json"}, "unknown key 'Parametres'"),
        ({"ParameterOverrides": "{"}, "ParameterOverrides is not valid JSON"),
        ({"ParameterOverrides": "[]"}, "ParameterOverrides is not a JSON object"),
        ({"ParameterOverrides": '{"A": 1}'}, "must map names to strings"),
        ({"ParameterOverrides": '{"A": {"Fn::GetParam": ["Built", "t.json", "no"]}}'}, "has no key 'no'"),
        ({"ParameterOverrides": '{"A": {"Fn::GetArtifactAtt": ["Built", "Size"]}}'}, "Built has no Size"),
        ({"ParameterOverrides": '{"A": {"Fn::GetArtifactAtt": ["Built"]}}'}, "must be a list of 2"),
        ({"ParameterOverrides": '{"A": {"Fn::GetParam": "x"}}'}, "must be a list of 3"),
    ],
)
def test_what_a_stack_action_cannot_read_is_named(configuration: dict[str, str], sentence: str) -> None:
    with pytest.raises(ActionFailed, match=sentence) as failed:
        stack_request(stack_work(configuration, c__json={"Parametres": {}}))
    assert failed.value.code == "ConfigurationError"


def test_an_artifact_that_is_no_zip_file_is_named() -> None:
    with pytest.raises(ActionFailed, match=r"Artifact \[Built\] is not a zip file"):
        read_file(work({}, {"s3": Objects(b"no zip")}), "Built::t.json")


def test_a_stacks_reasons_are_the_first_failures_of_this_update() -> None:
    def event(name: str, status: str, why: str = "") -> Structure:
        return {"LogicalResourceId": name, "ResourceStatus": status, "ResourceStatusReason": why}

    happened = [
        event("Old", "CREATE_FAILED", "long ago"),
        event("A", "UPDATE_IN_PROGRESS"),
        event("A", "UPDATE_FAILED", "no such image"),
        event("B", "UPDATE_FAILED", "Resource update cancelled"),
        event("s", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed: [A]"),
    ]

    class Pages:
        def paginate(self, **_: Any) -> list[Structure]:
            return [{"StackEvents": happened[:2:-1]}, {"StackEvents": happened[2::-1]}]

    class CloudFormation:
        def get_paginator(self, _: str) -> Pages:
            return Pages()

    assert reasons(CloudFormation(), "s", since=1) == ["A: no such image"]


def test_a_build_gets_the_variables_and_its_exported_ones_are_the_actions() -> None:
    project = Project(
        buildStatus="SUCCEEDED", exportedEnvironmentVariables=[{"name": "DEPLOY", "value": "yes"}], phases=[]
    )
    asked = work({"ProjectName": "b", "EnvironmentVariables": '[{"name":"V","value":"1"}]'}, {"codebuild": project})
    assert build(asked).variables == {"DEPLOY": "yes"}
    builds: Any = asked.neighbours.builds
    assert builds.waited
    assert builds.request["environmentVariablesOverride"] == [{"type": "PLAINTEXT", "name": "V", "value": "1"}]
    assert (builds.given["primary"], builds.given["initiator"]) == ("Built", "codepipeline/p")


def test_a_build_is_told_the_commit_of_its_primary_source() -> None:
    project, revisions = Project(buildStatus="SUCCEEDED"), [{"name": "Source", "revisionId": "abc"}]
    execution = {"pipelineExecutionId": "e1", "_overrides": {}, "artifactRevisions": revisions}
    of_source = {"Source": S3Location("bucket", "p/Source/abc")}
    asked = work({"ProjectName": "b"}, {"codebuild": project}, execution=execution, inputs=of_source)
    build(asked)
    builds: Any = asked.neighbours.builds
    assert builds.given["revision"] == "abc"
    of_build = work({"ProjectName": "b"}, {"codebuild": project}, execution=execution)
    build(of_build)
    builds = of_build.neighbours.builds
    assert builds.given["revision"] == ""


def test_an_abandoned_build_is_stopped() -> None:
    project = Project(buildStatus="STOPPED")
    asked = work({"ProjectName": "b"}, {"codebuild": project})
    asked.abandonment.declare()
    with pytest.raises(ActionFailed, match="Build terminated with state: STOPPED"):
        build(asked)
    assert project.stopped == ["b:1"]


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ({"PrimarySource": "No"}, "PrimarySource 'No' is none of the input artifacts"),
        ({"EnvironmentVariables": "[{'V': 1}]"}, "EnvironmentVariables is not valid JSON"),
    ],
)
def test_a_build_action_that_cannot_start_says_why(configuration: dict[str, str], sentence: str) -> None:
    with pytest.raises(ActionFailed, match=sentence):
        build(work({"ProjectName": "b", **configuration}, {"codebuild": Project()}))


def test_a_batch_is_refused_by_name() -> None:
    with pytest.raises(NotInTheSandbox, match="BatchEnabled of a CodeBuild action"):
        build(work({"ProjectName": "b", "BatchEnabled": "true"}))


WRONG_VARIABLES = (
    "{}",
    '["V"]',
    '[{"name": "V"}]',
    '[{"name":"V","value":1}]',
    '[{"name":"V","value":"1","type":"X"}]',
)


@pytest.mark.parametrize("text", WRONG_VARIABLES)
def test_variables_that_no_build_could_take_are_refused(text: str) -> None:
    with pytest.raises(ActionFailed, match="must be a JSON array"):
        environment(text)


def test_a_function_is_called_with_the_job() -> None:
    class Functions:
        def __init__(self) -> None:
            self.called: list[Structure] = []

        def invoke(self, **request: Any) -> None:
            self.called.append(request)

    functions, noted = Functions(), Structure()
    record = {"_continuation": "half"}
    asked = work({"FunctionName": "f", "UserParameters": "u"}, {"lambda": functions}, record=record, note=noted.update)
    invoke(asked)
    [request] = functions.called
    assert (request["FunctionName"], request["InvocationType"]) == ("f", "Event")
    sent = json.loads(request["Payload"])["CodePipeline.job"]
    assert sent == job(asked)
    assert (sent["id"], sent["data"]["continuationToken"]) == ("a1", "half")
    assert sent["data"]["actionConfiguration"]["configuration"]["UserParameters"] == "u"
    assert sent["data"]["inputArtifacts"][0]["location"]["s3Location"] == {
        "bucketName": "bucket",
        "objectKey": "p/Built/abc",
    }
    assert noted["_expires"] - noted["_first"] == 20 * 60


@pytest.mark.parametrize("provider", ["CodeStarSourceConnection", "StepFunctions"])
def test_a_provider_that_is_not_carried_out_is_named(provider: str) -> None:
    with pytest.raises(NotInTheSandbox, match=provider):
        PROVIDERS[provider](work({}))


def test_a_stack_is_updated_only_from_a_state_that_can_be() -> None:
    class Stuck:
        def describe_stacks(self, **_: Any) -> Structure:
            return {"Stacks": [{"StackId": "id", "StackName": "s", "StackStatus": "ROLLBACK_COMPLETE"}]}

    asked = stack_work({"ActionMode": "CREATE_UPDATE"})
    clients = {"cloudformation": Stuck(), "s3": asked.actor.client("s3")}
    stuck = work(dict(asked.configuration), clients)
    with pytest.raises(ActionFailed, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        PROVIDERS["CloudFormation"](stuck)


def test_an_error_of_cloudformation_that_is_no_absence_is_raised() -> None:
    class Denied:
        def describe_stacks(self, **_: Any) -> Structure:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStacks")

    asked = stack_work({"ActionMode": "CREATE_UPDATE"})
    clients = {"cloudformation": Denied(), "s3": asked.actor.client("s3")}
    with pytest.raises(ClientError, match="AccessDenied"):
        PROVIDERS["CloudFormation"](work(dict(asked.configuration), clients))
