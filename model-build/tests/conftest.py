"""What several tests of the build root need: the sample, a model trained on it, and one built definition a session."""

from __future__ import annotations

import json
import tarfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from moto import mock_aws

from pipelines.abalone.containers.dataset import read_dataset
from pipelines.abalone.containers.hyperparameters import HyperParameters
from pipelines.abalone.containers.preprocess import SPLITS, preprocess
from pipelines.abalone.containers.train import save, train
from pipelines.command import load_pipeline
from pipelines.settings import Settings

# No test is timed: on a machine that has other things to do an example may take as long as it takes.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

SAMPLE = Path(__file__).parent / "data" / "abalone-300.csv"
SETTINGS = Settings(
    project="abalone",
    pipeline_name="abalone-pipeline",
    pipeline_role="arn:aws:iam::123456789012:role/pipeline",
    model_role="arn:aws:iam::123456789012:role/model",
    bucket="artifacts",
    kms_key="arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
    model_package_group="abalone",
    region="eu-west-1",
    commit="0123456789abcdef0123456789abcdef01234567",
    input_data="s3://artifacts/data/abalone.csv",
    batch_data="s3://artifacts/data/batch.csv",
    data_check="arn:aws:lambda:eu-west-1:123456789012:function:abalone-data-check",
    model_seal="arn:aws:lambda:eu-west-1:123456789012:function:abalone-model-seal",
)


@dataclass(frozen=True)
class Trained:
    """The folders that Preprocess and Train leave behind, and the archive that SageMaker makes of the last."""

    train: Path
    validation: Path
    test: Path
    model: Path
    archive: Path


@dataclass(frozen=True)
class Built:
    """The pipeline definition, and what building it has put into the bucket."""

    definition: dict[str, Any]
    uploads: dict[str, bytes]


@pytest.fixture(scope="session", autouse=True)
def models_are_read_once() -> Iterator[None]:
    """SageMaker's alone has 2 MB of JSON, and a session, which the SDK opens for each image, reads and lists them all anew."""
    read, loader = cache(JSONFileLoader().load_file), Loader()
    places = [*loader.search_paths]

    def shared(_: str | None = None) -> Loader:
        loader.search_paths[:] = places  # boto3 adds its own folder for each session
        return loader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: read(path))
        patch.setattr("botocore.session.create_loader", shared)
        yield


@pytest.fixture(scope="session")
def sample() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    root = tmp_path_factory.mktemp("trained")
    (root / "input").mkdir()
    (root / "input" / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    preprocess(root / "input", {split: root / split for split in SPLITS})
    model = train(root / "train" / "train.csv", root / "validation" / "validation.csv", HyperParameters())
    save(model, read_dataset(root / "validation" / "raw.csv"), root / "model")
    archive = root / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(root / "model", arcname=".")
    return Trained(root / "train", root / "validation", root / "test", root / "model", archive)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return SETTINGS


@pytest.fixture
def aws() -> Iterator[None]:
    """moto in place of AWS, with the artifact bucket in it."""
    with _mocked_aws():
        yield


@pytest.fixture(scope="session")
def build_definition() -> Callable[[Settings], str]:
    return _build


@pytest.fixture(scope="session")
def built() -> Built:
    """One build for all tests: importing the SDK alone takes seconds."""
    with _mocked_aws():
        document = json.loads(_build(SETTINGS))
        bucket = boto3.resource("s3").Bucket(SETTINGS.bucket)
        return Built(document, {item.key: item.get()["Body"].read() for item in bucket.objects.all()})


@pytest.fixture(scope="session")
def sdk(built: Built) -> None:
    """The SDK has been imported, and has warned of itself where nobody minds."""
    assert built.definition


@pytest.fixture(scope="session")
def definition(built: Built) -> dict[str, Any]:
    return built.definition


@contextmanager
def _mocked_aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "testing")
        environment.setenv("AWS_DEFAULT_REGION", SETTINGS.region)
        environment.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws():
            where: Any = {"LocationConstraint": SETTINGS.region}
            boto3.client("s3").create_bucket(Bucket=SETTINGS.bucket, CreateBucketConfiguration=where)
            yield


def _build(settings: Settings) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the SDK imports its own deprecated modules
        return str(load_pipeline(settings).definition())
