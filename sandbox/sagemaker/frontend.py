"""SageMaker's two front doors: the control plane (JSON 1.1) and the runtime (REST), as services of the plugin."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.plugin import Service
from sandbox.protocol import Response, failure, operation_of, request_of, success
from sandbox.sagemaker.hosting import invocation
from sandbox.sagemaker.service import SageMaker

_LOG = logging.getLogger(__name__)


class _InternalFailure(ServiceError):
    code = "InternalFailure"
    status = 500


def control_plane(sagemaker: SageMaker) -> Service:
    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        operation = operation_of(headers)
        if operation is None:
            raise NotInTheSandbox(f"sagemaker: {method} {path}")
        return success(sagemaker.call(operation, request_of(body)))

    return _guarded(answer)


def runtime(sagemaker: SageMaker) -> Service:
    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        if method != "POST":
            raise NotInTheSandbox(f"sagemaker-runtime: {method} {path}")
        return invocation.invoke(sagemaker, path, headers, body)

    return _guarded(answer)


def _guarded(answer: Service) -> Service:
    """Errors as responses: AWS's own as they are, a fault of the sandbox as InternalFailure, with its traceback in the log."""

    def guarded(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            return answer(method, path, headers, body)
        except ServiceError as error:
            return failure(error)
        except Exception as error:  # noqa: BLE001 (a client gets an answer, whatever happens)
            _LOG.exception("%s %s %s", method, path, headers.get("x-amz-target", ""))
            return failure(_InternalFailure(f"The sandbox failed: {error!r}; its log has the traceback."))

    return guarded
