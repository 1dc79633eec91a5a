"""InvokeEndpoint: one request to one variant of an endpoint, and what is captured of it (botocore model `sagemaker-runtime`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from sandbox.containers.connection import InvocationResponse
from sandbox.containers.serving import LARGEST_BODY, ModelServerFailed
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.protocol import Response, failure
from sandbox.sagemaker.hosting import capture, deployment
from sandbox.sagemaker.service import SageMaker

_PATH = re.compile(r"/endpoints/(?P<name>[^/]+)/invocations$")
_DEFAULT_TYPE = "application/json"
_UNSUPPORTED = ("target-model", "target-container-hostname", "inference-component", "session-id")
_OK = range(200, 300)


class RuntimeFault(ServiceError):
    """The runtime's ValidationError, which is spelt otherwise than SageMaker's."""

    code = "ValidationError"


class ServiceUnavailable(ServiceError):
    """No answer from the model; the clients try again by themselves."""

    code = "ServiceUnavailable"
    status = 503


class ModelFault(ServiceError):
    """The model answered with an error: 424, with the model's own status and words."""

    code = "ModelError"
    status = 424


def invoke(sagemaker: SageMaker, path: str, headers: Mapping[str, str], body: bytes) -> Response:
    found = _PATH.match(path)
    if found is None:
        raise NotInTheSandbox(f"sagemaker-runtime:{path.rpartition('/')[2]}")
    for name in _UNSUPPORTED:
        if f"x-amzn-sagemaker-{name}" in headers:
            raise NotInTheSandbox(f"InvokeEndpoint with the header x-amzn-sagemaker-{name}")
    if len(body) > LARGEST_BODY:
        raise RuntimeFault(f"Value at 'body' failed to satisfy constraint: {len(body)} bytes are over {LARGEST_BODY}.")
    endpoint = unquote(found["name"])
    sagemaker.around.guard("sagemaker", "InvokeEndpoint", {"EndpointName": endpoint})
    fleet = sagemaker.fleets.of(endpoint)
    if fleet is None:
        raise RuntimeFault(f"Endpoint {endpoint} of account {sagemaker.settings.account} not found.")
    content_type, accept = headers.get("content-type", _DEFAULT_TYPE), headers.get("accept", "*/*")
    try:
        with fleet.entered(headers.get("x-amzn-sagemaker-target-variant")) as variant:
            answer = variant.server.invoke(body=body, content_type=content_type, accept=accept)
    except ModelServerFailed as error:
        if not fleet.alive:
            deployment.heal(sagemaker, endpoint)
        raise ServiceUnavailable(f"The model of endpoint {endpoint} did not answer: {error}") from error
    if answer.status not in _OK:
        return _model_error(sagemaker, endpoint, answer)
    exchange = capture.Exchange(
        endpoint=endpoint,
        variant=variant.name,
        inference_id=headers.get("x-amzn-sagemaker-inference-id"),
        request=(content_type, body),
        response=(answer.content_type, answer.body),
    )
    capture.record(sagemaker.captures, fleet.capture, exchange, variant.objects)
    answered = {"Content-Type": answer.content_type, "x-Amzn-Invoked-Production-Variant": variant.name}
    if custom := headers.get("x-amzn-sagemaker-custom-attributes"):
        answered["X-Amzn-SageMaker-Custom-Attributes"] = custom
    return 200, answered, answer.body


def _model_error(sagemaker: SageMaker, endpoint: str, answer: InvocationResponse) -> Response:
    message = answer.body.decode("utf-8", "replace")
    kind = "client" if answer.status < 500 else "server"  # noqa: PLR2004 (HTTP's border between the two)
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    error = ModelFault(
        f'Received {kind} error ({answer.status}) from primary with message "{message}". '
        f"See log group {group} in account {sagemaker.settings.account} for more information."
    )
    arn = f"arn:aws:logs:{sagemaker.settings.region}:{sagemaker.settings.account}:log-group:{group}"
    return failure(error, OriginalStatusCode=answer.status, OriginalMessage=message, LogStreamArn=arn)
