"""Templates that expand without bound, or that ministack stumbles over: refused with a reason, before they hold everybody up.

ministack reads templates on the loop that answers all requests, so nothing of a template may take long: not its parsing, not a
pattern that backtracks, not a text that doubles from resource to resource. What cannot be read at all is a ValidationError.
CloudFormation takes no aliases, at most 1 MB of a template from S3, and at most 4,096 bytes of a parameter's value.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import regex

from sandbox.bounds import check_json, check_yaml
from sandbox.errors import ServiceError
from sandbox.protocol import Response

_LOG = logging.getLogger(__name__)
_TEMPLATE = 1_048_576  # characters
_RESOLVED = 1_048_576  # characters of one text, once its functions are resolved
_PARAMETER = 4_096  # characters of its value
_WIDEST = 1_024  # bits of a number: as many as the largest float has before its point
_LISTS = ("CommaDelimitedList", "List<Number>")
_MATCHING = 0.2  # seconds that a pattern may take; an honest one takes microseconds
Query = dict[str, list[str]]
Handle = Callable[[str, str, dict[str, str], bytes, Query], Awaitable[Response]]


def refuse_unbounded_templates() -> None:
    _bound_what_is_read()
    _bound_what_is_resolved()
    _answer_whatever_happens()


def _bound_what_is_read() -> None:
    from ministack.services.cloudformation import changesets, engine, handlers  # noqa: PLC0415 (only after `configure`)

    parse: Callable[[str], dict[str, Any]] = engine._parse_template

    def parse_template(text: str) -> dict[str, Any]:
        check_template(text)
        template = parse(text)
        check_numbers(template)
        return template

    for module in (changesets, engine, handlers):
        module._parse_template = parse_template


def _bound_what_is_resolved() -> None:
    from ministack.services.cloudformation import changesets, engine, handlers, stacks  # noqa: PLC0415

    constrain: Callable[[str, dict[str, Any], str, str], None] = engine._check_parameter_constraints
    resolve: Callable[..., Any] = engine._resolve_refs

    def check_constraints(name: str, definition: dict[str, Any], kind: str, value: str) -> None:
        if len(value) > _PARAMETER:
            raise ValueError(f"Parameter '{name}' has {len(value)} characters, and at most {_PARAMETER} are taken")
        given = dict(definition)
        pattern = given.pop("AllowedPattern", None)
        if pattern is not None and kind != "Number":
            members = [each.strip() for each in value.split(",")] if kind in _LISTS else [value]
            if not all(matches(name, str(pattern), each) for each in members):
                raise engine._constraint_error(name, definition, f"must match pattern {pattern}")
        constrain(name, given, kind, value)

    def resolve_within(value: Any, *rest: Any) -> Any:
        resolved = resolve(value, *rest)
        if isinstance(resolved, str) and len(resolved) > _RESOLVED:
            raise ValueError(f"Template error: a text of {len(resolved)} characters, and at most {_RESOLVED} are taken")
        return resolved

    engine._check_parameter_constraints = check_constraints
    for module in (changesets, engine, handlers, stacks):
        module._resolve_refs = resolve_within


def _answer_whatever_happens() -> None:
    from ministack.services import cloudformation  # noqa: PLC0415
    from ministack.services.cloudformation import helpers  # noqa: PLC0415

    handle: Handle = cloudformation.handle_request

    async def answer(method: str, path: str, headers: dict[str, str], body: bytes, query: Query) -> Response:
        try:
            return await handle(method, path, headers, body, query)
        except ServiceError:
            raise  # our own refusals are told elsewhere
        except Exception as error:  # noqa: BLE001 (whatever a template makes ministack stumble over)
            _LOG.warning("CloudFormation could not read what it was sent: %r", error)
            response: Response = helpers._error("ValidationError", f"Template error: {_told(error)}", 400)
            return response

    cloudformation.handle_request = answer


def _told(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it refers to itself in a circle, or nests too deeply"
    return f"it is not in the form that CloudFormation takes ({error or type(error).__name__})"


def check_template(text: str) -> None:
    """Raise OutOfBounds, a ValueError, which CloudFormation's operations answer with ValidationError."""
    if text.lstrip().startswith("{"):
        check_json(text, largest=_TEMPLATE)
    else:
        check_yaml(text, largest=_TEMPLATE)


def check_numbers(template: Any) -> None:
    """Raise ValueError for a number that no service could write down: Python refuses to write one of 4,300 digits."""
    waiting = [template]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, int) and each.bit_length() > _WIDEST:
            raise ValueError(f"Template format error: a number of {each.bit_length()} bits")


def matches(parameter: str, pattern: str, value: str) -> bool:
    """Whether a parameter's value is as its AllowedPattern wants it; a pattern that backtracks without end is refused.

    Python's own `re` cannot be stopped, and holds every thread meanwhile.
    """
    try:
        return regex.fullmatch(pattern, value, timeout=_MATCHING) is not None
    except TimeoutError:
        raise ValueError(f"Parameter '{parameter}' has an AllowedPattern that takes too long: {pattern}") from None
    except regex.error as error:
        raise ValueError(f"Parameter '{parameter}' has an invalid AllowedPattern: {error}") from None
