"""Production's review: what it refuses before anybody is asked, and what it tells whoever is asked."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra import ROOT
from infra.functions.review import aws, handler
from infra.functions.review.aws import Clients
from infra.functions.review.built import parameters_digest, template_digest
from infra.functions.review.change import Change, sentence
from infra.functions.review.job import question
from infra.functions.review.refusal import Refusal
from infra.functions.review.settings import REQUIRED, MissingSettings, Settings, read_settings
from infra.functions.review.template import expect_only_the_version
from tests.infra.functions.service_shapes import held_to_the_model, refused

TEMPLATE = (ROOT / "model-deploy" / "endpoint.yaml").read_text(encoding="utf-8")
PACKAGES = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/abalone"
SETTINGS = Settings(decisions="abalone-reconciler", stage="prod", stack="abalone-prod", stage_role=None)
LIVE = {
    "ModelPackageArn": f"{PACKAGES}/1",
    "ModelSha256": "a" * 64,
    "EndpointInstanceType": "ml.m5.large",
    "EndpointInstanceCount": "1",
    "DataCapturePercentage": "20",
    "LatencyBudgetMs": "200",
    "ContentId": "0123456789ab",
    "ModelExecutionRoleArn": "arn:aws:iam::111122223333:role/endpoint",
}
WANTED = LIVE | {"ModelPackageArn": f"{PACKAGES}/2", "EndpointInstanceCount": "2", "ContentId": "ba9876543210"}
CHANGES = [
    {"Type": "Resource", "ResourceChange": {"Action": "Modify", "LogicalResourceId": "Model", "Replacement": "True"}},
    {
        "Type": "Resource",
        "ResourceChange": {"Action": "Modify", "LogicalResourceId": "Endpoint", "Replacement": "False"},
    },
]


@dataclass
class World:
    """CloudFormation with one change set, SageMaker with one endpoint, Lambda with the reconciler, and CodePipeline's job."""

    parameters: dict[str, str] = field(default_factory=lambda: dict(WANTED))
    template: str = TEMPLATE
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    stack: dict[str, Any] | None = field(
        default_factory=lambda: {"StackStatus": "UPDATE_COMPLETE", "Parameters": _listed(LIVE), "Outputs": [{}]}
    )
    endpoint: bool = True
    last: str = f"{PACKAGES}/2"
    ended: list[tuple[str, Any]] = field(default_factory=list)

    def describe_change_set(self, **request: str) -> dict[str, Any]:
        """In pages of one change."""
        held_to_the_model("cloudformation", "DescribeChangeSet", dict(request))
        page = int(request.get("NextToken", "0"))
        more = {"NextToken": str(page + 1)} if page + 1 < len(CHANGES) else {}
        told = {"Status": self.status, "StatusReason": self.reason, "Parameters": _listed(self.parameters)}
        return {**told, "Changes": CHANGES[page : page + 1], **more}

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        if self.stack is None:
            raise refused("DescribeStacks", "ValidationError", f"Stack with id {StackName} does not exist")
        return {"Stacks": [self.stack]}

    def get_template(self, **request: str) -> dict[str, Any]:
        held_to_the_model("cloudformation", "GetTemplate", dict(request))
        return {"TemplateBody": self.template}

    def describe_endpoint(self, *, EndpointName: str) -> dict[str, Any]:
        if not self.endpoint:
            raise refused("DescribeEndpoint", "ValidationException", f'Could not find endpoint "{EndpointName}".')
        return {"EndpointName": EndpointName}

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert (FunctionName, json.loads(Payload)) == ("abalone-reconciler", {"ask": "ApprovedLast"})
        return {"Payload": io.BytesIO(json.dumps({"ModelPackageArn": self.last}).encode())}

    def put_job_success_result(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("codepipeline", "PutJobSuccessResult", request)
        self.ended.append(("success", request["outputVariables"]))
        return {}

    def put_job_failure_result(self, **request: Any) -> dict[str, Any]:
        held_to_the_model("codepipeline", "PutJobFailureResult", request)
        self.ended.append(("failure", request["failureDetails"]["message"]))
        return {}


def _listed(parameters: dict[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def event(**given: str) -> dict[str, Any]:
    """As CodePipeline sends it, for version 2 and what its build has made."""
    digests = f"template={template_digest(TEMPLATE)},staging={'0' * 64},prod={parameters_digest(WANTED)}"
    asked = {"ChangeSetName": "execution-e-1", "ModelPackageArn": f"{PACKAGES}/2", "Digests": digests} | given
    configuration = {"FunctionName": "abalone-review", "UserParameters": json.dumps(asked)}
    data = {"actionConfiguration": {"configuration": configuration}}
    return {
        "CodePipeline.job": {"id": "11111111-abcd-1111-abcd-111111abcdef", "accountId": "111122223333", "data": data}
    }


def reviewed(world: World, **given: str) -> str:
    return handler.review(Clients(world, world, world), SETTINGS, question(event(**given)))


def test_the_approver_is_told_what_changes_against_what_is_live() -> None:
    assert reviewed(World()) == (
        "What changes in production: version 1 to 2; instance count 1 to 2. CloudFormation: modify anew Model, modify Endpoint."
    )


@pytest.mark.parametrize("stack", [None, {"StackStatus": "REVIEW_IN_PROGRESS", "Parameters": []}])
def test_a_first_deployment_is_told_as_one(stack: dict[str, Any] | None) -> None:
    assert reviewed(World(stack=stack, endpoint=False)) == (
        "Production is made for the first time: version 2, instance type ml.m5.large, instance count 2, "
        "data capture (%) 20, latency budget (ms) 200."
    )


def test_a_change_set_without_changes_is_told_and_is_no_failure() -> None:
    world = World(
        status="FAILED", reason="The submitted information didn't contain changes. Submit different information."
    )
    assert reviewed(world) == "Nothing changes in production: it runs exactly this already."


def test_a_change_set_that_failed_for_another_reason_is_refused() -> None:
    with pytest.raises(Refusal, match="is FAILED: Transform failed"):
        reviewed(World(status="FAILED", reason="Transform failed"))


def test_a_change_of_the_template_alone_is_told_and_fits_into_an_approval() -> None:
    told = sentence(Change(LIVE, LIVE | {"ContentId": "f" * 12}, ["modify Model"] * 200))
    assert "no setting, but endpoint.yaml or tags. The version stays 1." in told
    assert len(told) <= 600


def test_a_superseded_version_is_refused_before_anybody_is_asked() -> None:
    with pytest.raises(Refusal, match=r"Version 2 is superseded by 3. Nothing is deployed and nobody is asked"):
        reviewed(World(last=f"{PACKAGES}/3"))
    with pytest.raises(Refusal, match="no version is approved any more"):
        reviewed(World(last=""))


def test_an_endpoint_that_somebody_has_deleted_is_told_with_the_command_that_brings_it_back() -> None:
    with pytest.raises(Refusal, match="aws cloudformation delete-stack --stack-name abalone-prod"):
        reviewed(World(endpoint=False))


def test_what_the_build_has_not_made_is_refused_by_its_name() -> None:
    with pytest.raises(Refusal, match=r"endpoint.yaml: what CloudFormation has got is not what this execution's build"):
        reviewed(World(template=TEMPLATE.replace("InitialVariantWeight: 1", "InitialVariantWeight: 2")))
    with pytest.raises(Refusal, match=r"^prod-config-export.json: what"):
        reviewed(World(parameters=WANTED | {"EndpointInstanceCount": "90"}))
    with pytest.raises(Refusal, match=r"endpoint.yaml and prod-config-export.json"):
        reviewed(World(template="{}", parameters={}))


def test_a_role_of_the_stages_own_account_is_as_built() -> None:
    assert "version 1 to 2" in reviewed(
        World(parameters=WANTED | {"ModelExecutionRoleArn": "arn:aws:iam::2:role/abroad"})
    )


def test_a_change_set_for_another_version_is_refused() -> None:
    with pytest.raises(Refusal, match=f"for {PACKAGES}/2, and this execution for {PACKAGES}/3"):
        reviewed(World(last=f"{PACKAGES}/3"), ModelPackageArn=f"{PACKAGES}/3")


def test_the_repositorys_own_template_makes_a_model_of_the_version_alone() -> None:
    expect_only_the_version(TEMPLATE)
    expect_only_the_version(TEMPLATE.replace("!GetAtt Model.ModelName", "{Fn::GetAtt: [Model, ModelName]}"))


CONTAINER = "        ModelPackageName: !Ref ModelPackageArn\n"
ENDS = "  Endpoint:\n    Type: AWS::SageMaker::Endpoint\n"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (CONTAINER, "        ModelDataUrl: s3://evil/model.tar.gz\n", "Model is not made of ModelPackageArn alone"),
        (CONTAINER, f"{CONTAINER}        Environment: {{EVIL: yes}}\n", "Model is not made of ModelPackageArn alone"),
        (CONTAINER, f"        ModelPackageName: {PACKAGES}/1\n", "Model is not made of ModelPackageArn alone"),
        (CONTAINER, f"{CONTAINER}      Containers: []\n", "Model is not made of ModelPackageArn alone"),
        (
            "ModelName: !GetAtt Model.ModelName",
            "ModelName: abalone-prod-evil",
            "EndpointConfig serves a model that is not",
        ),
        (
            "ModelName: !GetAtt Model.ModelName",
            "ModelName: !GetAtt Endpoint.ModelName",
            "EndpointConfig serves a model",
        ),
        (
            "EndpointConfigName: !GetAtt EndpointConfig",
            "EndpointConfigName: !GetAtt Other",
            "Endpoint has an endpoint config",
        ),
        (
            ENDS,
            f"  Inner: {{Type: 'AWS::CloudFormation::Stack'}}\n{ENDS}",
            "Inner is of type AWS::CloudFormation::Stack",
        ),
        (ENDS, f"  Own: {{Type: 'Custom::Thing'}}\n{ENDS}", "Own is of type Custom::Thing"),
        (
            ENDS,
            f"  Other: {{Type: 'AWS::SageMaker::InferenceComponent'}}\n{ENDS}",
            "AWS::SageMaker::InferenceComponent",
        ),
        (ENDS, f"  Fn::ForEach::Each: {{Type: x}}\n{ENDS}", "Fn::ForEach::Each is of type x"),
        ("\nParameters:\n", "\nTransform: AWS::Include\nParameters:\n", "it has a transform"),
        (CONTAINER, f"{CONTAINER}        Fn::Transform: {{Name: m}}\n", "it has a transform"),
        (
            "  ModelPackageArn:\n    Type: String",
            "  ModelPackageArn:\n    Type: AWS::SSM::Parameter::Value<String>",
            "no parameter",
        ),
        (CONTAINER, f"{CONTAINER}        ModelPackageName: x\n", "has ModelPackageName twice in one place"),
        ("  Endpoint:\n    Type", "  Endpoint: &it\n    X: *it\n    Type", "has an alias"),
        ("  Endpoint:\n    Type", "  Endpoint:\n    <<: {X: y}\n    Type", "has << twice"),
        ("Resources:\n", "Other:\n", "has no Resources"),
        ("Resources:\n", "Resources: [\n", "cannot be read"),
    ],
)
def test_a_template_that_makes_or_serves_anything_else_is_refused(old: str, new: str, why: str) -> None:
    assert old in TEMPLATE
    with pytest.raises(Refusal) as told:
        expect_only_the_version(TEMPLATE.replace(old, new, 1))
    assert why in str(told.value)


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> World:
    """The handler's clients are those of this world."""
    world = World()
    monkeypatch.setattr(aws, "connect_pipeline", lambda: world)
    monkeypatch.setattr(aws, "connect", lambda _: Clients(world, world, world))
    values = dict(zip(REQUIRED, (SETTINGS.decisions, SETTINGS.stage, SETTINGS.stack), strict=True))
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return world


def test_codepipeline_is_told_the_change_as_a_variable(invoked: World) -> None:
    handler.handler(event(), None)
    [(how, told)] = invoked.ended
    assert (how, told.keys()) == ("success", {"Change"})


@pytest.mark.parametrize("given", [{"Digests": "none"}, {"ModelPackageArn": f"{PACKAGES}/9"}])
def test_codepipeline_is_told_every_refusal(invoked: World, given: dict[str, str]) -> None:
    handler.handler(event(**given), None)
    [(how, told)] = invoked.ended
    assert how == "failure"
    assert told.endswith(".")


def test_codepipeline_is_told_what_nobody_has_foreseen(invoked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STACK_NAME")
    handler.handler(event(), None)
    [(how, told)] = invoked.ended
    assert (how, "the environment lacks STACK_NAME" in told) == ("failure", True)


def test_every_missing_setting_is_told_at_once() -> None:
    with pytest.raises(MissingSettings, match=", ".join(REQUIRED)):
        read_settings({})
