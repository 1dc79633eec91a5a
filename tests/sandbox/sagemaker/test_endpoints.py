"""Endpoints through boto3: states, hand-over, roll-back, capture, and models that misbehave."""

from __future__ import annotations

import io
import json
import tarfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.iam_roles import role

ROLE = "arn:aws:iam::000000000000:role/endpoints"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
ENVIRONMENT = {"SAGEMAKER_PROGRAM": "serve.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
ANSWER = """
import os
def model_fn(folder):
    return {word!r}
def transform_fn(model, body, content_type, accept):
    text = body if isinstance(body, str) else body.decode()
    if text == "die":
        os._exit(1)
    if text == "fault":
        raise ValueError("a fault of the model")
    return model + " " + text, "text/csv"
"""
ONCE = Config(retries={"total_max_attempts": 1})  # a model that dies is asked to die once
BROKEN = "def model_fn(folder):\n    raise ValueError('model.json has another digest')\n"


def archive(name: str, content: str) -> bytes:
    """A tarball of one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tarball:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        tarball.addfile(member, io.BytesIO(content.encode()))
    return buffer.getvalue()


class Serving:
    """Names of its own, so that tests share a sandbox."""

    def __init__(self, client: ClientOf) -> None:
        self.connect(client)
        self.name = f"e-{uuid.uuid4().hex[:8]}"
        self.s3.create_bucket(Bucket=self.name)
        assert role(client, "endpoints") == ROLE

    def connect(self, client: ClientOf) -> None:
        """Anew after each `up`: the sandbox is on another port."""
        self.sagemaker, self.runtime, self.s3 = client("sagemaker"), client("sagemaker-runtime", ONCE), client("s3")

    def config(self, code: str, *, role_arn: str = ROLE, model: Mapping[str, Any] | None = None, **more: Any) -> str:
        """`model`: members of CreateModel, put over those of a model that is not isolated."""
        name = f"{self.name}-{uuid.uuid4().hex[:6]}"
        self.s3.put_object(Bucket=self.name, Key=f"{name}/model.tar.gz", Body=archive("code/serve.py", code))
        container = {
            "Image": IMAGE,
            "ModelDataUrl": f"s3://{self.name}/{name}/model.tar.gz",
            "Environment": ENVIRONMENT,
        }
        members = {"PrimaryContainer": container, "ExecutionRoleArn": role_arn, **(model or {})}
        if variables := members.pop("Environment", None):
            container["Environment"] = {**ENVIRONMENT, **variables}
        self.sagemaker.create_model(ModelName=name, **members)
        variant = {"VariantName": "All", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **more)
        return name

    def create(self, config: str) -> dict[str, Any]:
        self.sagemaker.create_endpoint(EndpointName=self.name, EndpointConfigName=config)
        return self.settled()

    def update(self, config: str) -> dict[str, Any]:
        self.sagemaker.update_endpoint(EndpointName=self.name, EndpointConfigName=config)
        return self.settled()

    def settled(self) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            endpoint: dict[str, Any] = self.sagemaker.describe_endpoint(EndpointName=self.name)
            if endpoint["EndpointStatus"] in ("InService", "Failed"):
                return endpoint
            time.sleep(0.02)
        raise AssertionError(endpoint)

    def status(self) -> str:
        return str(self.sagemaker.describe_endpoint(EndpointName=self.name)["EndpointStatus"])

    def ask(self, body: str) -> str:
        answer = self.runtime.invoke_endpoint(EndpointName=self.name, Body=body.encode(), ContentType="text/csv")
        return str(answer["Body"].read().decode())


@pytest.fixture
def serving(client: ClientOf) -> Serving:
    return Serving(client)


def test_an_update_hands_over_and_loses_no_request(serving: Serving) -> None:
    assert serving.create(serving.config(ANSWER.format(word="old")))["EndpointStatus"] == "InService"
    answers, stop = [], threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            answers.append(serving.ask("x"))

    asking = threading.Thread(target=keep_asking)
    asking.start()
    second = serving.config(ANSWER.format(word="new"))
    endpoint = serving.update(second)
    last = serving.ask("x")
    stop.set()
    asking.join()
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"], last) == ("InService", second, "new x")
    assert set(answers) <= {"old x", "new x"}
    assert answers == sorted(answers, key=["old x", "new x"].index)  # never back to the old one


def test_a_model_that_does_not_load_is_rolled_back_while_the_old_one_serves(serving: Serving) -> None:
    first = serving.config(ANSWER.format(word="good"))
    serving.create(first)
    endpoint = serving.update(serving.config(BROKEN))
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("InService", first)
    assert "model.json has another digest" in endpoint["FailureReason"]
    assert serving.ask("x") == "good x"


def test_a_first_model_that_does_not_load_fails_with_its_reason(serving: Serving) -> None:
    endpoint = serving.create(serving.config(BROKEN))
    assert endpoint["EndpointStatus"] == "Failed"
    assert "model.json has another digest" in endpoint["FailureReason"]
    with pytest.raises(ClientError, match="it can only be deleted"):
        serving.sagemaker.update_endpoint(EndpointName=serving.name, EndpointConfigName=endpoint["EndpointConfigName"])


OFFLINE = [
    {"EnableNetworkIsolation": True},
    {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}},
]


@pytest.mark.parametrize("model", OFFLINE, ids=["isolated", "in subnets"])
def test_a_model_whose_code_wants_an_index_that_it_cannot_reach_is_never_in_service(
    serving: Serving, model: dict[str, Any]
) -> None:
    endpoint = serving.create(serving.config(ANSWER.format(word="m"), model=model))
    assert endpoint["EndpointStatus"] == "Failed"
    assert endpoint["FailureReason"].startswith(
        "The primary container for production variant All did not pass the ping health check."
        " Please check CloudWatch logs for this endpoint."
    )
    assert "InstallModuleError: Command" in endpoint["FailureReason"]
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)
    serving.name = f"{serving.name}-2"
    allowed = {**model, "Environment": {"PIP_NO_BUILD_ISOLATION": "0"}}
    serving.s3.create_bucket(Bucket=serving.name)
    assert serving.create(serving.config(ANSWER.format(word="m"), model=allowed))["EndpointStatus"] == "InService"


def test_a_fault_of_the_model_is_a_model_error_with_its_status(serving: Serving) -> None:
    serving.create(serving.config(ANSWER.format(word="m")))
    with pytest.raises(ClientError) as refused:
        serving.ask("fault")
    assert refused.value.response["Error"]["Code"] == "ModelError"
    assert refused.value.response["OriginalStatusCode"] == 500  # type: ignore[typeddict-item]


def test_a_model_that_dies_is_started_again(serving: Serving) -> None:
    serving.create(serving.config(ANSWER.format(word="m")))
    with pytest.raises(ClientError, match="did not answer"):
        serving.ask("die")
    assert wait_until(lambda: serving.ask("x") == "m x")


def wait_until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if true():
                return True
        except ClientError:
            pass
        time.sleep(0.05)
    return False


def test_captured_requests_land_in_s3(serving: Serving) -> None:
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": f"s3://{serving.name}/capture",
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
    }
    endpoint = serving.create(serving.config(ANSWER.format(word="m"), DataCaptureConfig=capture))
    assert endpoint["DataCaptureConfig"]["CaptureStatus"] == "Started"
    serving.ask("row")
    prefix = f"capture/{serving.name}/All/"
    assert wait_until(lambda: "Contents" in serving.s3.list_objects_v2(Bucket=serving.name, Prefix=prefix))
    key = serving.s3.list_objects_v2(Bucket=serving.name, Prefix=prefix)["Contents"][0]["Key"]
    line = json.loads(serving.s3.get_object(Bucket=serving.name, Key=key)["Body"].read())
    assert line["captureData"]["endpointInput"]["data"] == "row"
    assert line["captureData"]["endpointOutput"]["data"] == "m row"


def test_what_is_not_there_is_named(serving: Serving) -> None:
    with pytest.raises(
        ClientError, match='Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/no"'
    ):
        serving.sagemaker.describe_endpoint(EndpointName="no")
    with pytest.raises(ClientError, match="Endpoint no of account 000000000000 not found") as refused:
        serving.runtime.invoke_endpoint(EndpointName="no", Body=b"x")
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        serving.sagemaker.create_endpoint(EndpointName=serving.name, EndpointConfigName="no")
    with pytest.raises(ClientError, match="enum value set"):
        variant = {"VariantName": "All", "ModelName": "no", "InstanceType": "ml.m5.huge", "InitialInstanceCount": 1}
        serving.sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])


def test_the_endpoint_serves_though_its_model_and_configuration_are_deleted(serving: Serving) -> None:
    name = serving.config(ANSWER.format(word="m"))
    serving.create(name)
    serving.sagemaker.delete_model(ModelName=name)
    serving.sagemaker.delete_endpoint_config(EndpointConfigName=name)
    assert serving.ask("x") == "m x"
    serving.sagemaker.delete_endpoint(EndpointName=serving.name)
    waiter = serving.sagemaker.get_waiter("endpoint_deleted")
    waiter.wait(EndpointName=serving.name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    with pytest.raises(ClientError, match="Could not find"):
        serving.sagemaker.describe_endpoint(EndpointName=serving.name)
