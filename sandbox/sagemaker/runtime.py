"""SageMaker Runtime's front door (REST), as a service of the plugin."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.errors import NotInTheSandbox
from sandbox.frontend import guarded
from sandbox.plugin import Answer
from sandbox.protocol import Response
from sandbox.sagemaker.hosting import invocation
from sandbox.sagemaker.service import SageMaker


def runtime(sagemaker: SageMaker) -> Answer:
    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        if method != "POST":
            raise NotInTheSandbox(f"sagemaker-runtime: {method} {path}")
        return invocation.invoke(sagemaker, path, headers, body)

    return guarded(answer)
