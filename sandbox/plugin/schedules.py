"""Schedules and scheduled rules inside ministack: what there is, a word when it changes, and no tickers of ministack's own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from sandbox.errors import ServiceError
from sandbox.protocol import Response, failure
from sandbox.store import Document


class _Refused(Exception):
    """An answer of ministack's that is an error; CloudFormation's resource type would not look at it."""

    def __init__(self, response: Response) -> None:
        super().__init__(response[2].decode("utf-8", "replace"))
        self.response = response


def replace_tickers() -> None:
    """Have neither service look at its watch: `sandbox.delivery` does."""
    from ministack.services import eventbridge, scheduler  # noqa: PLC0415

    def elsewhere() -> None:
        """Called when the server starts."""

    eventbridge.start_scheduler = elsewhere
    scheduler.start_scheduler = elsewhere


def schedules() -> list[Document]:
    """As CreateSchedule and UpdateSchedule left them."""
    from ministack.services import scheduler  # noqa: PLC0415

    return [dict(schedule) for _, schedule in scheduler._schedules.all_items()]


def scheduled_rules() -> list[tuple[Document, list[Document]]]:
    """The rules with a schedule expression, each with its targets."""
    from ministack.services import eventbridge  # noqa: PLC0415

    return [
        (dict(rule), list(eventbridge._targets._data.get(key, [])))
        for key, rule in eventbridge._rules.all_items()
        if rule.get("ScheduleExpression")
    ]


def watch_schedules(woken: Callable[[], None]) -> None:
    """Have `woken` called on each change, whoever makes it; it must return at once, since the server's loop waits."""
    from ministack.services import eventbridge, scheduler  # noqa: PLC0415

    for table in (scheduler._schedules, eventbridge._rules):
        table._data = _watched(table._data, woken)
    for name in ("_enable_rule", "_disable_rule"):  # they write into a rule
        setattr(eventbridge, name, _then(getattr(eventbridge, name), woken))


def check_schedules(check: Callable[[Document], None]) -> None:
    """Have CreateSchedule, UpdateSchedule and CloudFormation's type refuse what `check` raises a ServiceError for."""
    from ministack.services import scheduler  # noqa: PLC0415

    handle = scheduler.handle_request

    def checked(change: Callable[[str, Document], Response]) -> Callable[[str, Document], Response]:
        def changed(name: str, body: Document) -> Response:
            check(body)
            response = change(name, body)
            if response[0] >= 400:  # noqa: PLR2004 (HTTP's errors begin here)
                raise _Refused(response)
            return response

        return changed

    async def handle_request(*request: Any) -> Response:
        try:
            response: Response = await handle(*request)
        except _Refused as refused:
            return refused.response
        except ServiceError as error:
            return failure(error)
        return response

    scheduler._create_schedule = checked(scheduler._create_schedule)
    scheduler._update_schedule = checked(scheduler._update_schedule)
    scheduler.handle_request = handle_request


def check_rules(check: Callable[[str, str, str], None]) -> None:
    """Have PutRule and CloudFormation's type refuse what `check` (schedule, pattern, bus) raises a ServiceError for."""
    from ministack.services import eventbridge  # noqa: PLC0415
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    put, rule = eventbridge._put_rule, provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"]
    create = rule["create"]

    def put_rule(data: Document) -> Response:
        try:
            check(data.get("ScheduleExpression") or "", data.get("EventPattern") or "", _bus(data))
        except ServiceError as error:
            return failure(error)
        response: Response = put(data)
        return response

    def created(logical_id: str, properties: Document, stack: str) -> Any:
        """CloudFormation's handler writes the rule itself."""
        pattern = str(properties.get("EventPattern") or "")
        check(properties.get("ScheduleExpression") or "", pattern, _bus(properties))
        return create(logical_id, properties, stack)

    eventbridge._put_rule = put_rule
    provisioners._RESOURCE_HANDLERS["AWS::Events::Rule"] = {**rule, "create": created}


def _bus(data: Document) -> str:
    """By its name or its ARN."""
    return str(data.get("EventBusName") or "default").rpartition("/")[2]


def _then(change: Callable[[Document], Any], woken: Callable[[], None]) -> Callable[[Document], Any]:
    def changed(data: Document) -> Any:
        answer = change(data)
        woken()
        return answer

    return changed


def _watched(table: dict[Any, Any], woken: Callable[[], None]) -> dict[Any, Any]:
    class Watched(dict[Any, Any]):
        """ministack's scoped tables write through these methods; a copy of one (they are saved as copies) is a plain dict."""

        def __setitem__(self, key: Any, value: Any) -> None:
            super().__setitem__(key, value)
            woken()

        def __delitem__(self, key: Any) -> None:
            super().__delitem__(key)
            woken()

        def pop(self, *arguments: Any) -> Any:
            value = super().pop(*arguments)
            woken()
            return value

        def __deepcopy__(self, memo: dict[int, Any]) -> dict[Any, Any]:
            return copy.deepcopy(dict(self), memo)

    return Watched(table)
