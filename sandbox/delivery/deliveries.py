"""All of the delivery put together, and set into ministack's place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sandbox import plugin
from sandbox.backplane import client
from sandbox.delivery import timed
from sandbox.delivery.arns import Arn
from sandbox.delivery.delivery import Source
from sandbox.delivery.delivery_queue import DeliveryQueue
from sandbox.delivery.functions import Functions, of_invocation
from sandbox.delivery.ledger import Ledger
from sandbox.delivery.progress import ProgressOf
from sandbox.delivery.rule_targets import RuleTargets
from sandbox.delivery.schedule_targets import ScheduleTargets
from sandbox.delivery.timetable import Timetable
from sandbox.delivery.validation import check_rule, check_schedule
from sandbox.plugin import invocations, object_events, schedules, targets
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Store

_FUNCTIONS = 16  # that run at once; further ones wait


class Deliveries:
    """EventBridge's, Scheduler's and Lambda's deliveries of one sandbox."""

    def __init__(self, settings: SandboxSettings, around: ServiceContext) -> None:
        self._store = Store(settings.database("delivery"))
        self._client: Callable[[str], Any] = cache(lambda service: client(service, settings, plugin.wire))

        def queue_url(queue: Arn) -> str:
            return f"{settings.endpoint_url}/{queue.account}/{queue.resource}"

        rules = RuleTargets(
            take_on=around.take_on,
            client=self._client,
            lets_in=targets.TargetPolicies(settings),
            forward=targets.forward,
            queue_url=queue_url,
        )
        by_schedule = ScheduleTargets(take_on=around.take_on, queue_url=queue_url)
        self.queue = DeliveryQueue(
            store=self._store, clock=around.clock, carriers={Source.RULE: rules, Source.SCHEDULE: by_schedule}
        )
        # Apart, since a function may run for minutes, and what it calls must not wait for it.
        self._invocations = Store(settings.database("invocations"))
        self.invoker = DeliveryQueue(
            store=self._invocations,
            clock=around.clock,
            carriers={Source.FUNCTION: Functions(take_on=around.take_on, queue_url=queue_url)},
            threads=_FUNCTIONS,
        )
        self.timetable = Timetable(
            clock=around.clock,
            queue=self.queue,
            progress=ProgressOf(self._store),
            plan=_plan,
            remove=self._remove,
        )
        self.ledgers = (Ledger(self._store), Ledger(self._invocations))
        self.clock = around.clock

    def install(self) -> None:
        """Before the server starts."""
        targets.replace_targets(self._post)
        invocations.replace_asynchronous_invocation(self._invoke)
        object_events.mend_object_events()
        schedules.replace_tickers()
        schedules.check_schedules(check_schedule)
        schedules.check_rules(check_rule)
        schedules.watch_schedules(self.timetable.wake)

    def start(self) -> None:
        """Once ministack has read its state."""
        self.queue.start()
        self.invoker.start()
        self.timetable.start()

    def close(self) -> None:
        self.timetable.close()
        self.queue.close()
        self.invoker.close()
        self._store.close()
        self._invocations.close()

    def _post(self, match: targets.Match) -> None:
        self.queue.post([timed.of_match(match, now=self.clock.now())])

    def _invoke(self, invocation: invocations.Invocation) -> None:
        self.invoker.post([of_invocation(invocation, now=self.clock.now())])

    def _remove(self, group: str, name: str) -> None:
        scheduler = self._client("scheduler")
        try:
            scheduler.delete_schedule(GroupName=group, Name=name)
        except scheduler.exceptions.ResourceNotFoundException:
            return


def _plan() -> Sequence[timed.Timed]:
    return [
        *(timed.of_schedule(schedule) for schedule in schedules.schedules()),
        *(timed.of_rule(rule, its) for rule, its in schedules.scheduled_rules()),
    ]
