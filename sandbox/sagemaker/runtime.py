"""SageMaker Runtime's front door (REST), as a service of the plugin."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from sandbox.caller import access_key_of, called_by
from sandbox.errors import NotInTheSandbox
from sandbox.frontend import guarded
from sandbox.identity import AccessDenied
from sandbox.plugin import Answer
from sandbox.protocol import Response
from sandbox.sagemaker.hosting import invocation
from sandbox.sagemaker.service import SageMaker


def runtime(sagemaker: SageMaker) -> Answer:
    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        if method != "POST":
            raise NotInTheSandbox(f"sagemaker-runtime: {method} {path}")
        with called_by(access_key_of(headers)):
            try:
                return invocation.invoke(sagemaker, path, headers, body)
            except AccessDenied as error:
                error.status = HTTPStatus.FORBIDDEN  # REST services refuse with 403, JSON ones with 400
                raise

    return guarded(answer)
