"""The front door of a service that speaks JSON 1.1, and the guard that every front door has, as services of the plugin."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sandbox.caller import access_key_of, called_by
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.plugin import Answer
from sandbox.protocol import Response, failure, operation_of, request_of, success
from sandbox.service import Service, service_model

_LOG = logging.getLogger(__name__)


class _InternalFailure(ServiceError):
    code = "InternalFailure"
    status = 500


def control_plane(service: Service) -> Answer:
    prefix = service_model(service.name).metadata["targetPrefix"]

    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        operation = operation_of(headers, prefix)
        if operation is None:
            raise NotInTheSandbox(f"{service.name}: {method} {path}")
        with called_by(access_key_of(headers)):
            return success(service.call(operation, request_of(body)))

    return guarded(answer)


def guarded(answer: Answer) -> Answer:
    """Errors as responses: AWS's own as they are, a fault of the sandbox as InternalFailure, with its traceback in the log."""

    def guard(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            return answer(method, path, headers, body)
        except ServiceError as error:
            return failure(error)
        except Exception as error:  # noqa: BLE001 (a client gets an answer, whatever happens)
            _LOG.exception("%s %s %s", method, path, headers.get("x-amz-target", ""))
            return failure(_InternalFailure(f"The sandbox failed: {error!r}; its log has the traceback."))

    return guard
