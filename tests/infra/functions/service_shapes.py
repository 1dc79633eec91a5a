"""What makes a fake honest: a request is held against botocore's model (enums, patterns, maxima too), and AWS's errors."""

from functools import cache

import botocore.session
from botocore.exceptions import ClientError
from botocore.model import ServiceModel

from sandbox.validation import check


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def held_to_the_model(service: str, operation: str, request: dict[str, object]) -> None:
    shape = _model(service).operation_model(operation).input_shape
    assert shape is not None
    check(request, shape)


def refused(operation: str, code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)
