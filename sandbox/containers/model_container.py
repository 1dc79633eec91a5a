"""A model's container definition, made ready: image, model archive, inference script, and the command of its server."""

from __future__ import annotations

from sandbox.containers.archive import unpack
from sandbox.containers.environment import container_environment
from sandbox.containers.images import image
from sandbox.containers.install import InstallFailed, install
from sandbox.containers.job import JobError, JobSite, Request, Unsupported
from sandbox.containers.launch import ROOT
from sandbox.containers.members import MODEL as MODEL_LIMITS
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.running import Command
from sandbox.containers.script_mode import place_code
from sandbox.containers.toolkit import CODE, MODEL
from sandbox.containers.transfer import fetch

PORT_FILE = "run/port"  # in the volume: where the server writes its port, once the model is loaded


def prepare(container: Request, site: JobSite, *, offline: bool) -> Command:
    """Place model and code as SageMaker hosting does, and install the code. Raises JobError."""
    known = image(container.get("Image", ""))
    if container.get("Mode", "SingleModel") != "SingleModel":
        raise Unsupported("a multi-model container", supported="use the Mode SingleModel")
    given = container.get("Environment", {})
    if not given.get("SAGEMAKER_PROGRAM") or not given.get("SAGEMAKER_SUBMIT_DIRECTORY"):
        supported = "set SAGEMAKER_PROGRAM and SAGEMAKER_SUBMIT_DIRECTORY (such as inference.py and /opt/ml/model/code)"
        raise Unsupported("a model without an inference script", supported=supported)
    _place_model(container, site)
    place_code(given["SAGEMAKER_SUBMIT_DIRECTORY"], site)
    program = given["SAGEMAKER_PROGRAM"]
    if "/" in program or not (site.volume.path(CODE) / program).is_file():
        raise JobError(f"SAGEMAKER_PROGRAM {program} is not in {given['SAGEMAKER_SUBMIT_DIRECTORY']}")
    port_file = site.volume.folder / PORT_FILE
    port_file.parent.mkdir(exist_ok=True)
    port_file.unlink(missing_ok=True)
    environment = container_environment(site.volume, {"SM_MODEL_DIR": MODEL}, site.runner.environment, given)
    command = site.volume.command(
        *("python3", "-m", "sandbox.containers.server", str(port_file)),
        folder=site.volume.path(CODE),
        environment={**environment, "PYTHONPATH": str(ROOT)},
    )
    if not known.installs_code:
        return command
    try:
        return install(command, name=program.removesuffix(".py"), site=site, offline=offline)
    except InstallFailed as error:
        raise JobError(" ".join(str(error).split())) from error


def _place_model(container: Request, site: JobSite) -> None:
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    if source and (source.get("CompressionType"), source.get("S3DataType")) != ("Gzip", "S3Object"):
        raise Unsupported("an uncompressed ModelDataSource", supported="use Gzip and S3Object, or a ModelDataUrl")
    uri = container.get("ModelDataUrl") or source.get("S3Uri")
    if uri is None:
        site.volume.path(MODEL).mkdir()
        return
    try:
        unpack(fetch(objects=site.objects, uri=uri), site.volume.path(MODEL), limits=MODEL_LIMITS)
    except ArchiveRefused as error:
        raise JobError(f"{uri}: {error}") from error
