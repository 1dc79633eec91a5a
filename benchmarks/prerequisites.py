"""What a pipeline needs before it can run, and nothing more: a bucket, a model package group, one role that may do everything."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.clients import Clients
from sandbox.demo.moments.inputs import DATA, batch, read_lines
from tests.pipeline_functions import make_data_check, make_model_seal

PROJECT = "abalone"
BUCKET = f"{PROJECT}-benchmark"
_MAY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_TRUSTS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Prerequisites:
    """Names and addresses."""

    bucket: str
    role: str
    kms_key: str
    data_uri: str
    batch_uri: str
    data_check: str
    model_seal: str

    @property
    def variables(self) -> dict[str, str]:
        """The names under which SageMaker Projects hands these things to a build."""
        return {
            "SAGEMAKER_PROJECT_NAME": PROJECT,
            "SAGEMAKER_PIPELINE_NAME": PROJECT,
            "SAGEMAKER_PIPELINE_ROLE_ARN": self.role,
            "MODEL_EXECUTION_ROLE_ARN": self.role,
            "ARTIFACT_BUCKET": self.bucket,
            "KMS_KEY_ARN": self.kms_key,
            "SOURCE_MODEL_PACKAGE_GROUP_NAME": PROJECT,
            "CODEBUILD_RESOLVED_SOURCE_VERSION": "unversioned",
            "INPUT_DATA_URI": self.data_uri,
            "BATCH_DATA_URI": self.batch_uri,
            "DATA_CHECK_FUNCTION_ARN": self.data_check,
            "MODEL_SEAL_FUNCTION_ARN": self.model_seal,
        }


def make_prerequisites(clients: Clients, data: Path = DATA) -> Prerequisites:
    clients.s3.create_bucket(Bucket=BUCKET)
    clients.sagemaker.create_model_package_group(ModelPackageGroupName=PROJECT)
    made = clients.iam.create_role(RoleName=BUCKET, AssumeRolePolicyDocument=json.dumps(_TRUSTS))
    clients.iam.put_role_policy(RoleName=BUCKET, PolicyName="Everything", PolicyDocument=json.dumps(_MAY))
    role = made["Role"]["Arn"]
    key = _own_key_of_s3(role, clients.s3.meta.region_name)
    return Prerequisites(
        bucket=BUCKET,
        role=role,
        kms_key=key,
        data_uri=_upload(clients, f"data/{data.name}", data.read_bytes()),
        batch_uri=_upload(clients, "batch/rows.csv", batch(read_lines(data))),
        data_check=make_data_check(clients.lambda_, bucket=BUCKET, group=PROJECT, role=role),
        model_seal=make_model_seal(
            clients.lambda_, bucket=BUCKET, group=PROJECT, pipeline=PROJECT, role=role, kms_key=key
        ),
    )


def _own_key_of_s3(role: str, region: str) -> str:
    """Of the role's account; AWS makes it, and nobody needs a permission for it."""
    return f"arn:aws:kms:{region}:{role.split(':')[4]}:alias/aws/s3"


def _upload(clients: Clients, key: str, content: bytes) -> str:
    """Under a key made from the content, as a job's input is a prefix."""
    folder, _, name = key.partition("/")
    addressed = f"{folder}/{hashlib.sha256(content).hexdigest()}/{name}"
    clients.s3.put_object(Bucket=BUCKET, Key=addressed, Body=content)
    return f"s3://{BUCKET}/{addressed}"
