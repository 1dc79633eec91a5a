"""A training job in script mode: CreateTrainingJob's input in, a model.tar.gz in S3 and an outcome out.

The files around the script are AWS's "How Amazon SageMaker AI Provides Training Information" and "... Processes Training Output".
"""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.containers.archive import pack
from sandbox.containers.filesystem import Volume
from sandbox.containers.install import PYTHON, InstallFailed
from sandbox.containers.job import (
    JobError,
    JobOutcome,
    JobSite,
    Log,
    Request,
    algorithm_error,
    check_survived,
    guarded,
    status_of,
    stop_message,
)
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.metrics import MetricReader
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Cancel, Runner
from sandbox.containers.running import Command, Ending
from sandbox.containers.script_mode import prepare
from sandbox.containers.toolkit import INPUT, MODEL, OUTPUT
from sandbox.containers.transfer import locate, put, read_message

_TOOLKIT_FAILED = Ending(code=1)
_DEFAULT_LIMIT = 86_400  # seconds: what MaxRuntimeInSeconds is without a StoppingCondition


def run_training_job(
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
        tree = (f"{INPUT}/config", f"{INPUT}/data", f"{OUTPUT}/data", MODEL)
        volume = Volume.create(folder, tree=tree, mounted=runner.mounts)
        metrics = MetricReader(request["AlgorithmSpecification"].get("MetricDefinitions", []), log)
        site = JobSite(volume=volume, objects=objects, runner=runner, log=metrics.line, cancel=cancel)
        try:
            command = prepare(request, site)
        except InstallFailed as error:
            check_survived(error.ending)
            raise JobError(algorithm_error(str(error), _TOOLKIT_FAILED)) from error
        limit = request.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", _DEFAULT_LIMIT)
        ending = runner.run(command, log=site.log, timeout=limit, cancel=cancel)
        check_survived(ending)
        secondary, why = stop_message(ending, limit) if ending.interrupted else (None, None)
        return JobOutcome(
            status=status_of(ending),
            started=started,
            model_artifact=_keep_output(request, site, ending),
            failure_reason=_failure(site, command) if status_of(ending) == "Failed" else None,
            secondary_status=secondary,
            status_message=why,
            exit_code=_toolkit_code(ending),
            metrics=metrics.final(),
            ended=time.time(),
        )

    return guarded(work)


def _keep_output(request: Request, site: JobSite, ending: Ending) -> str | None:
    """Upload output.tar.gz, and model.tar.gz unless the job failed; returns the model's URI if there is one."""
    configuration = request["OutputDataConfig"]
    target, key = (
        locate(configuration["S3OutputPath"]).child(f"{request['TrainingJobName']}/output"),
        configuration.get("KmsKeyId"),
    )
    _upload_archive(site, f"{OUTPUT}/data", f"{target}/output.tar.gz", kms_key=key)
    if status_of(ending) == "Failed":
        return None
    model = f"{target}/model.tar.gz"
    if not _upload_archive(site, MODEL, model, kms_key=key):
        site.log(f"No model: the job left nothing in {MODEL}")
        return None
    return model


def _upload_archive(site: JobSite, path: str, uri: str, *, kms_key: str | None) -> bool:
    folder = site.volume.path(path)
    if not folder.is_dir() or not any(each.is_file() for each in folder.rglob("*")):
        return False
    try:
        put(objects=site.objects, uri=uri, body=pack(folder, read=site.volume.read), kms_key=kms_key)
    except ArchiveRefused as error:
        raise JobError(f"ClientError: {path}: {error}") from error
    return True


def _failure(site: JobSite, command: Command) -> str:
    """The toolkit's words and code, whatever the script said and ended with (aws/sagemaker-containers, _trainer.py).

    The toolkit writes them over what a script left in /opt/ml/output/failure: that goes to the log, so that it can be found.
    """
    own = read_message(site.volume.path(f"{OUTPUT}/failure"), errors="replace").strip()
    if own:
        site.log(f"The script left in {OUTPUT}/failure, which its container writes over: {own}")
    words = " ".join([PYTHON, *command.argv[1:]])
    return algorithm_error(f'ExecuteUserScriptError:\nCommand "{words}"', _TOOLKIT_FAILED)


def _toolkit_code(ending: Ending) -> int:
    return _TOOLKIT_FAILED.exit_code if status_of(ending) == "Failed" else ending.exit_code
