"""What CreateSchedule, UpdateSchedule (API_CreateSchedule) and PutRule refuse, and ministack would take."""

from __future__ import annotations

from sandbox.delivery import universal
from sandbox.delivery.arns import Arn
from sandbox.delivery.expressions import Once, recurrence, zone_of
from sandbox.delivery.schedule_calls import supported
from sandbox.delivery.schedule_payload import example
from sandbox.delivery.timed import UTC
from sandbox.errors import NotInTheSandbox, ValidationError
from sandbox.service import service_model
from sandbox.store import Document
from sandbox.validation import check as check_shape


def check_schedule(request: Document) -> None:
    """Raises ServiceError in AWS's codes. The request comes without the name, which is in its path."""
    shape = service_model("scheduler").operation_model("CreateSchedule").input_shape
    if shape is not None:
        check_shape({"Name": "given-by-path", **{name: value for name, value in request.items() if value}}, shape)
    zone = request.get("ScheduleExpressionTimezone") or UTC
    try:
        zone_of(zone)
    except ValueError as error:
        raise ValidationError(f"Invalid ScheduleExpressionTimezone: {error}") from error
    expression = request["ScheduleExpression"]
    try:
        recurrence(expression, zone, first=0.0)
    except ValueError as error:
        raise ValidationError(f"Invalid Schedule Expression {expression}: {error}") from error
    _check_window(request["FlexibleTimeWindow"])
    _check_target(request["Target"])


def check_rule(schedule: str, pattern: str, bus: str) -> None:
    """What PutRule refuses of a rule, and ministack would take (API_PutRule).

    The sentences are EventBridge's (aws/aws-cdk issues 7514 and 32753 for a rate in the wrong number, localstack/localstack issue
    9268 for a step that is too long). A rule knows rate() and cron() alone, in UTC.
    """
    if not schedule and not pattern:
        raise ValidationError("Parameter(s) EventPattern or ScheduleExpression must be specified.")
    if schedule and bus != "default":
        raise ValidationError("ScheduleExpression is supported only on the default event bus.")
    if schedule and not _recurs(schedule):
        raise ValidationError("Parameter ScheduleExpression is not valid.")


def _recurs(expression: str) -> bool:
    try:
        return not isinstance(recurrence(expression, UTC, first=0.0), Once)
    except ValueError:
        return False


def _check_window(window: Document) -> None:
    if (window["Mode"] == "FLEXIBLE") != ("MaximumWindowInMinutes" in window):
        raise ValidationError(
            "FlexibleTimeWindow: MaximumWindowInMinutes goes with the mode FLEXIBLE, and only with it"
        )


def _check_target(target: Document) -> None:
    text = target["Arn"]
    if universal.is_universal(text):
        universal.operation(text).request(example(target.get("Input") or "{}"))
        return
    arn = Arn.parse(text)
    if not supported(arn):
        raise NotInTheSandbox(f"{arn} as the target of a schedule")
    if arn.kind == "events:event-bus" and "EventBridgeParameters" not in target:
        raise ValidationError("EventBridgeParameters are required for an event bus as a target")
