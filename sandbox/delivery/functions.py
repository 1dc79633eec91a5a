"""Lambda's own queue: the events that functions took on asynchronously, each kept until the function has run, or given up.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html,
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html ("Dead-letter queues")
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.acting import TakeOn
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Delivery, Source
from sandbox.delivery.failures import Failure
from sandbox.delivery.retries import Exhausted
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.plugin import invocations
from sandbox.plugin.invocations import Invocation

_LONGEST = 1024  # of the error's message


class FunctionFailed(ServiceError):
    """The function's own error; Lambda tries again."""

    code = "Unhandled"
    status = 500


class FunctionGone(ServiceError):
    """It was deleted since."""

    code = "ResourceNotFoundException"
    status = 404


def of_invocation(invocation: Invocation, *, now: float) -> Delivery:
    return Delivery(
        source=Source.FUNCTION,
        name=invocation.function_name,
        arn=invocation.function_arn,
        target={"Arn": invocation.function_arn, "RetryPolicy": invocation.retry_policy},
        payload=invocation.payload,
        record={"depth": invocation.depth},
        accepted=now,
        due=now,
    )


@dataclass(frozen=True, kw_only=True)
class Functions:
    """The Carrier of Lambda."""

    take_on: TakeOn
    queue_url: Callable[[Arn], str]

    def deliver(self, delivery: Delivery) -> None:
        try:
            error = invocations.run(delivery.arn, delivery.payload, depth=delivery.record["depth"])
        except LookupError as gone:
            raise FunctionGone(f"Function not found: {delivery.arn}") from gone
        if error is not None:
            raise FunctionFailed(error)

    def send_to_dlq(self, delivery: Delivery, failure: Failure, exhausted: Exhausted | None) -> bool:  # noqa: ARG002 (a Carrier's)
        after = invocations.failure_destinations(delivery.arn)
        if after is None:
            return False
        if after.destination_arn:
            invocations.send_to_destination(
                after.destination_arn, function_name=delivery.name, payload=delivery.payload, error=failure.message
            )
        if after.dead_letter_arn:
            self._send(delivery, failure.message, role=after.role_arn, arn=Arn.parse(after.dead_letter_arn))
        return bool(after.destination_arn or after.dead_letter_arn)

    def _send(self, delivery: Delivery, error: str, *, role: str, arn: Arn) -> None:
        """By the function's role, which needs sqs:SendMessage or sns:Publish."""
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": str(uuid.uuid4())},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": error[:_LONGEST] or "Unhandled"},
        }
        client = self.take_on(role, service="lambda", session=delivery.name).client(arn.service)
        if arn.kind == "sqs":
            client.send_message(
                QueueUrl=self.queue_url(arn), MessageBody=delivery.payload, MessageAttributes=attributes
            )
        elif arn.kind == "sns":
            client.publish(TopicArn=str(arn), Message=delivery.payload, MessageAttributes=attributes)
        else:
            raise NotInTheSandbox(f"{arn} as a dead-letter queue")
