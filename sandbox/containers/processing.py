"""A processing job: CreateProcessingJob's input in, files from S3 and back, and an outcome.

The container's side is AWS's "How to Build Your Own Processing Container": two files in /opt/ml/config, every path under
/opt/ml/processing, the exit code decides, /opt/ml/output/message is the ExitMessage.
"""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.containers.environment import container_environment
from sandbox.containers.filesystem import Volume
from sandbox.containers.images import image
from sandbox.containers.job import (
    JobError,
    JobOutcome,
    JobSite,
    Log,
    Request,
    Unsupported,
    algorithm_error,
    check_survived,
    clip,
    guarded,
    job_arn,
    status_of,
    stop_message,
)
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Cancel, Runner
from sandbox.containers.running import Command, Ending
from sandbox.containers.transfer import check_modes, download, read_message, upload

_DEFAULT_LIMIT = 86_400  # seconds: what MaxRuntimeInSeconds is without a StoppingCondition
_NOT_SHOWN = ("Tags", "ExperimentConfig", "NetworkConfig")  # what processingjobconfig.json leaves out of the request
_DATA, _CONFIG, _OUTPUT = "/opt/ml/processing", "/opt/ml/config", "/opt/ml/output"


def run_processing_job(
    *,
    request: Request,
    folder: Path,
    objects: ObjectStore,
    runner: Runner,
    log: Log,
    cancel: Cancel | None = None,
) -> JobOutcome:
    """Run the job to its end. Only what is no fault of the job's, such as a full disk, is raised."""

    def work(started: float) -> JobOutcome:
        volume = Volume.create(folder, tree=(_DATA, _CONFIG, _OUTPUT), mounted=runner.mounts)
        site = JobSite(volume=volume, objects=objects, runner=runner, log=log, cancel=cancel)
        command = _prepare(request, site)
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_LIMIT)
        ending = runner.run(command, log=log, timeout=limit, cancel=cancel)
        check_survived(ending)
        return _outcome(request, site, ending, started)

    return guarded(work)


def _prepare(request: Request, site: JobSite) -> Command:
    specification = request["AppSpecification"]
    image(specification["ImageUri"])
    if not specification.get("ContainerEntrypoint"):
        raise Unsupported("a processing image's own entry point", supported="give a ContainerEntrypoint")
    if request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] != 1:
        raise Unsupported("a processing job on several instances", supported="use an InstanceCount of 1")
    _write_configuration(request, site)
    for item in request.get("ProcessingInputs", []):
        site.check_cancelled()
        _download(item, site)
    site.volume.rewrite_code(_DATA)
    for item in _outputs(request):
        if "S3Output" not in item or item.get("AppManaged"):
            raise Unsupported(f"output {item['OutputName']}: other than S3Output", supported="use an S3Output")
        check_modes(item["S3Output"], where=f"output {item['OutputName']}")
        _place(item["S3Output"], site).mkdir(parents=True, exist_ok=True)
    site.check_cancelled()
    argv = [*specification["ContainerEntrypoint"], *specification.get("ContainerArguments", [])]
    given = (site.runner.environment, request.get("Environment", {}), {"SM_OUTPUT_DIR": _OUTPUT})
    return site.volume.command(
        *map(site.volume.rewrite, argv),
        folder=site.volume.folder,
        environment=container_environment(site.volume, *given),
    )


def _write_configuration(request: Request, site: JobSite) -> None:
    arn = job_arn(request, kind="processing", region=site.runner.environment.get("AWS_REGION", "us-east-1"))
    shown = {name: value for name, value in request.items() if name not in _NOT_SHOWN}
    site.volume.write_json(f"{_CONFIG}/processingjobconfig.json", {"ProcessingJobArn": arn, **shown})
    site.volume.write_json(f"{_CONFIG}/resourceconfig.json", {"current_host": "algo-1", "hosts": ["algo-1"]})


def _download(item: Request, site: JobSite) -> None:
    name = item["InputName"]
    if "S3Input" not in item or item.get("AppManaged"):
        raise Unsupported(f"input {name}: other than S3Input", supported="use an S3Input")
    source = item["S3Input"]
    check_modes(source, where=f"input {name}")
    download(objects=site.objects, source=source, folder=_place(source, site))


def _outputs(request: Request) -> list[Request]:
    outputs: list[Request] = request.get("ProcessingOutputConfig", {}).get("Outputs", [])
    return outputs


def _place(place: Request, site: JobSite) -> Path:
    """The folder of a LocalPath, which "must begin with /opt/ml/processing/" (API ProcessingS3Input)."""
    path = place["LocalPath"]
    try:
        found = site.volume.path(path)
    except ValueError as error:
        raise JobError(f"ClientError: {error}") from error
    if not path.startswith(f"{_DATA}/"):
        raise JobError(f"ClientError: LocalPath {path} must begin with {_DATA}/")
    return found


def _outcome(request: Request, site: JobSite, ending: Ending, started: float) -> JobOutcome:
    try:
        message = clip(read_message(site.volume.path(f"{_OUTPUT}/message"), errors="strict"))
    except UnicodeDecodeError as error:
        raise JobError("ClientError: /opt/ml/output/message is not UTF-8 text") from error
    limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_LIMIT)
    secondary, why = stop_message(ending, limit) if ending.interrupted else (None, None)
    if ending.succeeded:
        for item in _outputs(request):
            target = item["S3Output"]
            key = request["ProcessingOutputConfig"].get("KmsKeyId")
            place, read = _place(target, site), site.volume.read
            upload(objects=site.objects, folder=place, uri=target["S3Uri"], kms_key=key, read=read)
    return JobOutcome(
        status=status_of(ending),
        started=started,
        ended=time.time(),
        exit_message=message or None,
        failure_reason=algorithm_error(message.strip(), ending) if status_of(ending) == "Failed" else None,
        secondary_status=secondary,
        status_message=why,
        exit_code=ending.exit_code,
    )
