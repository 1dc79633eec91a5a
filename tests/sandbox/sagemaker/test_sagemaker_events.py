"""What EventBridge hears of packages, models, configurations, endpoints and jobs: when, and in which shape."""

from __future__ import annotations

import json
import string
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.caller import called_by
from sandbox.events import Event
from sandbox.sagemaker.events import hosting, jobs
from sandbox.sagemaker.operations import OPERATIONS
from sandbox.sagemaker.service import SageMaker
from sandbox.service import service_model
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from tests.conftest import ClientOf
from tests.sandbox.heard import Heard
from tests.sandbox.pipelines.memory_objects import MemoryObjects
from tests.sandbox.pipelines.world import Reached
from tests.sandbox.roles import Roles

RECORDED = Path(__file__).resolve().parents[2] / "infra/functions/events"
ROLE = "arn:aws:iam::000000000000:role/endpoint"
ARN = "arn:aws:sagemaker:us-east-1:000000000000"
IMAGE = "141502667606.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
INFERENCE = {"Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}]}
PACKAGE = "SageMaker Model Package State Change"


class World:
    """A SageMaker that runs no container, and what it told."""

    def __init__(self, home: Path) -> None:
        self.heard, objects, roles = Heard(), MemoryObjects(), Roles()
        objects.content["model.tar.gz"] = b""
        self.sagemaker = SageMaker(
            settings=SandboxSettings(home=home, port=4566),
            operations=OPERATIONS,
            reach=Reached(objects),
            runner=cast(Any, None),
            around=ServiceContext(emit=self.heard, take_on=roles, arn_of=roles.arn_of),
        )

    def call(self, operation: str, **request: Any) -> Document:
        return self.sagemaker.call(operation, request)

    def register(self, **more: Any) -> str:
        return str(self.call("CreateModelPackage", ModelPackageGroupName="g", **more)["ModelPackageArn"])

    def told(self, kind: str) -> list[Event]:
        """The events of a kind. What is told in order is all there once a later change is."""
        mark = f"mark-{uuid.uuid4().hex}"
        container = {"Image": IMAGE}
        self.call("CreateModel", ModelName=mark, PrimaryContainer=container, ExecutionRoleArn=ROLE)
        events = self.heard.until(lambda event: event.detail.get("ModelName") == mark)
        marks = [event for event in events if event.detail.get("ModelName", "").startswith("mark-")]
        return [event for event in events if event.detail_type == kind and event not in marks]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.call("CreateModelPackageGroup", ModelPackageGroupName="g")
    yield world
    world.sagemaker.close()


def test_a_version_is_told_when_it_is_registered_and_when_it_is_decided(world: World) -> None:
    arn = world.register(InferenceSpecification=INFERENCE)
    world.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="good")
    registered, approved = world.told(PACKAGE)
    assert (registered.source, registered.resources) == ("aws.sagemaker", (arn,))
    assert registered.detail["ModelApprovalStatus"] == "PendingManualApproval"
    assert "UpdatedModelPackageFields" not in registered.detail
    assert approved.detail["UpdatedModelPackageFields"] == ["ApprovalDescription", "ModelApprovalStatus"]
    assert approved.detail["ModelApprovalStatus"] == "Approved"


def test_a_version_remembers_who_decided_and_when(world: World) -> None:
    arn = world.register()
    with called_by("ASIA-approver"):
        world.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    package = world.call("DescribeModelPackage", ModelPackageName=arn)
    assert package["LastModifiedBy"]["IamIdentity"]["Arn"].endswith("assumed-role/approver/SageMaker")
    assert package["LastModifiedTime"] >= package["CreationTime"]


def test_an_approvals_event_has_the_members_of_the_recorded_one(world: World) -> None:
    metrics = {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": "s3://bucket/e.json"}}}
    made = {"MetadataProperties": {"GeneratedBy": "p"}, "ModelMetrics": metrics, "InferenceSpecification": INFERENCE}
    arn = world.register(**made)
    world.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    sample = json.loads((RECORDED / "model_package_approved.json").read_text())
    *_, approved = world.told(PACKAGE)
    assert approved.detail.keys() == sample["detail"].keys()
    for name, recorded in sample["detail"].items():
        assert type(approved.detail[name]) is type(recorded), name
    for name in ("CreationTime", "LastModifiedTime"):
        assert len(approved.detail[name]) == len(sample["detail"][name])


def test_the_same_decision_again_is_told_again_and_a_deletion_is_not(world: World) -> None:
    arn = world.register()
    for _ in range(2):
        world.call("UpdateModelPackage", ModelPackageArn=arn, ModelApprovalStatus="Approved")
    world.call("DeleteModelPackage", ModelPackageName=arn)
    told = [event.detail.get("UpdatedModelPackageFields") for event in world.told(PACKAGE)]
    assert told == [None, ["ModelApprovalStatus"], ["ModelApprovalStatus"]]


def test_a_refused_change_is_not_told(world: World) -> None:
    token = {"ClientToken": "once"}
    assert world.register(**token) == world.register(**token)
    assert len(world.told(PACKAGE)) == 1


def test_models_and_configurations_are_told_with_their_tags_when_they_come_and_go(world: World) -> None:
    container = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    tags = [{"Key": "Stage", "Value": "prod"}]
    world.call("CreateModel", ModelName="m", PrimaryContainer=container, ExecutionRoleArn=ROLE, Tags=tags)
    variant = {"VariantName": "All", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    world.call("CreateEndpointConfig", EndpointConfigName="c", ProductionVariants=[variant])
    made, *_ = world.told("SageMaker Model State Change")
    assert made.resources == (f"{ARN}:model/m",)
    assert (made.detail["ExecutionRoleArn"], made.detail["PrimaryContainer"]) == (ROLE, container)
    assert made.detail["Tags"] == {"Stage": "prod"}
    world.call("DeleteEndpointConfig", EndpointConfigName="c")
    world.call("DeleteModel", ModelName="m")
    assert len(world.told("SageMaker Model State Change")) == 2
    came, went = world.told("SageMaker Endpoint Config State Change")
    assert came.detail == went.detail
    assert came.detail["ProductionVariants"] == [variant]


def endpoint(status: str, **more: Any) -> Document:
    times = {"CreationTime": 1592411992.203, "LastModifiedTime": 1592411994.287}
    named = {"EndpointName": "e", "EndpointArn": f"{ARN}:endpoint/e", "EndpointConfigName": "c"}
    return {**named, **times, "EndpointStatus": status, "_target": {"secret": 1}, **more}


def test_an_endpoint_in_service_is_told_as_documented() -> None:
    variants = [{"VariantName": "All", "DesiredWeight": 1.0, "DesiredInstanceCount": 1}]
    before, after = endpoint("Creating"), endpoint("InService", ProductionVariants=variants, FailureReason=None)
    event = hosting.endpoint(before, after, {})
    assert event is not None
    assert event.detail_type == "SageMaker Endpoint State Change"
    assert event.detail == {
        "EndpointName": "e",
        "EndpointArn": f"{ARN}:endpoint/e",
        "EndpointConfigName": "c",
        "ProductionVariants": variants,
        "EndpointStatus": "IN_SERVICE",
        "CreationTime": 1592411992203,
        "LastModifiedTime": 1592411994287,
        "Tags": {},
    }


def test_every_endpoint_status_is_told_in_capitals_and_only_when_it_changes() -> None:
    shape = service_model("sagemaker").shape_for("EndpointStatus")
    told = {status: hosting.endpoint(None, endpoint(status), {}) for status in cast(Any, shape).enum}
    spelt = {status: event.detail["EndpointStatus"] for status, event in told.items() if event is not None}
    assert spelt.keys() == told.keys()
    assert spelt["RollingBack"] == "ROLLING_BACK"
    assert all(set(word) <= {*string.ascii_uppercase, "_"} for word in spelt.values())
    assert [name for name, word in spelt.items() if word.replace("_", "").lower() != name.lower()] == []
    assert hosting.endpoint(endpoint("InService"), endpoint("InService", FailureReason="x"), {}) is None


def job(word: str, **more: Any) -> Document:
    named = {f"{word}JobName": "j", f"{word}JobArn": f"{ARN}:{word.lower()}-job/j", f"{word}JobStatus": "Failed"}
    return {**named, "CreationTime": 1583831889.05, "FailureReason": "AlgorithmError: no", **more}


@pytest.mark.parametrize(
    ("word", "time"),
    [("Processing", 1583831889050), ("Training", "1583831889050"), ("Transform", "2020-03-10T09:18:09Z")],
)
def test_a_job_tells_all_that_describe_shows_with_times_as_the_samples_have_them(word: str, time: str | int) -> None:
    event = jobs.changed(word, job(word, **{f"{word}JobStatus": "InProgress"}), job(word), {"a": "1"})
    assert event is not None
    assert event.detail_type == f"SageMaker {word} Job State Change"
    assert event.detail == {**job(word), "CreationTime": time, "Tags": {"a": "1"}}
    assert jobs.changed(word, job(word), job(word, LastModifiedTime=1.0), {}) is None


def test_a_training_job_tells_its_secondary_status_too() -> None:
    transition = {"Status": "Starting", "StartTime": 1583831889.05, "StatusMessage": "s"}
    before = job("Training", SecondaryStatus="Starting")
    after = job("Training", SecondaryStatus="Training", SecondaryStatusTransitions=[transition])
    event = jobs.changed("Training", before, after, {})
    assert event is not None
    assert event.detail["SecondaryStatusTransitions"][0]["StartTime"] == "1583831889050"


@given(st.dictionaries(st.text(min_size=1), st.recursive(st.text() | st.booleans(), st.lists, max_leaves=5)))
def test_no_members_of_the_sandboxs_own_get_out_and_every_detail_is_json(members: dict[str, Any]) -> None:
    event = hosting.model(None, {"ModelArn": "a", **members}, {})
    assert event is not None
    assert json.loads(json.dumps(event.detail)) == event.detail
    assert not [name for name in event.detail if name.startswith("_")]


def test_an_approval_reaches_a_rule_and_its_queue(client: ClientOf) -> None:
    name = f"approvals-{uuid.uuid4().hex[:8]}"
    sagemaker, events, sqs = client("sagemaker"), client("events"), client("sqs")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    detail = {"ModelPackageGroupName": [name], "ModelApprovalStatus": ["Approved"]}
    pattern = {"source": ["aws.sagemaker"], "detail-type": [PACKAGE], "detail": detail}
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    sagemaker.create_model_package_group(ModelPackageGroupName=name)
    version = sagemaker.create_model_package(ModelPackageGroupName=name, InferenceSpecification=INFERENCE)
    approved = {"ModelPackageArn": version["ModelPackageArn"], "ModelApprovalStatus": "Approved"}
    sagemaker.update_model_package(**approved)
    messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    event = json.loads(messages[0]["Body"])
    assert (event["source"], event["detail-type"], event["resources"]) == (
        "aws.sagemaker",
        PACKAGE,
        [version["ModelPackageArn"]],
    )
    assert event["detail"].items() >= approved.items()
