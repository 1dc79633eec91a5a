"""What each of our own services is: an operation in, an answer out; validated, dispatched, trimmed to the model's shape."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel

from sandbox import validation
from sandbox.errors import NotInTheSandbox
from sandbox.service_context import STANDALONE, ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document, Store

Operations = Mapping[str, Callable[..., Document]]  # each takes its service and the request


@cache
def service_model(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


class Service:
    """One AWS service: its operations, and a store of its own for what must survive."""

    def __init__(
        self,
        name: str,
        *,
        settings: SandboxSettings,
        operations: Operations,
        around: ServiceContext = STANDALONE,
    ) -> None:
        self.name, self.settings, self.operations = name, settings, operations  # `name` is botocore's
        self.around = around
        self.store = Store(settings.database(name))

    def call(self, operation: str, request: Document) -> Document:
        """Run one API operation. Raises ServiceError in AWS's codes."""
        if operation not in self.operations:
            raise NotInTheSandbox(f"{self.name}:{operation}")
        shapes = service_model(self.name).operation_model(operation)
        if shapes.input_shape is not None:
            validation.check(request, shapes.input_shape)
        self.around.guard(self.name, operation, request)
        response = self.operations[operation](self, request)
        members = shapes.output_shape.members if shapes.output_shape is not None else {}
        return {name: _told(value) for name, value in response.items() if name in members and value is not None}

    def arn(self, resource: str) -> str:
        """`resource` is the part after the account, such as `pipeline/abalone`."""
        return f"arn:aws:{self.name}:{self.settings.region}:{self.settings.account}:{resource}"

    def now(self) -> float:
        return round(time.time(), 3)  # AWS's timestamps have milliseconds

    def close(self) -> None:
        self.store.close()


def _told(value: Any) -> Any:
    """AWS's answers leave out a member that has no value, at whatever level."""
    if isinstance(value, dict):
        return {name: _told(inner) for name, inner in value.items() if inner is not None}
    return [_told(each) for each in value] if isinstance(value, list) else value
