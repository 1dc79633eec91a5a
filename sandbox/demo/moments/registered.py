"""The model package that came out of the execution: its metrics, its reports, its golden rows."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.demo.failure import DemoFailure
from sandbox.demo.outcome import Metrics

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient

EVALUATION, EVALUATION_PAGE = "evaluation.json", "report.html"  # as model-build names them
_GOLDEN = "golden.json"


@dataclass(frozen=True)
class Version:
    """A version in the registry, with what was measured and a few rows that it was not trained on."""

    arn: str
    number: int
    metrics: Metrics
    test_rows: int
    golden_rows: tuple[str, ...]
    reports: Path
    """the folder with what is told of this version"""


def read_version(sagemaker: SageMakerClient, s3: S3Client, arn: str, reports: Path) -> Version:
    """Describe the version; its evaluation reports are left in `reports`, which is for this version alone."""
    described = sagemaker.describe_model_package(ModelPackageName=arn)
    evaluation = described["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    reports.mkdir(parents=True, exist_ok=True)
    for name in (EVALUATION, EVALUATION_PAGE):
        _download(s3, f"{evaluation.rpartition('/')[0]}/{name}", reports / name)
    artifact = described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    report = json.loads((reports / EVALUATION).read_bytes())
    return Version(
        arn=arn,
        number=described["ModelPackageVersion"],
        metrics=metrics(report),
        test_rows=int(report["rows"]["test"]),
        golden_rows=golden_rows(_read(s3, artifact)),
        reports=reports,
    )


def metrics(report: dict[str, Any]) -> Metrics:
    """SageMaker's model-quality shape: {"regression_metrics": {"mse": {"value": ...}, ...}}."""
    return {name: float(metric["value"]) for name, metric in report["regression_metrics"].items()}


def golden_rows(artifact: bytes) -> tuple[str, ...]:
    """The rows of golden.json, read from inside model.tar.gz without unpacking anything."""
    with tarfile.open(fileobj=io.BytesIO(artifact), mode="r:gz") as archive:
        member = archive.extractfile(_GOLDEN)
        rows: Sequence[str] = json.loads(member.read())["rows"] if member else ()
    return tuple(rows)


def _download(s3: S3Client, uri: str, path: Path) -> None:
    path.write_bytes(_read(s3, uri))


def _read(s3: S3Client, uri: str) -> bytes:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        raise DemoFailure("the registry", f"{uri} cannot be read: {error}") from error
