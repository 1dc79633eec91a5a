"""Jobs with nothing to read: which of them AWS refuses, which it accepts and fails, and by which words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.iam_roles import EVERYTHING, role
from tests.sandbox.sagemaker.test_endpoints import IMAGE, archive
from tests.sandbox.sagemaker.test_sagemaker_roles import Working, deny


@pytest.fixture
def working(client: ClientOf) -> Working:
    return Working(client)


def train(working: Working, role_arn: str, uri: str) -> None:
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    working.sagemaker.create_training_job(
        TrainingJobName=working.name,
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": f"s3://{working.name}/models"},
        ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 60},
        RoleArn=role_arn,
    )


def transform(working: Working, role_arn: str, uri: str) -> None:
    working.s3.put_object(Bucket=working.name, Key="model.tar.gz", Body=archive("inference.py", ""))
    container = {"Image": IMAGE, "ModelDataUrl": f"s3://{working.name}/model.tar.gz"}
    working.sagemaker.create_model(ModelName=working.name, PrimaryContainer=container, ExecutionRoleArn=role_arn)
    working.sagemaker.create_transform_job(
        TransformJobName=working.name,
        ModelName=working.name,
        TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}},
        TransformOutput={"S3OutputPath": f"s3://{working.name}/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )


def refusal(create: Any, working: Working, role_arn: str, uri: str) -> str:
    with pytest.raises(ClientError) as refused:
        create(working, role_arn, uri)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
    return str(refused.value.response["Error"]["Message"])


@pytest.mark.parametrize("create", [train, transform])
def test_training_and_transform_jobs_with_nothing_to_read_are_refused_in_awss_words(
    working: Working, create: Any
) -> None:
    arn, uri = working.role(), f"s3://{working.name}/batch/"
    assert refusal(create, working, arn, uri) == (
        f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure that the bucket exists in the '
        "selected region (us-east-1), that objects exist under that S3 prefix, and that the role "
        f'"{arn}" has "s3:ListBucket" permissions on bucket "{working.name}".'
    )


@pytest.mark.parametrize(
    ("uri", "denied", "said"),
    [
        ("s3://nobody-has-this/x", (), "Error message from S3: The specified bucket does not exist"),
        ("s3://{}/code/", ("s3:ListBucket",), "is not authorized to perform: s3:ListBucket"),
    ],
)
def test_so_are_those_whose_role_sees_nothing_there(
    working: Working, uri: str, denied: tuple[str, ...], said: str
) -> None:
    sentence = refusal(train, working, working.role(*denied), uri.format(working.name))
    assert sentence.startswith("No S3 objects found under S3 URL")
    assert said in sentence


def test_a_transform_job_is_looked_at_with_its_models_role(client: ClientOf, working: Working) -> None:
    arn = working.role()
    transform(working, arn, f"s3://{working.name}/code/")
    role(client, working.name, statements=(*EVERYTHING, deny("s3:ListBucket")))
    source = {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{working.name}/code/"}}}
    with pytest.raises(ClientError, match="No S3 objects found under S3 URL"):
        working.sagemaker.create_transform_job(
            TransformJobName=f"{working.name}-again",
            ModelName=working.name,
            TransformInput=source,
            TransformOutput={"S3OutputPath": f"s3://{working.name}/out"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )


def test_a_processing_job_with_nothing_to_read_is_accepted_and_fails(working: Working) -> None:
    working.s3.delete_object(Bucket=working.name, Key="code/who.py")
    job = working.process(working.role())
    assert job["FailureReason"] == (
        f"ClientError: Data download failed: S3 key: s3://{working.name}/code/ matched no files on s3"
    )


@pytest.mark.parametrize("absent", ["AlgorithmSpecification", "ResourceConfig", "StoppingCondition"])
def test_a_training_job_without_instances_of_its_own_is_named_as_not_in_the_sandbox(
    working: Working, absent: str
) -> None:
    request = {
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    }
    given = {name: value for name, value in request.items() if name != absent}
    with pytest.raises(ClientError, match=f"CreateTrainingJob without {absent} is not in the sandbox"):
        working.sagemaker.create_training_job(
            TrainingJobName=working.name,
            OutputDataConfig={"S3OutputPath": f"s3://{working.name}/models"},
            RoleArn=working.role(),
            **given,
        )


@pytest.mark.parametrize("missing", ["LocalPath", "S3InputMode"])
def test_a_processing_input_that_sagemaker_is_to_download_needs_a_path_and_a_mode(
    working: Working, missing: str
) -> None:
    source = {
        "S3Uri": f"s3://{working.name}/lists/one.json",
        "LocalPath": "/opt/ml/processing/in",
        "S3DataType": "ManifestFile",
        "S3InputMode": "File",
    }
    del source[missing]
    with pytest.raises(ClientError) as refused:
        working.sagemaker.create_processing_job(
            ProcessingJobName=working.name,
            ProcessingResources={
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
            },
            AppSpecification={"ImageUri": IMAGE, "ContainerEntrypoint": ["true"]},
            ProcessingInputs=[{"InputName": "in", "S3Input": source}],
            RoleArn=working.role(),
        )
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Input in missing one or more required fields for SageMaker-managed S3Input: "
        '"LocalPath", "S3InputMode"',
    }


def test_a_key_with_a_backslash_is_a_files_name(working: Working) -> None:
    """On AWS it is a letter like any other: a job reads such a file, and may write one."""
    names = {"a\\b-10.csv", "..\\c", "d\\"}
    for name in names:
        working.s3.put_object(Bucket=working.name, Key=f"code/{name}", Body=name.encode())
    copy = (
        "import os, pathlib\n"
        "for path in pathlib.Path(__file__).parent.iterdir():\n"
        "    (pathlib.Path(os.environ['OUT']) / path.name).write_bytes(path.read_bytes())\n"
    )
    working.s3.put_object(Bucket=working.name, Key="code/who.py", Body=copy.encode())
    job = working.process(working.role())
    assert job["ProcessingJobStatus"] == "Completed", job.get("FailureReason")
    for name in names:
        assert working.s3.get_object(Bucket=working.name, Key=f"out/{name}")["Body"].read() == name.encode()
