"""FilterLogEvents by the beginning of the streams' names, which ministack takes for no wish at all.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

from __future__ import annotations

from typing import Any


def filter_by_stream_prefix() -> None:
    from ministack.services import cloudwatch_logs  # noqa: PLC0415 (only after `configure`)

    answer = cloudwatch_logs._filter_log_events

    def filtered(request: dict[str, Any]) -> Any:
        prefix = request.get("logStreamNamePrefix")
        if prefix is None:
            return answer(request)
        if request.get("logStreamNames"):
            message = "LogStreamNamePrefix and LogStreamNames are mutually exclusive."
            return cloudwatch_logs.error_response_json("InvalidParameterException", message, 400)
        group = cloudwatch_logs._log_groups.get(cloudwatch_logs._resolve_log_group_name(request)) or {"streams": {}}
        names = [name for name in list(group["streams"]) if name.startswith(prefix)]
        return answer({**request, "logStreamNames": names or [prefix]})  # a name that no stream has finds nothing

    cloudwatch_logs._filter_log_events = filtered
