"""What a request to ministack's services is about, as policies see it, where ministack sees it otherwise than AWS."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.iam.resources import log_stream, metric_namespace, parameter, schedule

_OF_LOGS = ":log-stream:"


def correct_resources() -> None:
    """Logs by stream, schedules by group, parameters by name; the namespace of metrics."""
    from ministack.core import iam_actions  # noqa: PLC0415 (only after `configure`)

    named, tagged, of_logs = (
        iam_actions.extract_resource_arn,
        iam_actions.request_tag_context,
        iam_actions.logs_service_context,
    )

    def extract_resource_arn(service: str, *request: Any) -> str:
        _, path, headers, body, query, region, account = request
        corrected = _corrected(service, path, headers, body, query)
        if corrected is not None:
            return f"arn:aws:{service}:{region}:{account}:{corrected}"
        return str(named(service, *request))

    def request_tag_context(service: str, action: str, body: bytes, query: Any) -> dict[str, Any]:
        namespace = metric_namespace(_members(body), query) if action == "cloudwatch:PutMetricData" else None
        context: dict[str, Any] = tagged(service, action, body, query)
        return {**context, "cloudwatch:namespace": namespace} if namespace else context

    def logs_service_context(action: str, body: bytes, arn: str, region: str, account: str) -> Any:
        return of_logs(action, body, arn.partition(_OF_LOGS)[0], region, account)  # tags are the group's

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context
    iam_actions.logs_service_context = logs_service_context


def _corrected(
    service: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> str | None:
    """The part after the account, where ministack has another one."""
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    match service:
        case "logs":
            return log_stream(operation, _members(body))
        case "scheduler":
            return schedule(path, _members(body), query)
        case "ssm" if operation == "GetParameters":
            return parameter(_members(body))
    return None


def _members(body: bytes) -> dict[str, Any]:
    """Of a JSON request."""
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
