"""The functions of the SageMaker pipeline in a running sandbox, for tests that publish it without the stacks of infra."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from infra.parts.function import FUNCTIONS


def make_data_check(lambda_: Any, *, bucket: str, group: str, role: str) -> str:
    """Its ARN. Data lies under data/ of the bucket, batches under batch/."""
    variables = {
        "DATA_PREFIX_URI": f"s3://{bucket}/data/",
        "BATCH_PREFIX_URI": f"s3://{bucket}/batch/",
        "MODEL_PACKAGE_GROUP_NAME": group,
    }
    return _make(lambda_, f"{group}-data-check", package="data_check", role=role, variables=variables)


def make_model_seal(lambda_: Any, *, bucket: str, group: str, pipeline: str, role: str, kms_key: str) -> str:
    """Its ARN. Sealed models lie under models/ of the bucket."""
    variables = {
        "OUTPUTS_PREFIX_URI": f"s3://{bucket}/{pipeline}/",
        "MODELS_PREFIX_URI": f"s3://{bucket}/models/",
        "KMS_KEY_ARN": kms_key,
    }
    return _make(lambda_, f"{group}-model-seal", package="model_seal", role=role, variables=variables)


def _make(lambda_: Any, name: str, *, package: str, role: str, variables: Mapping[str, str]) -> str:
    made = lambda_.create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.14",
        Handler=f"functions.{package}.handler.handler",
        Code={"ZipFile": _packed()},
        Timeout=60,
        Environment={"Variables": dict(variables)},
    )
    return str(made["FunctionArn"])


def _packed() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(FUNCTIONS.rglob("*.py")):
            entry = zipfile.ZipInfo(f"functions/{path.relative_to(FUNCTIONS).as_posix()}")
            entry.external_attr = 0o100644 << 16  # Lambda runs as another user than the files' owner
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()
