"""A batch transform job: CreateTransformJob's input and a model in, one `.out` object for each input object out."""

from __future__ import annotations

import time
from pathlib import Path

from sandbox.containers.connection import InvocationResponse
from sandbox.containers.filesystem import Volume
from sandbox.containers.job import (
    JobError,
    JobOutcome,
    JobSite,
    Log,
    Request,
    Unsupported,
    guarded,
)
from sandbox.containers.objects import ObjectStore
from sandbox.containers.records import MEGABYTE, Cut, join
from sandbox.containers.runner import Cancel, Runner
from sandbox.containers.serving import ModelServer, ModelServerFailed
from sandbox.containers.transfer import check_modes, fetch, list_inputs, locate, put

_DEFAULT_TIMEOUT = 600  # seconds: InvocationsTimeoutInSeconds
_DEFAULT_PAYLOAD = 6  # megabytes: MaxPayloadInMB
_ALL_DEFAULT = {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}
_SHOWN = 300  # characters of an error's body


def run_transform_job(  # noqa: PLR0913  # what a job needs, each by name
    *,
    request: Request,
    container: Request,
    folder: Path,
    objects: ObjectStore,
    runner: Runner,
    log: Log,
    cancel: Cancel | None = None,
    offline: bool = False,
) -> JobOutcome:
    """Run the job to its end, on the container definition of its model; `offline` if that model has no network."""

    def work(started: float) -> JobOutcome:
        site = JobSite(
            volume=Volume.create(folder, mounted=runner.mounts), objects=objects, runner=runner, log=log, cancel=cancel
        )
        cut = _check(request)
        inputs = list_inputs(objects, request["TransformInput"]["DataSource"]["S3DataSource"])
        site.check_cancelled()
        server = _serve(request, container, site, offline=offline)
        try:
            for place, name in inputs:
                if not place.key.endswith("/"):
                    _transform(request, site, server, cut, (str(place), name))
        finally:
            server.stop()
        return JobOutcome(status="Completed", started=started, ended=time.time())

    return guarded(work)


def _check(request: Request) -> Cut:
    source, target = request["TransformInput"], request["TransformOutput"]
    check_modes(source["DataSource"]["S3DataSource"], where="TransformInput")
    if any(request.get("DataProcessing", {}).get(name, value) != value for name, value in _ALL_DEFAULT.items()):
        raise Unsupported("DataProcessing", supported="leave its filters and JoinSource at their defaults")
    if "DataCaptureConfig" in request:
        raise Unsupported("DataCaptureConfig of a transform job", supported="leave it out")
    if source.get("CompressionType", "None") != "None":
        raise Unsupported("compressed transform input", supported="use the CompressionType None")
    split = source.get("SplitType", "None")
    if split not in ("None", "Line"):
        raise Unsupported(f"SplitType {split}", supported="use Line or None")
    if target.get("AssembleWith", "None") not in ("None", "Line"):
        raise Unsupported(f"AssembleWith {target['AssembleWith']}", supported="use Line or None")
    return Cut(
        by_line=split == "Line",
        one_record=request.get("BatchStrategy") == "SingleRecord",
        largest=request.get("MaxPayloadInMB", _DEFAULT_PAYLOAD) * MEGABYTE,
    )


def _serve(request: Request, container: Request, site: JobSite, *, offline: bool) -> ModelServer:
    batch = {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": str(request.get("MaxPayloadInMB", _DEFAULT_PAYLOAD)),
        "SAGEMAKER_BATCH_STRATEGY": "SINGLE_RECORD"
        if request.get("BatchStrategy") == "SingleRecord"
        else "MULTI_RECORD",
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "1",
    }
    environment = {**batch, **container.get("Environment", {}), **request.get("Environment", {})}
    try:
        return ModelServer.start(
            container={**container, "Environment": environment},
            folder=site.volume.folder,
            objects=site.objects,
            runner=site.runner,
            log=site.log,
            offline=offline,
        )
    except ModelServerFailed as error:
        raise JobError(f"AlgorithmError: the model's container did not start: {error}") from error


def _transform(request: Request, site: JobSite, server: ModelServer, cut: Cut, source: tuple[str, str]) -> None:
    """One object. Its output appears only when all of it was answered (API TransformOutput)."""
    uri, name = source
    inputs, target = request["TransformInput"], request["TransformOutput"]
    answers = []
    for body in cut.bodies(fetch(objects=site.objects, uri=uri)):
        site.check_cancelled()
        try:
            answer = server.invoke(
                body=body,
                content_type=inputs.get("ContentType"),
                accept=target.get("Accept"),
                timeout=request.get("ModelClientConfig", {}).get("InvocationsTimeoutInSeconds", _DEFAULT_TIMEOUT),
                largest=max(cut.largest, len(body)),
            )
        except ModelServerFailed as error:
            raise JobError(f"AlgorithmError: {uri}: {error}") from error
        answers.append(_good(answer, uri, site))
    output = join(answers, by_line=target.get("AssembleWith") == "Line")
    place = locate(target["S3OutputPath"]).child(f"{name.lstrip('/')}.out")
    put(objects=site.objects, uri=str(place), body=output, kms_key=target.get("KmsKeyId"))


def _good(answer: InvocationResponse, uri: str, site: JobSite) -> bytes:
    if answer.status < 400:  # noqa: PLR2004  # the first status that is an error
        return answer.body
    said = answer.body.decode(errors="replace").strip()
    site.log(f"[sagemaker logs]: {uri}: Bad HTTP status received from algorithm: {answer.status}")
    site.log(f"[sagemaker logs]: {uri}: {said[:_SHOWN]}")
    blame = "ClientError" if answer.status < 500 else "AlgorithmError"  # noqa: PLR2004  # and of the server's own
    raise JobError(f"{blame}: {uri}: Bad HTTP status received from algorithm: {answer.status}: {said[:_SHOWN]}")
