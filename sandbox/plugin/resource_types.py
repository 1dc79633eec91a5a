"""CloudFormation's resource types: our own added, ministack's completed."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from sandbox.completeness import Supplement, complete
from sandbox.resource_types import ResourceType


def add_resource_types(types: Mapping[str, ResourceType]) -> None:
    """Teach CloudFormation resource types, in place of ministack's of the same name. They may block: they run on worker threads."""
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    for kind, its in types.items():
        provisioners._RESOURCE_HANDLERS[kind] = {"create": its.create, "update": its.update, "delete": its.delete}
        provisioners._REPLACING_PROPERTIES[kind] = its.replacing
        provisioners._CUSTOM_NAME_REPLACEMENT[kind] = {"name": its.name}
        provisioners._STACK_TAG_PROPERTY[kind] = (its.tags, "list")
    _run_on_worker_threads(set(types))


def complete_resource_types(supplements: Mapping[str, Supplement], *, besides: Set[str]) -> None:
    """Have no property of a type of ministack's skipped in silence (`besides` are types of our own, which see to it themselves)."""
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    for kind, handlers in provisioners._RESOURCE_HANDLERS.items():
        if kind not in besides and not kind.startswith("AWS::CloudFormation::"):
            provisioners._RESOURCE_HANDLERS[kind] = complete(kind, handlers, supplements.get(kind))
    for kind, supplement in supplements.items():
        if "Tags" in supplement.properties:
            provisioners._STACK_TAG_PROPERTY[kind] = ("Tags", "list")
    _run_on_worker_threads(set(supplements))


def name_absent_types() -> None:
    """Say that a type may be absent here alone: CloudFormation's sentence is for types that do not exist."""
    from ministack.services.cloudformation import changesets, engine, handlers, provisioners  # noqa: PLC0415

    validate = engine.validate_template_support

    def validated(*given: Any, **more: Any) -> Any:
        try:
            return validate(*given, **more)
        except ValueError as error:
            if "Unrecognized resource types" not in str(error):
                raise
            raise ValueError(
                f"{error}. They are not in the sandbox, or CloudFormation has none of that name."
            ) from error

    for module in (changesets, engine, handlers, provisioners):
        if hasattr(module, "validate_template_support"):
            module.validate_template_support = validated


def _run_on_worker_threads(kinds: Set[str]) -> None:
    from ministack.services.cloudformation import stacks  # noqa: PLC0415

    blocks = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda kind: kind in kinds or blocks(kind)
