"""`kill -9` of the sandbox at each moment of a run, then `up`: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ClientError

from sandbox.process import down, holder, up
from tests.conftest import ClientOf, client_of
from tests.iam_roles import role
from tests.sandbox.sagemaker.test_endpoints import ANSWER, Serving

ROLE = "arn:aws:iam::000000000000:role/kill-jobs"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
CODE = "/opt/ml/processing/input/code"
PATIENCE = 30.0


def processing(name: str, after: list[str]) -> dict[str, Any]:
    """A step that takes a moment, so that a kill can meet it."""
    source = {"S3Uri": "s3://kill/code/", "LocalPath": CODE, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    arguments = {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
        "AppSpecification": {"ImageUri": IMAGE, "ContainerEntrypoint": ["python3", f"{CODE}/wait.py"]},
        "ProcessingInputs": [{"InputName": "code", "S3Input": source}],
        "RoleArn": ROLE,
    }
    return {"Name": name, "Type": "Processing", "Arguments": arguments, "DependsOn": after}


REGISTER = {
    "Name": "Register",
    "Type": "RegisterModel",
    "DependsOn": ["First"],
    "Arguments": {
        "ModelPackageGroupName": "kill",
        "InferenceSpecification": {"Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://kill/model.tar.gz"}]},
    },
}
DEFINITION = {"Version": "2020-12-01", "Steps": [processing("First", []), REGISTER, processing("Second", ["Register"])]}


class Killed:
    """A sandbox that is killed and started again, on another port each time."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.client: ClientOf
        self.up()

    def up(self) -> None:
        self.client = client_of(up(self.home))

    def kill(self) -> None:
        pid = holder(self.home)
        assert pid
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        self.up()

    @property
    def sagemaker(self) -> Any:
        return self.client("sagemaker")

    def start(self) -> str:
        return str(self.sagemaker.start_pipeline_execution(PipelineName="kill")["PipelineExecutionArn"])

    def steps(self, execution: str) -> dict[str, str]:
        listed = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)["PipelineExecutionSteps"]
        return {step["StepName"]: step["StepStatus"] for step in listed}

    def settled(self, execution: str) -> dict[str, Any]:
        def described() -> dict[str, Any] | None:
            answer: dict[str, Any] = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)
            return answer if answer["PipelineExecutionStatus"] in ("Succeeded", "Failed", "Stopped") else None

        return until(described)

    def versions(self) -> int:
        return len(self.sagemaker.list_model_packages(ModelPackageGroupName="kill")["ModelPackageSummaryList"])


T = TypeVar("T")


def until(look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if (found := look()) is not None:
            return found
        time.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    sandbox = Killed(tmp_path_factory.mktemp("kill"))
    assert role(sandbox.client, "kill-jobs") == ROLE
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="kill")
    s3.put_object(Bucket="kill", Key="code/wait.py", Body=b"import time\ntime.sleep(0.3)\n")
    sandbox.sagemaker.create_model_package_group(ModelPackageGroupName="kill")
    sandbox.sagemaker.create_pipeline(
        PipelineName="kill", PipelineDefinition=json.dumps(DEFINITION), RoleArn=ROLE, ClientRequestToken="k" * 32
    )
    yield sandbox
    down(sandbox.home)


@pytest.mark.parametrize("moment", ["First", "Register", "Second"])
def test_a_run_killed_in_a_step_goes_on_from_it_and_registers_once(killed: Killed, moment: str) -> None:
    before = killed.versions()
    execution = killed.start()
    until(lambda: killed.steps(execution).get(moment))
    killed.kill()
    interrupted = killed.settled(execution)
    if (
        interrupted["PipelineExecutionStatus"] == "Failed"
    ):  # Register is over in a moment: the kill may come after the run
        assert "retry-pipeline-execution" in json.dumps(failed_steps(killed, execution))
        killed.sagemaker.retry_pipeline_execution(PipelineExecutionArn=execution)
    assert killed.settled(execution)["PipelineExecutionStatus"] == "Succeeded"
    assert set(killed.steps(execution).values()) == {"Succeeded"}
    assert killed.versions() == before + 1


def failed_steps(killed: Killed, execution: str) -> list[str]:
    listed = killed.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)["PipelineExecutionSteps"]
    return [step["FailureReason"] for step in listed if step["StepStatus"] == "Failed"]


@pytest.mark.parametrize("delay", [0.0, 0.2, 0.4, 0.55])
def test_a_run_killed_at_any_instant_can_be_retried_and_registers_once(killed: Killed, delay: float) -> None:
    before = killed.versions()
    execution = killed.start()
    time.sleep(delay)
    killed.kill()
    if killed.settled(execution)["PipelineExecutionStatus"] == "Failed":
        killed.sagemaker.retry_pipeline_execution(PipelineExecutionArn=execution)
    assert killed.settled(execution)["PipelineExecutionStatus"] == "Succeeded"
    assert killed.versions() == before + 1


def test_a_job_killed_with_the_sandbox_says_so(killed: Killed) -> None:
    arguments = processing("job", [])["Arguments"]
    killed.sagemaker.create_processing_job(ProcessingJobName="killed", **arguments)
    killed.kill()
    job = killed.sagemaker.describe_processing_job(ProcessingJobName="killed")
    assert job["ProcessingJobStatus"] == "Failed"
    assert "the sandbox stopped while the job was running" in job["FailureReason"]


def test_what_was_acknowledged_is_there_after_a_kill(killed: Killed) -> None:
    s3, sagemaker, iam = killed.client("s3"), killed.sagemaker, killed.client("iam")
    for number in range(5):
        s3.put_object(Bucket="kill", Key=f"rows/{number}", Body=str(number).encode())
    iam.create_role(RoleName="kill", AssumeRolePolicyDocument="{}")
    group = sagemaker.create_model_package_group(ModelPackageGroupName="acknowledged")["ModelPackageGroupArn"]
    killed.kill()
    s3, sagemaker, iam = killed.client("s3"), killed.sagemaker, killed.client("iam")
    rows = [s3.get_object(Bucket="kill", Key=f"rows/{number}")["Body"].read() for number in range(5)]
    assert rows == [b"0", b"1", b"2", b"3", b"4"]
    assert iam.get_role(RoleName="kill")["Role"]["RoleName"] == "kill"
    described = sagemaker.describe_model_package_group(ModelPackageGroupName="acknowledged")
    assert described["ModelPackageGroupArn"] == group


@pytest.fixture
def serving(killed: Killed) -> Iterator[Serving]:
    made = Serving(killed.client)
    made.create(made.config(ANSWER.format(word="old")))
    yield made
    made.connect(killed.client)
    made.settled()
    made.sagemaker.delete_endpoint(EndpointName=made.name)


def test_an_endpoint_answers_again_after_a_kill(killed: Killed, serving: Serving) -> None:
    config = serving.settled()["EndpointConfigName"]
    killed.kill()
    killed.kill()  # while it starts again
    serving.connect(killed.client)
    statuses = set(iter(serving.status, "InService"))
    assert statuses <= {"SystemUpdating"}
    assert serving.ask("x") == "old x"
    assert serving.settled()["EndpointConfigName"] == config


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A model `behind` it does not come up before this file is there."""
    return tmp_path / "gate"


def behind(gate: Path) -> str:
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists():\n    time.sleep(0.05)\n"
    return wait + ANSWER.format(word="new")


def test_an_endpoint_that_starts_again_takes_no_update(killed: Killed, serving: Serving, gate: Path) -> None:
    gate.touch()
    config = serving.config(behind(gate))
    serving.update(config)
    gate.unlink()
    killed.kill()
    serving.connect(killed.client)
    assert serving.status() == "SystemUpdating"
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        serving.sagemaker.update_endpoint(EndpointName=serving.name, EndpointConfigName=config)
    with pytest.raises(ClientError, match="Cannot delete in-progress endpoint"):
        serving.sagemaker.delete_endpoint(EndpointName=serving.name)
    gate.touch()
    assert serving.settled()["EndpointStatus"] == "InService"


def test_an_update_goes_on_after_two_kills(killed: Killed, serving: Serving, gate: Path) -> None:
    config = serving.config(behind(gate))
    serving.sagemaker.update_endpoint(EndpointName=serving.name, EndpointConfigName=config)
    for _ in range(2):
        killed.kill()
        serving.connect(killed.client)
        assert serving.status() == "Updating"
    gate.touch()
    assert serving.settled()["EndpointConfigName"] == config
    assert serving.ask("x") == "new x"
