"""The golden path through the clients a user has: the AWS CLI, boto3 and the SageMaker SDK v3. None is changed, none is told.

Written as a user would go: each test is a moment of the path and needs the ones before it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.environment import UNSET, variables
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.iam_roles import role
from tests.pipeline_functions import make_data_check, make_model_seal

ROOT = Path(__file__).resolve().parents[2]
AWS = Path(sys.executable).with_name("aws")
PROJECT = "golden"
GROUP = "golden"


class User:
    """A person at a shell that was pointed at the sandbox."""

    def __init__(self, settings: SandboxSettings, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        self.environment: Mapping[str, str] = {**kept, **variables(settings), "PYTHONPATH": ""}
        self.folder = folder

    def aws(self, *arguments: str) -> Any:
        """An AWS CLI command; its JSON answer."""
        done = self.run(str(AWS), *arguments, "--output", "json")
        return json.loads(done) if done.strip().startswith(("{", "[")) else done

    def python(self, root: str, *arguments: str, **more: str) -> str:
        return self.run(sys.executable, *arguments, cwd=ROOT / root, **more)

    def run(self, *command: str, cwd: Path | None = None, **more: str) -> str:
        done = subprocess.run(
            command,
            cwd=cwd or self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def user(sandbox: SandboxSettings, tmp_path_factory: pytest.TempPathFactory) -> User:
    return User(sandbox, tmp_path_factory.mktemp("user"))


@pytest.fixture(scope="module")
def session(user: User) -> Iterator[boto3.Session]:
    """boto3 as the SDK finds it: everything from the environment."""
    with pytest.MonkeyPatch.context() as shell:
        for name, value in user.environment.items():
            shell.setenv(name, value)
        shell.setenv("SAGEMAKER_VALIDATE_ROLE", "false")
        yield boto3.Session()


@pytest.fixture(scope="module")
def foundation(user: User, session: boto3.Session) -> dict[str, str]:
    """Bucket, model package group and roles, by `aws cloudformation create-stack`."""
    user.aws(
        *("cloudformation", "create-stack", "--stack-name", PROJECT, "--capabilities", "CAPABILITY_IAM"),
        *("--template-body", f"file://{Path(__file__).with_name('foundation.yaml')}"),
        *("--parameters", f"ParameterKey=ProjectName,ParameterValue={GROUP}"),
    )
    stack = settled(session, PROJECT)
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def settled(session: boto3.Session, name: str) -> Any:
    """The stack once it is complete. `aws cloudformation deploy` and `wait` would look every 30 seconds only."""
    cloudformation = session.client("cloudformation")
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


@pytest.fixture(scope="module")
def build(user: User, foundation: dict[str, str], client: ClientOf) -> dict[str, str]:
    """The data uploaded with `aws s3 cp`, the function that looks at it, and the variables a build has."""
    check, seal = (role(client, f"{PROJECT}-{name}", service="lambda") for name in ("check", "seal"))
    bucket = foundation["BucketName"]
    batch = user.folder / "batch.csv"
    rows = (ROOT / "data/abalone.csv").read_text().splitlines()[:50]
    batch.write_text("".join(f"{row.rpartition(',')[0]}\n" for row in rows))
    user.aws("s3", "cp", str(ROOT / "data/abalone.csv"), f"s3://{bucket}/data/abalone.csv")
    user.aws("s3", "cp", str(batch), f"s3://{bucket}/batch/batch.csv")
    return {
        "SAGEMAKER_PROJECT_NAME": PROJECT,
        "SAGEMAKER_PIPELINE_NAME": f"{PROJECT}-pipeline",
        "SAGEMAKER_PIPELINE_ROLE_ARN": foundation["PipelineRoleArn"],
        "MODEL_EXECUTION_ROLE_ARN": foundation["ModelRoleArn"],
        "ARTIFACT_BUCKET": bucket,
        "KMS_KEY_ARN": foundation["KeyArn"],
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": GROUP,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "0123456789abcdef0123456789abcdef01234567",
        "INPUT_DATA_URI": f"s3://{bucket}/data/abalone.csv",
        "BATCH_DATA_URI": f"s3://{bucket}/batch/batch.csv",
        "DATA_CHECK_FUNCTION_ARN": make_data_check(client("lambda"), bucket=bucket, group=GROUP, role=check),
        "MODEL_SEAL_FUNCTION_ARN": make_model_seal(
            client("lambda"),
            bucket=bucket,
            group=GROUP,
            pipeline=f"{PROJECT}-pipeline",
            role=seal,
            kms_key=foundation["KeyArn"],
        ),
    }


def sdk_pipeline(session: boto3.Session, environment: Mapping[str, str]) -> Any:
    """The pipeline object that model-build makes, of the SageMaker SDK."""
    from pipelines.abalone.pipeline import get_pipeline  # noqa: PLC0415 (the SDK takes seconds to import)
    from pipelines.settings import Settings  # noqa: PLC0415

    assert session.region_name
    return get_pipeline(Settings.from_environment({**environment, "AWS_REGION": session.region_name}))


@pytest.fixture(scope="module")
def execution(session: boto3.Session, build: dict[str, str]) -> Any:
    """`pipeline.upsert`, `pipeline.start`, `execution.wait` of the SageMaker SDK v3."""
    pipeline = sdk_pipeline(session, build)
    pipeline.upsert(role_arn=build["SAGEMAKER_PIPELINE_ROLE_ARN"], tags=[{"Key": "Commit", "Value": "0123456"}])
    started = pipeline.start(parameters={"MseThreshold": 5.9})
    started.wait(delay=1, max_attempts=60)
    return started


@pytest.fixture(scope="module")
def approved(user: User, execution: Any) -> str:
    """The version that the execution registered, approved with the AWS CLI."""
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    listed = user.aws("sagemaker", "list-model-packages", "--model-package-group-name", GROUP)
    arn = str(listed["ModelPackageSummaryList"][-1]["ModelPackageArn"])
    user.aws("sagemaker", "update-model-package", "--model-package-arn", arn, "--model-approval-status", "Approved")
    return arn


def test_the_sdk_sees_every_step_succeed(execution: Any) -> None:
    described = execution.describe()
    steps = {step["StepName"]: step["StepStatus"] for step in execution.list_steps()}
    assert described["PipelineExecutionStatus"] == "Succeeded", described.get("FailureReason")
    assert set(steps.values()) == {"Succeeded"}
    decided = {"CheckData", "Preprocess", "Train", "Evaluate", "QualityGate"}
    assert steps.keys() == decided | {"SealModel", "RegisterModel", "BatchGiven", "CreateModel", "BatchTransform"}
    parameters = execution.list_parameters()["PipelineParameters"]
    assert {"Name": "MseThreshold", "Value": "5.9"} in parameters


def test_the_version_carries_where_it_came_from(user: User, approved: str, execution: Any) -> None:
    package = user.aws("sagemaker", "describe-model-package", "--model-package-name", approved)
    metadata = package["CustomerMetadataProperties"]
    assert metadata["ExecutionArn"] == execution.arn
    assert metadata["Commit"] == "0123456789abcdef0123456789abcdef01234567"
    assert float(metadata["Mse"]) < 6.0
    assert len(metadata["ModelSha256"]) == len(metadata["DataVersion"]) == 64
    assert metadata["DataChange"] == "new"
    report = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    user.aws("s3", "cp", report, "evaluation.json")
    evaluation = json.loads((user.folder / "evaluation.json").read_text())
    assert evaluation["regression_metrics"]["mse"]["value"] == pytest.approx(float(metadata["Mse"]), rel=1e-4)


def test_the_logs_of_a_job_are_where_aws_keeps_them(user: User, execution: Any) -> None:
    assert execution.describe()
    listed = user.aws("logs", "filter-log-events", "--log-group-name", "/aws/sagemaker/TrainingJobs")
    assert any("validation-mse" in event["message"] for event in listed["events"])


def test_batch_transform_answered_every_row(user: User, execution: Any, build: dict[str, str]) -> None:
    assert execution.describe()
    keys = user.aws("s3api", "list-objects-v2", "--bucket", build["ARTIFACT_BUCKET"])["Contents"]
    [answered] = [item["Key"] for item in keys if item["Key"].endswith("batch.csv.out")]
    user.aws("s3", "cp", f"s3://{build['ARTIFACT_BUCKET']}/{answered}", "batch.out")
    predictions = [float(line) for line in (user.folder / "batch.out").read_text().splitlines() if line]
    assert len(predictions) == 50
    assert all(1 < prediction < 30 for prediction in predictions)


def test_the_second_run_takes_the_cached_steps(session: boto3.Session, build: dict[str, str], execution: Any) -> None:
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    second = sdk_pipeline(session, build).start(parameters={"MseThreshold": 5.9})
    second.wait(delay=1, max_attempts=60)
    cached = {step["StepName"] for step in second.list_steps() if "CacheHitResult" in step}
    assert {"Preprocess", "Train", "Evaluate"} <= cached
    [check] = [step for step in second.list_steps() if step["StepName"] == "CheckData"]
    said = {each["Name"]: each["Value"] for each in check["Metadata"]["Lambda"]["OutputParameters"]}
    assert said["DataChange"] == "unchanged since version 1"


def test_a_run_without_a_batch_registers_a_version_and_succeeds(
    session: boto3.Session, build: dict[str, str], execution: Any
) -> None:
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    empty = f"s3://{build['ARTIFACT_BUCKET']}/batch/empty/"
    without = sdk_pipeline(session, build).start(parameters={"MseThreshold": 5.9, "BatchData": empty})
    without.wait(delay=1, max_attempts=60)
    steps = {step["StepName"]: step for step in without.list_steps()}
    assert without.describe()["PipelineExecutionStatus"] == "Succeeded"
    assert "RegisterModel" in steps
    assert not {"CreateModel", "BatchTransform"} & steps.keys()
    assert steps["BatchGiven"]["Metadata"]["Condition"]["Outcome"] == "False"
    said = {each["Name"]: each["Value"] for each in steps["CheckData"]["Metadata"]["Lambda"]["OutputParameters"]}
    assert said["Summary"].endswith(f"No batch: nothing lies under {empty}, so nothing is predicted.")


def test_a_threshold_that_is_missed_fails_with_both_numbers(
    session: boto3.Session, build: dict[str, str], execution: Any, user: User
) -> None:
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    before = user.aws("sagemaker", "list-model-packages", "--model-package-group-name", GROUP)
    strict = sdk_pipeline(session, build).start(parameters={"MseThreshold": 0.5})
    with pytest.raises(Exception, match="terminal failure state"):
        strict.wait(delay=1, max_attempts=60)
    [refused] = [step for step in strict.list_steps() if step["StepStatus"] == "Failed"]
    assert "0.5" in refused["FailureReason"]
    assert "3." in refused["FailureReason"] or "4." in refused["FailureReason"]
    after = user.aws("sagemaker", "list-model-packages", "--model-package-group-name", GROUP)
    assert len(after["ModelPackageSummaryList"]) == len(before["ModelPackageSummaryList"])


@pytest.fixture(scope="module")
def staging(user: User, session: boto3.Session, approved: str, build: dict[str, str]) -> str:
    """The promoter's rendering, brought up by `aws cloudformation create-stack`."""
    user.python(
        "model-deploy",
        *("-m", "promoter", "--config", "../staging-config.json", "--config", "../prod-config.json"),
        *("--output-dir", str(user.folder), "--model-package-arn", approved),
        **build,
        DECISIONS_FUNCTION_NAME="not-asked",
    )
    rendered = json.loads((user.folder / "staging-config-export.json").read_text())
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in rendered["Parameters"].items()]
    template = f"file://{ROOT / 'model-deploy/endpoint.yaml'}"
    command = ("cloudformation", "create-stack", "--stack-name", f"{PROJECT}-staging", "--template-body", template)
    user.aws(*command, "--parameters", json.dumps(parameters))
    settled(session, f"{PROJECT}-staging")
    return f"{PROJECT}-staging"


def test_staging_passes_its_smoke_test(user: User, staging: str, approved: str, build: dict[str, str]) -> None:
    arguments = ("--endpoint-name", staging, "--model-package-arn", approved, "--report", str(user.folder / "smoke"))
    user.python("model-deploy", "-m", "promoter.smoke_test", *arguments, "--latency-budget-ms", "2000", **build)
    assert json.loads((user.folder / "smoke" / "report.json").read_text())


def test_the_cli_gets_a_prediction(user: User, staging: str) -> None:
    (user.folder / "row.csv").write_text("M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n")
    user.aws(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", staging, "--content-type", "text/csv"),
        *("--body", f"fileb://{user.folder / 'row.csv'}", str(user.folder / "answer.csv")),
    )
    assert 5 < float((user.folder / "answer.csv").read_text()) < 20


def test_boto3_is_told_which_row_was_refused(session: boto3.Session, staging: str) -> None:
    runtime = session.client("sagemaker-runtime")
    rows = b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\nX,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n"
    with pytest.raises(ClientError) as refused:
        runtime.invoke_endpoint(EndpointName=staging, Body=rows, ContentType="text/csv")
    answer: Any = refused.value.response
    assert answer["OriginalStatusCode"] == 400
    assert json.loads(answer["OriginalMessage"])["row"] == 2


def test_a_stack_that_is_deleted_leaves_no_endpoint(user: User, session: boto3.Session, staging: str) -> None:
    user.aws("cloudformation", "delete-stack", "--stack-name", staging)
    gone = session.client("cloudformation").get_waiter("stack_delete_complete")
    gone.wait(StackName=staging, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    assert user.aws("sagemaker", "list-endpoints", "--name-contains", staging)["Endpoints"] == []
    assert user.aws("sagemaker", "list-models", "--name-contains", staging)["Models"] == []
