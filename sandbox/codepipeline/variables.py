"""The variables that a pipeline's actions and conditions refer to: #{namespace.name}."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from sandbox.codepipeline.steps import repeated, steps_of
from sandbox.store import Document

REFERENCE = re.compile(r"#\{([^}.]+)\.([^}]+)\}")
_PIPELINE_NAMESPACE = "codepipeline"  # always there: PipelineExecutionId
_VARIABLES = "variables"


def variable_faults(pipeline: Document) -> Iterator[str]:
    """A configuration may refer to a variable of the pipeline, or of an action that ran before."""
    declared = [variable["name"] for variable in pipeline.get("variables", [])]
    for name in repeated(declared):
        yield f"Pipeline variable names must be unique: {name} is used more than once"
    spaces: set[str] = {_PIPELINE_NAMESPACE, _VARIABLES}
    for stage in pipeline["stages"]:
        entering = spaces
        for step in steps_of(stage):
            for action in step:
                yield from _reference_faults(f"Action {action['name']}", action, spaces, declared)
            spaces = spaces | {action["namespace"] for action in step if "namespace" in action}
        for member, known in (("beforeEntry", entering), ("onSuccess", spaces), ("onFailure", spaces)):
            for condition in stage.get(member, {}).get("conditions", []):
                for rule in condition.get("rules", []):
                    yield from _reference_faults(f"Rule {rule['name']} of stage {stage['name']}", rule, known, declared)


def _reference_faults(who: str, configured: Document, spaces: Set[str], declared: Sequence[str]) -> Iterator[str]:
    text = " ".join(str(value) for value in configured.get("configuration", {}).values())
    for space, variable in REFERENCE.findall(text):
        if space not in spaces:
            yield f"{who} refers to #{{{space}.{variable}}}, but no action before it has that namespace"
        elif space == _VARIABLES and variable not in declared:
            yield f"{who} refers to #{{{space}.{variable}}}, but the pipeline has no such variable"
