"""What a Lambda function's dead-letter queue or topic is sent, by the function's role: the event, and in attributes why it failed.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html ("Dead-letter queues")
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.acting import TakeOn
from sandbox.delivery.arns import Arn
from sandbox.delivery.failures import failure_of
from sandbox.errors import NotInTheSandbox
from sandbox.plugin.function_failures import FunctionFailure

_LOG = logging.getLogger(__name__)
_LONGEST = 1024  # of the error's message


@dataclass(frozen=True, kw_only=True)
class FunctionLetters:
    """Writes them."""

    take_on: TakeOn
    queue_url: Callable[[Arn], str]

    def send(self, failed: FunctionFailure) -> None:
        """AWS counts a letter that cannot be sent (DeadLetterErrors) and drops it; here the log says so."""
        try:
            self._send(failed, Arn.parse(failed.dead_letter_arn))
        except Exception as error:  # noqa: BLE001 (the thread ends here; whatever it was is said)
            why = failure_of(error)
            _LOG.warning(
                "%s failed, and its event could not be sent to %s: %s: %s",
                failed.function_arn,
                failed.dead_letter_arn,
                why.code,
                why.message,
            )

    def _send(self, failed: FunctionFailure, arn: Arn) -> None:
        attributes = {
            "RequestID": {"DataType": "String", "StringValue": str(uuid.uuid4())},
            "ErrorCode": {"DataType": "Number", "StringValue": "200"},
            "ErrorMessage": {"DataType": "String", "StringValue": failed.error_message[:_LONGEST] or "Unhandled"},
        }
        client = self.take_on(failed.role_arn, service="lambda", session=failed.function_name).client(arn.service)
        if arn.kind == "sqs":
            client.send_message(QueueUrl=self.queue_url(arn), MessageBody=failed.payload, MessageAttributes=attributes)
        elif arn.kind == "sns":
            client.publish(TopicArn=str(arn), Message=failed.payload, MessageAttributes=attributes)
        else:
            raise NotInTheSandbox(f"{arn} as a dead-letter queue")
