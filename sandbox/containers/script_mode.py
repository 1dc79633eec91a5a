"""Script mode: from CreateTrainingJob's input to the container's files, channels, code and command."""

from __future__ import annotations

import shutil
from pathlib import Path

from sandbox.containers.archive import unpack
from sandbox.containers.environment import container_environment
from sandbox.containers.filesystem import Json
from sandbox.containers.hyperparameters import decode
from sandbox.containers.images import image
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
    return Command(
        argv=("python3", "-m", training.program.removesuffix(".py"), *map(site.volume.rewrite, training.arguments())),
        folder=site.volume.path(CODE),
        environment=container_environment(site.volume, *environment),
    )


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
    """Fill /opt/ml/code from an archive in S3 or from a folder of the container, as the toolkit does."""
    target = site.volume.path(CODE)
    if source.startswith("/opt/ml/"):
        folder = Path(site.volume.rewrite(source))
        if not folder.is_dir():
            raise JobError(f"AlgorithmError: the folder {source} with the code does not exist, exit code: 1")
        shutil.copytree(folder, target)
    else:
        try:
            unpack(fetch(objects=site.objects, uri=source), target, limits=CODE_LIMITS)
        except ArchiveRefused as error:
            raise JobError(f"ClientError: {source}: {error}") from error
    if (target / "requirements.txt").is_file():
        site.log("requirements.txt is not installed: in the sandbox, jobs use the packages of its own environment")
