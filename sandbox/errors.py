"""The errors a service answers with, in AWS's own codes."""

from __future__ import annotations


class ServiceError(Exception):
    """An error response: the code is what boto3 shows as `Error.Code`."""

    code = "ValidationException"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DeclaredError(ServiceError):
    """An error by the name that the service model declares for the operation."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ValidationError(ServiceError):
    """The request is malformed, or names something that does not exist: SageMaker answers both with this code."""


class ResourceNotFound(ServiceError):
    """The operations that declare ResourceNotFound in the service model answer with it."""

    code = "ResourceNotFound"


class ResourceInUse(ServiceError):
    """The name is taken."""

    code = "ResourceInUse"


class ConflictError(ServiceError):
    """The resource is being changed, or something still depends on it."""

    code = "ConflictException"


class ResourceLimitExceeded(ServiceError):
    """A quota of the service is reached."""

    code = "ResourceLimitExceeded"


class NotInTheSandbox(ServiceError):
    """A real AWS operation or option that the sandbox does not stand in for; 501, so that no client retries."""

    code = "NotImplemented"
    status = 501

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not in the sandbox")
