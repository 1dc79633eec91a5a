"""Script mode: from CreateTrainingJob's input to the container's files, channels, code and command."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from sandbox.containers.archive import unpack
from sandbox.containers.environment import INTERPRETER, container_environment
from sandbox.containers.filesystem import Json
from sandbox.containers.hyperparameters import decode
from sandbox.containers.images import image
from sandbox.containers.install import install
from sandbox.containers.job import JobError, JobSite, Request, Unsupported, job_arn
from sandbox.containers.members import CODE as CODE_LIMITS
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.running import Command
from sandbox.containers.toolkit import CODE, HOST, INPUT, Training
from sandbox.containers.transfer import check_modes, download, fetch

_SUPPORTED = "it runs script mode: hyper-parameters sagemaker_program and sagemaker_submit_directory"


def prepare(request: Request, site: JobSite) -> Command:
    """Refuse what the sandbox has not, place all files, and return what the container would be started with."""
    _check(request)
    training = _training(request)
    if not training.program or not training.source:
        raise Unsupported("training without a script (algorithm mode)", supported=_SUPPORTED)
    if "/" in training.program or not training.program.endswith(".py"):
        raise Unsupported(
            f"sagemaker_program {training.program}", supported="name a Python file at the top of the source"
        )
    for channel in request.get("InputDataConfig", []):
        site.check_cancelled()
        folder = site.volume.path(f"{INPUT}/data/{channel['ChannelName']}")
        download(objects=site.objects, source=channel["DataSource"]["S3DataSource"], folder=folder)
    _write_configuration(request, training, site)
    place_code(training.source, site)
    if not (site.volume.path(CODE) / training.program).is_file():
        raise JobError(
            f"AlgorithmError: sagemaker_program {training.program} is not in {training.source}, exit code: 1"
        )
    site.check_cancelled()
    region = site.runner.environment.get("AWS_REGION", "us-east-1")
    given = {"TRAINING_JOB_ARN": job_arn(request, kind="training", region=region)}
    environment = (site.runner.environment, request.get("Environment", {}), training.variables(), given)
    command = site.volume.command(
        *("python3", "-m", training.program.removesuffix(".py"), *map(site.volume.rewrite, training.arguments())),
        folder=site.volume.path(CODE),
        environment=_as_in_training(container_environment(site.volume, *environment)),
    )
    if not image(request["AlgorithmSpecification"]["TrainingImage"]).installs_code:
        return command
    offline = bool(request.get("EnableNetworkIsolation") or request.get("VpcConfig"))
    return install(command, name=training.program.removesuffix(".py"), site=site, offline=offline)


def _as_in_training(environment: dict[str, str]) -> dict[str, str]:
    """Serving alone has one OpenMP thread unless told otherwise (aws/sagemaker-xgboost-container, serving.py)."""
    if environment.get("OMP_NUM_THREADS") == INTERPRETER["OMP_NUM_THREADS"]:
        del environment["OMP_NUM_THREADS"]
    return environment


def _check(request: Request) -> None:
    algorithm = request["AlgorithmSpecification"]
    if "TrainingImage" not in algorithm:
        raise Unsupported("an AlgorithmName", supported="give a TrainingImage")
    image(algorithm["TrainingImage"])
    if "ContainerEntrypoint" in algorithm:  # how the SDK's v3 SourceCode runs its own driver
        raise Unsupported("a training job with a ContainerEntrypoint", supported=_SUPPORTED)
    resources = request.get("ResourceConfig", {})
    if resources.get("InstanceCount", 1) != 1 or "InstanceGroups" in resources:
        raise Unsupported("training on several instances", supported="use an InstanceCount of 1")
    if "CheckpointConfig" in request:
        raise Unsupported("CheckpointConfig", supported="leave it out")
    if request["OutputDataConfig"].get("CompressionType", "GZIP") != "GZIP":
        raise Unsupported("an uncompressed model", supported="use the CompressionType GZIP")
    for channel in request.get("InputDataConfig", []):
        where = f"channel {channel['ChannelName']}"
        mode = channel.get("InputMode", algorithm.get("TrainingInputMode", "File"))
        if "S3DataSource" not in channel["DataSource"]:
            raise Unsupported(f"{where}: other than S3DataSource", supported="use an S3DataSource")
        if mode == "Pipe" or channel.get("CompressionType", "None") != "None":
            raise Unsupported(f"{where}: input mode Pipe or compression", supported="use File, uncompressed")
        check_modes(channel["DataSource"]["S3DataSource"], where=where)


def _training(request: Request) -> Training:
    channels: dict[str, Json] = {
        channel["ChannelName"]: {
            "ContentType": channel.get("ContentType"),
            "TrainingInputMode": "File",
            "S3DistributionType": "FullyReplicated",
            "RecordWrapperType": channel.get("RecordWrapperType", "None"),
        }
        for channel in request.get("InputDataConfig", [])
    }
    instance = request.get("ResourceConfig", {}).get("InstanceType")
    group: Json = {"instance_group_name": "homogeneousCluster", "instance_type": instance, "hosts": [HOST]}
    resources: dict[str, Json] = {
        "current_host": HOST,
        "current_instance_type": instance,
        "current_group_name": "homogeneousCluster",
        "hosts": [HOST],
        "instance_groups": [group],
        "network_interface_name": "eth0",
    }
    parameters = decode(request.get("HyperParameters", {}))
    return Training(job=request["TrainingJobName"], hyperparameters=parameters, channels=channels, resources=resources)


def _write_configuration(request: Request, training: Training, site: JobSite) -> None:
    site.volume.write_json(f"{INPUT}/config/hyperparameters.json", dict(request.get("HyperParameters", {})))
    site.volume.write_json(f"{INPUT}/config/inputdataconfig.json", training.channels)
    site.volume.write_json(f"{INPUT}/config/resourceconfig.json", training.resources)


def place_code(source: str, site: JobSite) -> None:
    """Fill /opt/ml/code from an archive in S3, or from a folder, an archive or a file of the container, as the toolkit does."""
    target = site.volume.path(CODE)
    if source.startswith("/opt/ml/"):
        _place_from_inside(source, target, site)
    else:
        _unpack(fetch(objects=site.objects, uri=source), target, source)
    site.volume.rewrite_code(CODE)


def _place_from_inside(source: str, target: Path, site: JobSite) -> None:
    """aws/sagemaker-containers, _files.py: download_and_extract."""
    try:
        inside = site.volume.path(source)
    except ValueError as error:
        raise JobError(f"AlgorithmError: {error}, exit code: 1") from error
    if inside.is_dir():
        shutil.copytree(inside, target)
    elif not inside.is_file():
        raise JobError(f"AlgorithmError: the folder {source} with the code does not exist, exit code: 1")
    elif tarfile.is_tarfile(inside):
        _unpack(inside.read_bytes(), target, source)
    else:
        target.mkdir()
        shutil.copy2(inside, target)


def _unpack(packed: bytes, target: Path, source: str) -> None:
    try:
        unpack(packed, target, limits=CODE_LIMITS)
    except ArchiveRefused as error:
        raise JobError(f"ClientError: {source}: {error}") from error
