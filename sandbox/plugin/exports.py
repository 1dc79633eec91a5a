"""Exports of stacks that another stack imports: an update neither takes one away nor changes it, as ministack would.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html. The words are CloudFormation's, as
users have met them (aws/aws-cdk issue 7602, linz/geostore issue 630).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Exports = dict[str, dict[str, str]]  # by name
Resolved = tuple[list[dict[str, str]], Exports]


def guard_exports() -> None:
    """The outputs are resolved after all resources are changed, and before any is deleted: a refusal there is rolled back."""
    from ministack.services.cloudformation import stacks  # noqa: PLC0415 (only after `configure`)

    resolve = stacks._resolve_stack_outputs

    def guarded(*given: Any) -> Resolved:
        *_, stack, _ = given
        outputs, exports = resolve(*given)
        _guard(stack, exports)
        return outputs, exports

    stacks._resolve_stack_outputs = guarded


def _guard(stack: str, wanted: Exports) -> None:
    from ministack.services import cloudformation  # noqa: PLC0415

    outputs = cloudformation._stacks[stack].get("Outputs", [])
    before = {each["ExportName"]: each["OutputValue"] for each in outputs if each.get("ExportName")}
    for name, value in before.items():
        now = wanted.get(name, {}).get("Value")
        if now == value:
            continue
        if users := _importers(name, besides=stack):
            change = "deleted" if now is None else "updated"
            raise ValueError(f"Export {name} cannot be {change} as it is in use by {', '.join(users)}")
    for name in before.keys() - wanted.keys():
        cloudformation._exports.pop(name, None)


def _importers(export: str, *, besides: str) -> list[str]:
    from ministack.services import cloudformation  # noqa: PLC0415
    from ministack.services.cloudformation import handlers  # noqa: PLC0415

    imported: Callable[[Any, str], set[str]] = handlers._imported_export_names
    return sorted(
        name
        for name, stack in cloudformation._stacks.items()
        if name != besides and stack["StackStatus"] != "DELETE_COMPLETE" and export in imported(stack, name)
    )
