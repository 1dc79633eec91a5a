"""Who is told of what did not happen: an alarm on each dead-letter queue and on each function, which may publish to its topic."""

from __future__ import annotations

from collections.abc import Iterator

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.rules.encryption import may_encrypt
from tests.verifiers.rules.targets import may_be_sent_to

_SERVICE = "cloudwatch.amazonaws.com"
_WATCHED = {
    "AWS::SQS::Queue": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
    "AWS::Lambda::Function": ("AWS/Lambda", "Errors", "FunctionName"),
}


def watched(assembly: Assembly) -> Iterator[Finding]:
    """A message nobody looks for is gone after 14 days, and a function that fails at its import tells nobody of itself."""
    looked_at = {
        (alarm.properties["Namespace"], alarm.properties["MetricName"], each["Name"], each["Value"])
        for alarm in assembly.of("AWS::CloudWatch::Alarm")
        for each in alarm.properties["Dimensions"]
    }
    for kind, metric in _WATCHED.items():
        for resource in assembly.of(kind):
            if (*metric, resource.name) not in looked_at:
                yield resource.found("alarm-missing", f"no alarm looks at its {metric[1]}")


def heard(assembly: Assembly) -> Iterator[Finding]:
    topics = {topic.arn: topic for topic in assembly.of("AWS::SNS::Topic")}
    keys = {key.arn: key for key in assembly.of("AWS::KMS::Key")}
    for alarm in assembly.of("AWS::CloudWatch::Alarm"):
        known = [topics[action] for action in alarm.properties.get("AlarmActions", []) if action in topics]
        if not known:
            yield alarm.found("alarm-unheard", "it publishes to no topic of these templates")
        for topic in known:
            if not may_be_sent_to(assembly, topic.arn, alarm.arn, _SERVICE):
                yield alarm.found("alarm-permission", f"the policy of {topic.name} does not let it publish")
            yield from may_encrypt(topic, keys, _SERVICE)
