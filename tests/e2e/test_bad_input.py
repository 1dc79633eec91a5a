"""Bad data and failing jobs through the whole pipeline: the step says what is wrong, and nothing is registered."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from sandbox.environment import UNSET, variables
from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf
from tests.e2e.test_kill import CODE, processing
from tests.iam_roles import role
from tests.pipeline_functions import make_data_check, make_model_seal

ROOT = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::000000000000:role/bad"
GROUP = "bad-input"
ROWS = (ROOT / "data/abalone.csv").read_text().splitlines()


def with_cell(column: int, cell: str, row: int = 7) -> bytes:
    """The real data with one cell changed."""
    rows = [line.split(",") for line in ROWS]
    rows[row][column] = cell
    return "".join(f"{','.join(cells)}\n" for cells in rows).encode()


def constant_label() -> bytes:
    return "".join(f"{line.rpartition(',')[0]},9\n" for line in ROWS).encode()


class Pipeline:
    """The abalone pipeline as model-build publishes it."""

    def __init__(self, client: ClientOf) -> None:
        self.sagemaker, self.s3 = client("sagemaker"), client("s3")

    def run(self, content: bytes | None) -> tuple[str, str]:
        """Status of the execution on this data (None: no object at all), and the reason of the step that failed."""
        key = f"data/{uuid.uuid4().hex}.csv"
        if content is not None:
            self.s3.put_object(Bucket=GROUP, Key=key, Body=content)
        parameters = [{"Name": "InputData", "Value": f"s3://{GROUP}/{key}"}]
        started = self.sagemaker.start_pipeline_execution(PipelineName=GROUP, PipelineParameters=parameters)
        return outcome(self.sagemaker, started["PipelineExecutionArn"])

    def run_on(
        self, objects: dict[str, bytes], *, parameters: dict[str, str] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """Status of the execution on a folder with these objects, and its steps."""
        folder = f"data/{uuid.uuid4().hex}/"
        for name, content in objects.items():
            self.s3.put_object(Bucket=GROUP, Key=f"{folder}{name}", Body=content)
        given = {"InputData": f"s3://{GROUP}/{folder}", **(parameters or {})}
        started = self.sagemaker.start_pipeline_execution(
            PipelineName=GROUP, PipelineParameters=[{"Name": name, "Value": value} for name, value in given.items()]
        )["PipelineExecutionArn"]
        status, _ = outcome(self.sagemaker, started)
        listed = self.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=started)["PipelineExecutionSteps"]
        return status, {step["StepName"]: step for step in listed}

    def evaluation(self, steps: dict[str, Any]) -> dict[str, Any]:
        """What the step Evaluate wrote."""
        name = steps["Evaluate"]["Metadata"]["ProcessingJob"]["Arn"].rpartition("/")[2]
        job = self.sagemaker.describe_processing_job(ProcessingJobName=name)
        (output,) = job["ProcessingOutputConfig"]["Outputs"]
        key = output["S3Output"]["S3Uri"].removeprefix(f"s3://{GROUP}/") + "/evaluation.json"
        found: dict[str, Any] = json.loads(self.s3.get_object(Bucket=GROUP, Key=key)["Body"].read())
        return found

    def versions(self) -> int:
        return len(self.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"])


def outcome(sagemaker: Any, execution: str) -> tuple[str, str]:
    deadline = time.monotonic() + 60
    status = "Executing"
    while status in ("Executing", "Stopping") and time.monotonic() < deadline:
        time.sleep(0.02)
        status = sagemaker.describe_pipeline_execution(PipelineExecutionArn=execution)["PipelineExecutionStatus"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=execution)["PipelineExecutionSteps"]
    return status, " ".join(step.get("FailureReason", "") for step in steps)


@pytest.fixture(scope="module")
def pipeline(sandbox: SandboxSettings, client: ClientOf) -> Pipeline:
    assert role(client, "bad") == ROLE
    client("s3").create_bucket(Bucket=GROUP)
    client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    build = {
        "SAGEMAKER_PROJECT_NAME": GROUP,
        "SAGEMAKER_PIPELINE_NAME": GROUP,
        "SAGEMAKER_PIPELINE_ROLE_ARN": ROLE,
        "MODEL_EXECUTION_ROLE_ARN": ROLE,
        "ARTIFACT_BUCKET": GROUP,
        "KMS_KEY_ARN": key,
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": GROUP,
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "0" * 40,
        "INPUT_DATA_URI": f"s3://{GROUP}/data/none.csv",
        "BATCH_DATA_URI": f"s3://{GROUP}/batch/none.csv",
        "DATA_CHECK_FUNCTION_ARN": make_data_check(
            client("lambda"), bucket=GROUP, group=GROUP, role=role(client, "bad-check", service="lambda")
        ),
        "MODEL_SEAL_FUNCTION_ARN": make_model_seal(
            client("lambda"),
            bucket=GROUP,
            group=GROUP,
            pipeline=GROUP,
            role=role(client, "bad-seal", service="lambda"),
            kms_key=key,
        ),
    }
    shell = {name: value for name, value in os.environ.items() if name not in UNSET}
    subprocess.run(
        [sys.executable, "-m", "pipelines.run_pipeline"],
        cwd=ROOT / "model-build",
        env={**shell, **variables(sandbox), **build},
        capture_output=True,
        timeout=120,
        check=True,
    )
    return Pipeline(client)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "no rows", id="an empty file"),
        pytest.param(None, "put the data there, then start the run again", id="a missing file"),
        pytest.param(b"sex,length,diameter,height,a,b,c,d,rings\n" + with_cell(1, "0.5"), "header", id="a header"),
        pytest.param(with_cell(1, "0.5,0.5"), "row 8", id="a cell too many"),
        pytest.param(with_cell(1, "long"), "long", id="a cell that is no number"),
        pytest.param(with_cell(8, "nan"), "row 8", id="a label that is NaN"),
        pytest.param(with_cell(8, "inf"), "row 8", id="a label that is infinite"),
        pytest.param(with_cell(0, "X"), "X", id="an unknown sex"),
        pytest.param(constant_label(), "9", id="a constant label"),
        pytest.param("".join(f"{line}\n" for line in ROWS[:20]).encode(), "20 rows", id="too few rows"),
        pytest.param(with_cell(0, "M").replace(b"M", b"\xff", 1), "UTF-8", id="bytes that are not UTF-8"),
    ],
)
def test_bad_data_fails_the_first_step_with_a_sentence(
    pipeline: Pipeline, content: bytes | None, sentence: str
) -> None:
    status, reason = pipeline.run(content)
    assert status == "Failed"
    assert sentence in reason
    assert "Traceback" not in reason
    assert pipeline.versions() == 0


DATA = "".join(f"{line}\n" for line in ROWS).encode()
PART = "".join(f"{line}\n" for line in ROWS[:1000]).encode()


@pytest.mark.parametrize(
    ("objects", "rows"),
    [
        pytest.param(
            {"a.csv": DATA, "2026/06/a.csv": PART, "2026/06/b.csv": PART}, [1000, 1000, 4177], id="dated folders"
        ),
        pytest.param({"abalone.csv": DATA, "a.CSV": PART, "b.CSV": PART}, [1000, 4177, 1000], id="capital letters"),
        pytest.param(
            {"abalone.csv": DATA, "c.csv.gz": gzip.compress(PART), "c.csv": PART}, [4177, 1000, 1000], id="gzip"
        ),
        pytest.param({"abalone (1) & more.csv": DATA, f"{'k' * 200}.csv": PART}, [4177, 1000], id="keys of any form"),
        pytest.param({"abalone.csv": DATA, "_SUCCESS": b"", "deep/": b""}, [4177], id="markers"),
    ],
)
def test_everything_under_the_prefix_is_trained_on_and_counted(
    pipeline: Pipeline, objects: dict[str, bytes], rows: list[int]
) -> None:
    """Up to the gate, which nothing passes here; there is no batch, and none is missed."""
    status, steps = pipeline.run_on(objects, parameters={"MseThreshold": "0.1"})
    assert status == "Failed"
    assert steps["Fail"]["FailureReason"].endswith(", is above the threshold, 0.1: nothing was registered.")
    data = pipeline.evaluation(steps)["data"]
    assert sorted(file["rows"] for file in data["files"]) == sorted(rows)
    assert data["rows"] == sum(rows)
    assert data["ignored"] == [name for name in objects if name == "_SUCCESS"]


def test_a_file_that_nobody_reads_fails_the_run_by_its_name(pipeline: Pipeline) -> None:
    status, steps = pipeline.run_on({"abalone.csv": DATA, "2026/notes.txt": b"hello"})
    assert status == "Failed"
    assert "2026/notes.txt: not .csv, .csv.gz, .parquet by its name" in steps["Preprocess"]["FailureReason"]


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        (f"s3://{GROUP}/raw/", f"does not lie under s3://{GROUP}/data/, which is all that the jobs may read"),
        (f"s3://{GROUP}/data/abalone (1).csv", "cannot be written into the model registry"),
        (f"s3://{GROUP}/data/{'k' * 300}.csv", "the model registry holds 256 of them"),
    ],
)
def test_what_would_fail_later_is_refused_before_a_machine_is_paid_for(
    pipeline: Pipeline, uri: str, sentence: str
) -> None:
    status, steps = pipeline.run_on({"abalone.csv": DATA}, parameters={"InputData": uri})
    assert (status, list(steps)) == ("Failed", ["CheckData"])
    assert sentence in steps["CheckData"]["FailureReason"]


SCRIPTS = {
    "exit": "import sys\nsys.exit(3)\n",
    "kill": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
    "hang": "import time\ntime.sleep(600)\n",
}


@pytest.mark.parametrize(
    ("script", "sentence"), [("exit", "exit code: 3"), ("kill", "SIGKILL"), ("hang", "MaxRuntimeInSeconds of 1")]
)
def test_a_job_that_does_not_finish_fails_its_step_and_registers_nothing(
    pipeline: Pipeline, script: str, sentence: str
) -> None:
    pipeline.s3.put_object(Bucket=GROUP, Key=f"{script}/wait.py", Body=SCRIPTS[script].encode())
    step = processing("Work", [])
    step["Arguments"]["RoleArn"] = ROLE
    step["Arguments"]["ProcessingInputs"][0]["S3Input"] |= {"S3Uri": f"s3://{GROUP}/{script}/", "LocalPath": CODE}
    step["Arguments"]["StoppingCondition"] = {"MaxRuntimeInSeconds": 1}
    inference = {"Containers": [{"Image": "i", "ModelDataUrl": "s3://bad-input/model.tar.gz"}]}
    register = {"ModelPackageGroupName": GROUP, "InferenceSpecification": inference}
    steps = [step, {"Name": "Register", "Type": "RegisterModel", "DependsOn": ["Work"], "Arguments": register}]
    name = f"job-{script}"
    definition = json.dumps({"Version": "2020-12-01", "Steps": steps})
    pipeline.sagemaker.create_pipeline(PipelineName=name, PipelineDefinition=definition, RoleArn=ROLE)
    execution = pipeline.sagemaker.start_pipeline_execution(PipelineName=name)["PipelineExecutionArn"]
    status, reason = outcome(pipeline.sagemaker, execution)
    assert status == "Failed"
    assert sentence in reason
    assert pipeline.versions() == 0
