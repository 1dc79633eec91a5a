"""Every operation that the sandbox claims is called by boto3, and its answer has the shape of botocore's model.

The shape is checked on the raw bytes by `hold_to_the_model` (tests/conftest.py), nested members included.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.sagemaker.operations import OPERATIONS
from tests.conftest import ClientOf
from tests.iam_roles import role

BUCKET = "contract"
ROLE = "arn:aws:iam::000000000000:role/contract"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0"
ARN = "arn:aws:sagemaker:us-east-1:000000000000:"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 1}
SCRIPT = b"print('done')\n"
PROCESSING = {
    "ProcessingResources": {"ClusterConfig": CLUSTER},
    "AppSpecification": {
        "ImageUri": IMAGE,
        "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/script.py"],
    },
    "ProcessingInputs": [
        {
            "InputName": "code",
            "S3Input": {
                "S3Uri": f"s3://{BUCKET}/code/",
                "LocalPath": "/opt/ml/processing/input/code",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            },
        }
    ],
    "RoleArn": ROLE,
}
TRAINING = {
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "HyperParameters": {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/source.tar.gz"},
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
    "ResourceConfig": CLUSTER,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    "RoleArn": ROLE,
}
DEFINITION = json.dumps(
    {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Word", "Type": "String", "DefaultValue": "no"}],
        "Steps": [{"Name": "Refuse", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Word"}}}],
    }
)
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})
SERVE = """
def model_fn(folder):
    return folder
def transform_fn(model, body, content_type, accept):
    return body, content_type
"""


def source_archive() -> bytes:
    import io  # noqa: PLC0415
    import tarfile  # noqa: PLC0415

    train = (
        "import os, pathlib\n"
        "code = pathlib.Path(os.environ['SM_MODEL_DIR']) / 'code'\n"
        f"code.mkdir()\n(code / 'serve.py').write_text({SERVE!r})\n"
    )
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        member = tarfile.TarInfo("train.py")
        member.size = len(train)
        archive.addfile(member, io.BytesIO(train.encode()))
    return buffer.getvalue()


def settle(describe: Callable[[], dict[str, Any]], member: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = describe()
        if answer[member] not in ("InProgress", "Stopping", "Creating", "Updating", "Executing", "SystemUpdating"):
            return answer
        time.sleep(0.02)
    raise AssertionError(f"it never settled: {answer}")


class Called:
    """A client that remembers which operations it was asked for."""

    def __init__(self, client: Any) -> None:
        self._client, self.operations = client, set[str]()
        client.meta.events.register("provide-client-params.sagemaker", self._note)

    def _note(self, model: Any, **_: object) -> None:
        self.operations.add(model.name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.fixture(scope="module")
def sagemaker(client: ClientOf) -> Called:
    assert role(client, "contract") == ROLE
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="code/script.py", Body=SCRIPT)
    s3.put_object(Bucket=BUCKET, Key="source.tar.gz", Body=source_archive())
    s3.put_object(Bucket=BUCKET, Key="rows/rows.csv", Body=b"1\n2\n")
    return Called(client("sagemaker"))


def test_every_claimed_operation_answers_in_its_shape(sagemaker: Called, client: ClientOf) -> None:
    registry(sagemaker)
    artifact = jobs(sagemaker)
    serving(sagemaker, client, artifact)
    pipelines(sagemaker)
    clean_up(sagemaker)
    assert set(OPERATIONS) - sagemaker.operations == set()


def registry(sagemaker: Called) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="contract", ModelPackageGroupDescription="d")
    sagemaker.describe_model_package_group(ModelPackageGroupName="contract")
    assert sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
    group = {"ModelPackageGroupName": "contract"}
    sagemaker.put_model_package_group_policy(**group, ResourcePolicy=POLICY)
    assert sagemaker.get_model_package_group_policy(**group)["ResourcePolicy"] == POLICY
    sagemaker.delete_model_package_group_policy(**group)
    with pytest.raises(ClientError, match="Cannot find resource policy"):
        sagemaker.get_model_package_group_policy(**group)
    inference = {
        "Containers": [{"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/m.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
    }
    arn = sagemaker.create_model_package(ModelPackageGroupName="contract", InferenceSpecification=inference)[
        "ModelPackageArn"
    ]
    assert arn == f"{ARN}model-package/contract/1"
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="good")
    package = sagemaker.describe_model_package(ModelPackageName=arn)
    assert (package["ModelApprovalStatus"], package["ModelPackageVersion"]) == ("Approved", 1)
    assert (
        sagemaker.list_model_packages(ModelPackageGroupName="contract")["ModelPackageSummaryList"][0]["ModelPackageArn"]
        == arn
    )
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def jobs(sagemaker: Called) -> str:
    sagemaker.create_processing_job(ProcessingJobName="contract", **PROCESSING)
    done = settle(lambda: sagemaker.describe_processing_job(ProcessingJobName="contract"), "ProcessingJobStatus")
    assert done["ProcessingJobStatus"] == "Completed", done.get("FailureReason")
    sagemaker.create_training_job(TrainingJobName="contract", **TRAINING)
    trained = settle(lambda: sagemaker.describe_training_job(TrainingJobName="contract"), "TrainingJobStatus")
    assert trained["TrainingJobStatus"] == "Completed", trained.get("FailureReason")
    for word in ("processing", "training"):
        assert getattr(sagemaker, f"list_{word}_jobs")()[f"{word.title()}JobSummaries"]
        with pytest.raises(ClientError, match="rejected because the job is in status Completed"):
            getattr(sagemaker, f"stop_{word}_job")(**{f"{word.title()}JobName": "contract"})
    return str(trained["ModelArtifacts"]["S3ModelArtifacts"])


def serving(sagemaker: Called, client: ClientOf, artifact: str) -> None:
    environment = {"SAGEMAKER_PROGRAM": "serve.py", "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code"}
    container = {"Image": IMAGE, "ModelDataUrl": artifact, "Environment": environment}
    sagemaker.create_model(ModelName="contract", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    sagemaker.describe_model(ModelName="contract")
    variant = {"VariantName": "All", "ModelName": "contract", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sagemaker.create_endpoint_config(EndpointConfigName="contract", ProductionVariants=[variant])
    sagemaker.describe_endpoint_config(EndpointConfigName="contract")
    sagemaker.create_endpoint(EndpointName="contract", EndpointConfigName="contract")
    status = settle(lambda: sagemaker.describe_endpoint(EndpointName="contract"), "EndpointStatus")
    assert status["EndpointStatus"] == "InService", status.get("FailureReason")
    answer = client("sagemaker-runtime").invoke_endpoint(EndpointName="contract", Body=b"1", ContentType="text/csv")
    assert (answer["Body"].read(), answer["ContentType"], answer["InvokedProductionVariant"]) == (
        b"1",
        "text/csv; charset=utf-8",  # Flask adds it, in the container as here
        "All",
    )
    sagemaker.update_endpoint(EndpointName="contract", EndpointConfigName="contract")
    settle(lambda: sagemaker.describe_endpoint(EndpointName="contract"), "EndpointStatus")
    transform(sagemaker, client)
    assert sagemaker.list_models()["Models"]
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert sagemaker.list_endpoints(StatusEquals="InService")["Endpoints"]


def transform(sagemaker: Called, client: ClientOf) -> None:
    source = {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/rows/"}},
        "ContentType": "text/csv",
    }
    sagemaker.create_transform_job(
        TransformJobName="contract",
        ModelName="contract",
        TransformInput=source,
        TransformOutput={"S3OutputPath": f"s3://{BUCKET}/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )
    done = settle(lambda: sagemaker.describe_transform_job(TransformJobName="contract"), "TransformJobStatus")
    assert done["TransformJobStatus"] == "Completed", done.get("FailureReason")
    assert client("s3").get_object(Bucket=BUCKET, Key="out/rows.csv.out")["Body"].read() == b"1\n2\n"
    assert sagemaker.list_transform_jobs()["TransformJobSummaries"]
    with pytest.raises(ClientError, match="rejected because the job is in status Completed"):
        sagemaker.stop_transform_job(TransformJobName="contract")


def pipelines(sagemaker: Called) -> None:
    arn = sagemaker.create_pipeline(
        PipelineName="contract", PipelineDefinition=DEFINITION, RoleArn=ROLE, ClientRequestToken="c" * 32
    )["PipelineArn"]
    sagemaker.update_pipeline(PipelineName="contract", PipelineDisplayName="Contract")
    assert sagemaker.describe_pipeline(PipelineName="contract")["PipelineArn"] == arn
    assert sagemaker.list_pipelines()["PipelineSummaries"]
    assert len(sagemaker.list_pipeline_versions(PipelineName="contract")["PipelineVersionSummaries"]) == 1
    execution = {
        "PipelineExecutionArn": sagemaker.start_pipeline_execution(
            PipelineName="contract",
            PipelineParameters=[{"Name": "Word", "Value": "refused"}],
            ClientRequestToken="s" * 32,
        )["PipelineExecutionArn"]
    }
    done = settle(lambda: sagemaker.describe_pipeline_execution(**execution), "PipelineExecutionStatus")
    assert done["PipelineExecutionStatus"] == "Failed"
    steps = sagemaker.list_pipeline_execution_steps(**execution)["PipelineExecutionSteps"]
    assert [(s["StepName"], s["StepStatus"], s["FailureReason"]) for s in steps] == [("Refuse", "Failed", "refused")]
    assert sagemaker.list_pipeline_parameters_for_execution(**execution)["PipelineParameters"] == [
        {"Name": "Word", "Value": "refused"}
    ]
    sagemaker.describe_pipeline_definition_for_execution(**execution)
    sagemaker.update_pipeline_execution(**execution, PipelineExecutionDisplayName="Named")
    sagemaker.retry_pipeline_execution(**execution, ClientRequestToken="r" * 32)
    settle(lambda: sagemaker.describe_pipeline_execution(**execution), "PipelineExecutionStatus")
    assert sagemaker.list_pipeline_executions(PipelineName="contract")["PipelineExecutionSummaries"]
    with pytest.raises(ClientError):
        sagemaker.stop_pipeline_execution(**execution, ClientRequestToken="t" * 32)


def clean_up(sagemaker: Called) -> None:
    sagemaker.delete_endpoint(EndpointName="contract")
    sagemaker.delete_endpoint_config(EndpointConfigName="contract")
    sagemaker.delete_model(ModelName="contract")
    sagemaker.delete_pipeline(PipelineName="contract", ClientRequestToken="d" * 32)
    with pytest.raises(ClientError, match="still contains"):
        sagemaker.delete_model_package_group(ModelPackageGroupName="contract")
    sagemaker.delete_model_package(ModelPackageName=f"{ARN}model-package/contract/1")
    sagemaker.delete_model_package_group(ModelPackageGroupName="contract")


def test_an_operation_that_is_not_there_is_named(sagemaker: Called) -> None:
    with pytest.raises(ClientError, match="sagemaker:CreateHyperParameterTuningJob is not in the sandbox") as refused:
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="t",
            HyperParameterTuningJobConfig={
                "Strategy": "Bayesian",
                "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            },
        )
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
