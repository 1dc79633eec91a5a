"""CreateLogGroup and CreateLogStream hold their requests against the service's model: ministack makes a group of any name.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import validation
from sandbox.errors import ValidationError
from sandbox.service import service_model

_GROUP = "AWS::Logs::LogGroup"


def check_log_names() -> None:
    from ministack.services import cloudwatch_logs  # noqa: PLC0415 (only after `configure`)
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    def checked(operation: str, answer: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
        def check_and_answer(request: dict[str, Any]) -> Any:
            fault = _fault(operation, request)
            if fault is not None:
                return cloudwatch_logs.error_response_json("InvalidParameterException", fault, 400)
            return answer(request)

        return check_and_answer

    cloudwatch_logs._create_log_group = checked("CreateLogGroup", cloudwatch_logs._create_log_group)
    cloudwatch_logs._create_log_stream = checked("CreateLogStream", cloudwatch_logs._create_log_stream)
    handlers = provisioners._RESOURCE_HANDLERS[_GROUP]
    create = handlers["create"]

    def create_group(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name = properties.get("LogGroupName")
        fault = _fault("CreateLogGroup", {"logGroupName": name}) if name is not None else None
        if fault is not None:
            raise ValueError(fault)
        return create(logical_id, properties, stack)

    handlers["create"] = create_group


def _fault(operation: str, request: dict[str, Any]) -> str | None:
    shape = service_model("logs").operation_model(operation).input_shape
    try:
        if shape is not None:
            validation.check({name: value for name, value in request.items() if value is not None}, shape)
    except ValidationError as error:
        return error.message
    return None
