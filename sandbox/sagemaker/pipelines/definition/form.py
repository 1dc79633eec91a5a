"""The form of a definition: members and their JSON types, before anything is taken to mean something."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.sagemaker.pipelines.definition.definition import BRANCHES, VERSION
from sandbox.sagemaker.pipelines.definition.parameters import TYPES, fits
from sandbox.sagemaker.pipelines.definition.step_form import step_faults


def faults(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield "a definition is a JSON object"
        return
    if raw.get("Version") != VERSION:
        yield f"Version is '{raw.get('Version')}', and must be '{VERSION}'"
    for member, needed in (("Parameters", False), ("Steps", True)):
        if not isinstance(raw.get(member) if needed else raw.get(member) or [], list):
            yield f"{member} is a list"
    for parameter in _list(raw.get("Parameters")):
        yield from _parameter_faults(parameter)
    if isinstance(raw.get("Steps"), list):
        if not raw["Steps"]:
            yield "a pipeline needs at least one step"
        for step in raw["Steps"]:
            yield from step_faults(step)
        yield from _twice("step", list(_names(raw["Steps"])))
    yield from _twice(
        "parameter", [each.get("Name") for each in _list(raw.get("Parameters")) if isinstance(each, dict)]
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _twice(what: str, names: list[object]) -> Iterator[str]:
    for name in dict.fromkeys(each for each in names if isinstance(each, str)):
        if names.count(name) > 1:
            yield f"{what} name '{name}' is taken twice: {what} names must be unique within a pipeline"


def _names(steps: list[object]) -> Iterator[object]:
    for step in steps:
        if isinstance(step, dict):
            yield step.get("Name")
            arguments = step.get("Arguments")
            if step.get("Type") == "Condition" and isinstance(arguments, dict):
                for member in BRANCHES:
                    yield from _names(_list(arguments.get(member)))


def _parameter_faults(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict) or not isinstance(raw.get("Name"), str):
        yield "a parameter is an object with a Name"
        return
    here, kind, enum = f"parameter '{raw['Name']}': ", str(raw.get("Type")), raw.get("EnumValues") or []
    if kind not in TYPES:
        yield f"{here}type '{kind}' is not known; there are: {', '.join(TYPES)}"
    elif raw.get("DefaultValue") is not None and not fits(raw["DefaultValue"], kind):
        yield f"{here}the default {raw['DefaultValue']!r} is no {kind}"
    if not isinstance(enum, list) or not all(isinstance(each, str) for each in enum):
        yield f"{here}EnumValues is a list of strings"
    elif enum and raw.get("DefaultValue") is not None and raw["DefaultValue"] not in enum:
        yield f"{here}the default '{raw['DefaultValue']}' is not one of its EnumValues: {', '.join(enum)}"
