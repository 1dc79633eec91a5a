"""The evaluator of policies inside ministack: decisions recorded, denials in AWS's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sandbox.errors import NotInTheSandbox
from sandbox.iam.decision import Decision, Record
from sandbox.plugin.identity import denial
from sandbox.plugin.policies import read_policies_once
from sandbox.plugin.services import OWN

_ALLOW, _DENY = "Allow", "Deny"


@dataclass(frozen=True)
class _Evaluation:
    """What the evaluator was asked, with all the statements that apply to the caller."""

    context: Any
    statements: list[Any]


@dataclass(frozen=True)
class _Denial:
    action: str
    resource: str


# Of the call that is being decided, innermost last: contexts are a task's own, so decisions made side by side do not mix.
_evaluations: ContextVar[list[_Evaluation] | None] = ContextVar("evaluations", default=None)
_denial: ContextVar[_Denial | None] = ContextVar("denial", default=None)


def oversee_decisions(record: Record, carried: Set[str]) -> None:
    """Once, after our own services are added: their requests are authenticated by ministack and decided by their guard.

    `carried` are the condition keys of our own services that their requests show.
    """
    from ministack.core import iam_actions  # noqa: PLC0415 (only after `configure`)

    for name in OWN:
        iam_actions.SERVICE_TO_IAM_NAMESPACE.pop(name, None)
    read_policies_once()
    _record_decisions(record, {key.lower() for key in carried})
    _word_denials()


def _record_decisions(record: Record, carried: Set[str]) -> None:
    from ministack.core import iam_evaluator  # noqa: PLC0415

    evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce

    def evaluating(context: Any, policies: list[list[Any]], *limits: Any) -> Any:
        seen = _evaluations.get()
        if seen is not None:
            seen.append(_Evaluation(context, [statement for each in policies for statement in each]))
        return evaluate(context, policies, *limits)

    def enforcing(access_key_id: str, iam_action: str, *arguments: Any, **keywords: Any) -> Any:
        seen: list[_Evaluation] = []
        token = _evaluations.set(seen)
        try:
            refused = enforce(access_key_id, iam_action, *arguments, **keywords)
        finally:
            _evaluations.reset(token)
        if seen:
            _refuse_unknown_keys(seen[0], carried)
        if seen and ":assumed-role/" in seen[0].context.principal_arn:  # the identity's policies come first
            record(_decision(seen[0], allowed=refused is None))
        if refused is not None and seen:
            _denial.set(_Denial(iam_action, seen[0].context.resource_arn))
        return refused

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluating, enforcing


def _refuse_unknown_keys(evaluation: _Evaluation, carried: Set[str]) -> None:
    """A condition on a key that no request here shows would be ignored in an Allow and, worse, in a Deny."""
    from ministack.core.iam_evaluator import _action_matches  # noqa: PLC0415

    prefix = evaluation.context.action.partition(":")[0]
    if prefix not in OWN:
        return
    for each in evaluation.statements:
        keys = {key.lower() for operands in each.conditions.values() for key in operands} if each.conditions else set()
        strangers = {key for key in keys - carried if key.startswith(f"{prefix}:") and "resourcetag/" not in key}
        if strangers and _action_matches(evaluation.context.action, each.actions, each.not_actions):
            raise NotInTheSandbox(f"The condition key {', '.join(sorted(strangers))} (in {each.sid})")


def _decision(evaluation: _Evaluation, *, allowed: bool) -> Decision:
    from ministack.core.iam_evaluator import _first_match, _role_name_from_assumed_arn  # noqa: PLC0415

    context, effect = evaluation.context, _ALLOW if allowed else _DENY
    return Decision(
        role=_role_name_from_assumed_arn(context.principal_arn),
        action=context.action,
        resource=context.resource_arn,
        allowed=allowed,
        statements=tuple(each.sid for each in evaluation.statements if _first_match(context, [each], effect)),
    )


def _word_denials() -> None:
    """ministack leaves the resource out of most of its denials; AWS names it, S3 in quotation marks."""
    from ministack.core import iam_actions  # noqa: PLC0415

    respond = iam_actions.access_denied_response

    def responding(service: str, action: str, principal_arn: str, request_id: str, **details: Any) -> Any:
        denied, by_resource = _denial.get(), details.get("resource_policy_arn")
        if denied is not None and denied.action == action and not (details.get("message") or by_resource):
            resource = f'"{denied.resource}"' if service == "s3" else denied.resource
            explicit = bool(details.get("explicit_deny"))
            details |= {"message": denial(principal_arn, action, resource, explicit=explicit)}
        return respond(service, action, principal_arn, request_id, **details)

    iam_actions.access_denied_response = responding


def know_tags(tags_of: Callable[[str], Mapping[str, str]]) -> None:
    """Have aws:ResourceTag conditions see the tags of our own services' resources too."""
    from ministack.services import tagging  # noqa: PLC0415

    of_ministack = tagging.resource_tags
    tagging.resource_tags = lambda arn: tags_of(arn) or of_ministack(arn)
