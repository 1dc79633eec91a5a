"""EventBridge's targets inside ministack: what a rule that matched would send to each, handed on instead of sent."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox import source_keys
from sandbox.delivery import paths
from sandbox.settings import SandboxSettings
from sandbox.store import Document

_RULE = "_Rule"  # in a record: which rule matched, so that another bus does not come back to it


@dataclass(frozen=True, kw_only=True)
class Match:
    """One event on its way to one target of one rule."""

    rule_name: str
    rule_arn: str
    target: Document
    event: Document
    """as a target sees it"""
    payload: str
    """the event as this target's Input, InputPath or InputTransformer makes it"""
    record: Document
    """the event as ministack keeps it"""


def replace_targets(post: Callable[[Match], None]) -> None:
    """Have `post` called for each target of a rule that matched, before PutEvents is answered; from any thread."""
    from ministack.services import eventbridge  # noqa: PLC0415

    def invoke(target: Document, event: Document, rule: Document, view: Any = None) -> None:
        post(_matched(target, event, rule, view or eventbridge._pattern_event_view(event)))

    eventbridge._invoke_target = invoke


def scheduled(rule: Document, targets: Sequence[Document], *, at: float) -> list[Match]:
    """The "Scheduled Event" of a rule with a schedule: to its own targets, past the bus.

    https://docs.aws.amazon.com/eventbridge/latest/ref/events.html (aws.events, "Scheduled Event")
    """
    from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415
    from ministack.services import eventbridge  # noqa: PLC0415

    event = {
        "EventId": str(uuid.uuid4()),
        "Source": "aws.events",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "EventBusName": rule.get("EventBusName", "default"),
        "Time": int(at),
        "Resources": [rule["Arn"]],
        "Account": get_account_id(),
        "Region": get_region(),
    }
    view = eventbridge._pattern_event_view(event)
    return [_matched(target, event, rule, view) for target in targets]


def forward(record: Document, *, payload: str | None, bus_arn: str) -> None:
    """Match the rules of another bus of this account; from a worker thread. A payload takes the detail's place."""
    from ministack import app  # noqa: PLC0415
    from ministack.core.arn import parse_arn  # noqa: PLC0415
    from ministack.services import eventbridge  # noqa: PLC0415

    event = {name: value for name, value in record.items() if name != _RULE}

    async def dispatch(*_: Any) -> None:
        passed = set(record.get("_DispatchPath") or [])
        eventbridge._dispatch_to_event_bus(parse_arn(bus_arn), event, record[_RULE], passed, payload)

    app.call_service_handler_sync(dispatch, "POST", "/", {}, b"", {})


def has_bus(name: str) -> bool:
    from ministack.services import eventbridge  # noqa: PLC0415

    return name in eventbridge._event_buses


@dataclass(frozen=True)
class TargetPolicies:
    """See `sandbox.delivery.rule_targets.Policies`."""

    settings: SandboxSettings

    def __call__(self, policy: str, *, service: str, action: str, resource: str, source_arn: str) -> bool:
        """Whether a resource's own policy allows an AWS service the action, on behalf of `source_arn`."""
        from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy  # noqa: PLC0415
        from ministack.core.responses import get_account_id, get_region  # noqa: PLC0415

        asking = service if action.startswith("kms:") else f"{service}-targets"
        keys = source_keys.of_request(self.settings.home, asking, account=get_account_id(), arn=source_arn)
        context = EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=resource,
            region=get_region(),
            service_context=dict(keys),
            secure_transport=True,  # AWS's services speak TLS to each other
        )
        verdict = evaluate_resource_policy(policy, context, service=f"{service}.amazonaws.com")
        return bool(verdict.decision == "Allow")


def _matched(target: Document, event: Document, rule: Document, view: Any) -> Match:
    whole = view.event_with_detail()
    return Match(
        rule_name=rule["Name"],
        rule_arn=rule["Arn"],
        target=target,
        event=whole,
        payload=_payload(target, whole, rule, view),
        record={**event, _RULE: {"Name": rule["Name"], "EventBusName": rule.get("EventBusName", "default")}},
    )


def _payload(target: Document, event: Document, rule: Document, view: Any) -> str:
    """With indices and stars in paths, which ministack does not have. An InputPath that leads nowhere leaves the whole event."""
    from ministack.services import eventbridge  # noqa: PLC0415

    if transformer := target.get("InputTransformer"):
        named = {
            name: _value(event, path, otherwise="") for name, path in (transformer.get("InputPathsMap") or {}).items()
        }
        reserved = {
            "aws.events.event.json": event,
            "aws.events.event": view.envelope(),
            "aws.events.rule-name": rule["Name"],
            "aws.events.rule-arn": rule["Arn"],
        }
        arrival = {"aws.events.event.ingestion-time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        return str(eventbridge._render_input_template(transformer["InputTemplate"], reserved | named | arrival))
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return json.dumps(_value(event, target["InputPath"], otherwise=event))
    return json.dumps(event)


def _value(event: Document, path: str, *, otherwise: Any) -> Any:
    try:
        return paths.found(event, path)
    except (LookupError, ValueError):
        return otherwise
