"""What an alarm of CloudWatch's does when its state changes: it publishes to a topic, if the topic's and the key's policies let it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html,
https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns (CloudWatch asks for the key itself, not by way of SNS)
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from sandbox.plugin import alarms
from sandbox.plugin.alarms import Change
from sandbox.store import Document

_LOG = logging.getLogger(__name__)
_PRINCIPAL = "cloudwatch"
_MINUTE = 60.0  # CloudWatch's own pace
_LONGEST_SUBJECT = 100


class Policies(Protocol):
    """Whether a resource's own policy allows a service an action."""

    def __call__(self, policy: str, *, service: str, action: str, resource: str, source_arn: str) -> bool: ...


class Refused(Exception):
    """A policy does not let CloudWatch in; in the words of an alarm's history."""


class Alarms:
    """Acts beside the requests that set an alarm off, one change after the other."""

    def __init__(
        self, *, client: Callable[[str], Any], lets_in: Policies, key_of_topic: Callable[[str], str | None]
    ) -> None:
        self._client, self._lets_in, self._key_of_topic = client, lets_in, key_of_topic
        self._changes: queue.SimpleQueue[Change | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="alarms", daemon=True)

    def install(self) -> None:
        """Before the server starts."""
        alarms.replace_alarms(self._changes.put)

    def start(self) -> None:
        """Once ministack has read its state."""
        self._thread.start()

    def close(self) -> None:
        self._changes.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        alarms.speak_as_a_service()
        while True:
            try:
                change = self._changes.get(timeout=_MINUTE)
            except queue.Empty:
                alarms.judge_all()
                continue
            if change is None:
                return
            self._act(change)

    def _act(self, change: Change) -> None:
        try:
            self._publish(change)
        except Refused as refused:
            summary = f'Failed to execute action {change.action}. Received error: "{refused}"'
            _LOG.warning("alarm %s: %s", change.alarm["AlarmName"], summary)
        except Exception as error:  # noqa: BLE001 (the next change is told whatever became of this one)
            summary = f'Failed to execute action {change.action}. Received error: "{error}"'
            _LOG.warning("alarm %s: %s", change.alarm["AlarmName"], summary)
        else:
            summary = f"Successfully executed action {change.action}"
        alarms.told(change.alarm, summary=summary)

    def _publish(self, change: Change) -> None:
        alarm, topic = change.alarm, change.action
        if not topic.startswith("arn:aws:sns:"):
            raise Refused(f"NotImplemented: the action {topic} of an alarm is not in the sandbox")
        self._require_topic(alarm["AlarmArn"], topic)
        self._require_key(alarm["AlarmArn"], topic)
        region = alarm["AlarmArn"].split(":")[3]
        subject = f'{alarm["StateValue"]}: "{alarm["AlarmName"]}" in {region}'[:_LONGEST_SUBJECT]
        self._client("sns").publish(TopicArn=topic, Subject=subject, Message=json.dumps(_message(change)))

    def _require_topic(self, alarm_arn: str, topic: str) -> None:
        policy = self._client("sns").get_topic_attributes(TopicArn=topic)["Attributes"].get("Policy", "")
        if not self._allowed(policy, "sns:Publish", topic, alarm_arn):
            raise Refused(
                f"Resource: {alarm_arn} is not authorized to perform: SNS:Publish on resource: {topic} because no "
                "resource-based policy allows the SNS:Publish action"
            )

    def _require_key(self, alarm_arn: str, topic: str) -> None:
        key = self._key_of_topic(topic)
        if key is None:
            return
        policy = self._client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"]
        if not all(self._allowed(policy, f"kms:{verb}", key, alarm_arn) for verb in ("Decrypt", "GenerateDataKey")):
            raise Refused("CloudWatch Alarms does not have authorization to access the SNS topic encryption key.")

    def _allowed(self, policy: str, action: str, resource: str, alarm_arn: str) -> bool:
        return self._lets_in(policy, service=_PRINCIPAL, action=action, resource=resource, source_arn=alarm_arn)


def _message(change: Change) -> Document:
    """What arrives at the topic's subscribers."""
    alarm = change.alarm
    arn, dimensions = str(alarm["AlarmArn"]).split(":"), alarm.get("Dimensions") or []
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription") or None,
        "AWSAccountId": arn[4],
        "NewStateValue": alarm["StateValue"],
        "NewStateReason": alarm["StateReason"],
        "StateChangeTime": datetime.fromtimestamp(alarm["StateUpdatedTimestamp"], UTC).strftime(
            "%Y-%m-%dT%H:%M:%S.000+0000"
        ),
        "Region": arn[3],
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": change.before,
        "Trigger": {
            "MetricName": alarm["MetricName"],
            "Namespace": alarm["Namespace"],
            "StatisticType": "Statistic",
            "Statistic": str(alarm.get("Statistic", "")).upper(),
            "Dimensions": [{"value": each["Value"], "name": each["Name"]} for each in dimensions],
            "Period": alarm.get("Period"),
            "EvaluationPeriods": alarm.get("EvaluationPeriods"),
            "ComparisonOperator": alarm["ComparisonOperator"],
            "Threshold": alarm["Threshold"],
            "TreatMissingData": alarm.get("TreatMissingData"),
        },
    }
