"""The evaluator of policies inside ministack: decisions recorded, denials in AWS's words, policies read once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sandbox.iam.decision import Decision, Grants, Record, Statement
from sandbox.plugin.identity import denial
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


def oversee_decisions(record: Record) -> None:
    """Once, after our own services are added: their requests are authenticated by ministack and decided by their guard."""
    from ministack.core import iam_actions  # noqa: PLC0415 (only after `configure`)

    for name in OWN:
        iam_actions.SERVICE_TO_IAM_NAMESPACE.pop(name, None)
    _read_policies_once()
    _record_decisions(record)
    _word_denials()


def _read_policies_once() -> None:
    from ministack.core import iam_evaluator  # noqa: PLC0415

    def gather(role_name: str, account_id: str) -> list[list[Any]]:
        return [_parsed(name, text) for name, text in _policies(role_name, account_id)]

    iam_evaluator._gather_role_policies = gather


def _policies(role_name: str, account_id: str) -> list[tuple[str, str]]:
    """A role's policies by name, inline ones first."""
    from ministack.core.iam_evaluator import _resolve_managed_policy_document  # noqa: PLC0415
    from ministack.services import iam  # noqa: PLC0415

    role = iam._roles.get_scoped(account_id, None, role_name) or {}
    named = list((role.get("InlinePolicies") or {}).items())
    for arn in role.get("AttachedPolicies", []):
        named.append((arn.rpartition("/")[2], _resolve_managed_policy_document(arn, account_id) or "{}"))
    return [(name, text if isinstance(text, str) else json.dumps(text)) for name, text in named]


@lru_cache(maxsize=1024)
def _parsed(policy: str, text: str) -> list[Any]:
    """The evaluator's statements; `sid` is their name in the reports."""
    from ministack.core.iam_evaluator import parse_policy_document  # noqa: PLC0415

    statements = parse_policy_document(text)
    for place, statement in enumerate(statements, start=1):
        statement.sid = f"{policy}/{statement.sid or f'#{place}'}"
    return list(statements)


def _record_decisions(record: Record) -> None:
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
        if seen and ":assumed-role/" in seen[0].context.principal_arn:  # the identity's policies come first
            record(_decision(seen[0], allowed=refused is None))
        if refused is not None and seen:
            _denial.set(_Denial(iam_action, seen[0].context.resource_arn))
        return refused

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluating, enforcing


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


def granted() -> list[Grants]:
    """Every role, with the statements of its policies."""
    from ministack.core.responses import get_account_id  # noqa: PLC0415
    from ministack.services import iam  # noqa: PLC0415

    account = get_account_id()
    return [
        Grants(role=role, statements=[_written(each) for named in _policies(role, account) for each in _parsed(*named)])
        for role in sorted(iam._roles.keys())
    ]


def _written(statement: Any) -> Statement:
    return Statement(
        name=statement.sid,
        effect=statement.effect,
        actions=[*statement.actions, *(f"not {action}" for action in statement.not_actions)],
        resources=[*statement.resources, *(f"not {resource}" for resource in statement.not_resources)],
    )
