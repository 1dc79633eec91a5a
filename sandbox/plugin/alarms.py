"""CloudWatch's alarms inside ministack: judged by their own dimensions' metric whenever it changes, their actions handed on.

ministack measures functions and takes metrics that are put; it judges an alarm by every metric of that name, measures no queue, and
has an alarm publish past the policies of topic and key.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html ("how alarms treat missing data")
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.protocol import Response
from sandbox.store import Document

_QUEUES = "AWS/SQS"
_VISIBLE = "ApproximateNumberOfMessagesVisible"
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
_WITHOUT_DATA = {"notBreaching": "OK", "breaching": "ALARM", "missing": "INSUFFICIENT_DATA"}


@dataclass(frozen=True, kw_only=True)
class Change:
    """An alarm that came into another state, and one of its actions for that state."""

    alarm: Document
    before: str
    action: str


def replace_alarms(act: Callable[[Change], None]) -> None:
    """Have `act` called for each action of an alarm that changed its state; it must return at once, since a request waits."""
    from ministack.services import cloudwatch  # noqa: PLC0415 (only after `configure`)

    record = cloudwatch.record_metric

    def record_and_judge(namespace: str, name: str, *rest: Any, **more: Any) -> None:
        record(namespace, name, *rest, **more)
        for alarm in _alarms(namespace):
            if alarm.get("MetricName") == name:
                cloudwatch._evaluate_alarm(alarm)

    def dispatch(alarm: Document, before: str, state: str, reason: str) -> None:  # noqa: ARG001 (ministack's signature)
        for action in alarm.get(_ACTIONS.get(state, "")) or [] if alarm.get("ActionsEnabled", True) else []:
            act(Change(alarm=dict(alarm), before=before, action=action))

    cloudwatch.record_metric = record_and_judge
    cloudwatch._evaluate_alarm = _judge
    cloudwatch._dispatch_alarm_actions = dispatch
    _measure_after_requests()


def speak_as_a_service() -> None:
    """In the calling thread, which no request has begun: policies see AWS's services speak TLS to each other."""
    from ministack.core import iam_evaluator  # noqa: PLC0415

    iam_evaluator.pin_request_origin("127.0.0.1", secure_transport=True)


def judge_all() -> None:
    """Queues measured, and every alarm judged again: time alone can end what it told of."""
    from ministack.services import cloudwatch  # noqa: PLC0415

    _measure_queues(unchanged=True)
    cloudwatch._evaluate_all_alarms()


def told(alarm: Document, *, summary: str) -> None:
    """What became of an action, in the alarm's history."""
    from ministack.services import cloudwatch  # noqa: PLC0415

    entry = {"AlarmName": alarm["AlarmName"], "AlarmType": "MetricAlarm", "HistoryItemType": "Action"}
    now = cloudwatch._ts_iso(time.time())
    cloudwatch._history_entries().append({**entry, "Timestamp": now, "HistorySummary": summary, "HistoryData": "{}"})


def _measure_after_requests() -> None:
    """CloudWatch hears of a queue each minute; here at each request, so that nobody has to wait."""
    from ministack import app  # noqa: PLC0415

    answer = app.SERVICE_HANDLERS["sqs"]

    async def handler(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Response:
        response: Response = await answer(method, path, headers, body, query)
        _measure_queues()
        return response

    app.SERVICE_HANDLERS["sqs"] = handler


def _measure_queues(*, unchanged: bool = False) -> None:
    """Those that an alarm looks at, where their number of messages is another one than it was."""
    from ministack.services import cloudwatch, sqs  # noqa: PLC0415

    for name in {_dimensions(alarm).get("QueueName", "") for alarm in _alarms(_QUEUES)}:
        queue = sqs._queues.get(sqs._queue_name_to_url.get(name, ""))
        if queue is None:
            continue
        sqs._refresh_counts(queue)
        visible = float(queue["attributes"]["ApproximateNumberOfMessages"])
        known = cloudwatch._metrics.get((_QUEUES, _VISIBLE, cloudwatch._dims_key({"QueueName": name}))) or []
        if unchanged or not known or known[-1]["Value"] != visible:
            cloudwatch.record_metric(_QUEUES, _VISIBLE, visible, "Count", {"QueueName": name})


def _alarms(namespace: str) -> list[Document]:
    from ministack.services import cloudwatch  # noqa: PLC0415

    return [alarm for alarm in cloudwatch._alarms.values() if alarm.get("Namespace") == namespace]


def _judge(alarm: Document) -> None:
    from ministack.services import cloudwatch  # noqa: PLC0415

    state, reason = _state(alarm)
    before = alarm["StateValue"]
    if state == before:
        return
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _state(alarm: Document) -> tuple[str, str]:
    """By the datapoints of the last periods; those that are missing count as the alarm says."""
    found = [value for value in _datapoints(alarm) if value is not None]
    threshold, periods = float(alarm["Threshold"]), int(alarm.get("EvaluationPeriods", 1))
    needed = int(alarm.get("DatapointsToAlarm") or periods)
    treated = alarm.get("TreatMissingData") or "missing"
    if not found:
        state = alarm["StateValue"] if treated == "ignore" else _WITHOUT_DATA[treated]
        return state, f"Insufficient Data: no datapoints were received for {periods} period(s)."
    breaches = [value for value in found if _BREACHES[alarm["ComparisonOperator"]](value, threshold)]
    missing = periods - len(found) if treated == "breaching" else 0
    told_of = f"{len(breaches)} datapoint(s) {breaches or found} against the threshold ({threshold})"
    if len(breaches) + missing >= needed:
        return "ALARM", f"Threshold Crossed: {told_of}: {alarm['ComparisonOperator']}."
    return "OK", f"Threshold not crossed: {told_of}."


def _datapoints(alarm: Document) -> list[float | None]:
    """One a period, the newest first."""
    from ministack.services import cloudwatch  # noqa: PLC0415

    key = (alarm.get("Namespace"), alarm.get("MetricName"), cloudwatch._dims_key(_dimensions(alarm)))
    points, now, period = cloudwatch._metrics.get(key) or [], time.time(), int(alarm.get("Period", 60))
    values: list[float | None] = []
    for number in range(int(alarm.get("EvaluationPeriods", 1))):
        end = now - number * period
        within = [each for each in points if end - period < each["Timestamp"] <= end]
        statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic", "Average")
        stats = cloudwatch._calc_stats(within)
        values.append(cloudwatch._stat_value(stats, statistic, within) if stats else None)
    return values


def _dimensions(alarm: Document) -> dict[str, str]:
    return {str(each["Name"]): str(each["Value"]) for each in alarm.get("Dimensions") or []}
