"""What the parts of a definition say of one another: every reference leads somewhere, and nothing waits for itself."""

from __future__ import annotations

import graphlib
from collections.abc import Iterator
from typing import Any

from sandbox.sagemaker.pipelines.definition.definition import Definition, Step
from sandbox.sagemaker.pipelines.language.references import (
    EXECUTION_VARIABLES,
    FUNCTIONS,
    ExpressionError,
    Reference,
    functions,
    output_of,
    property_file_of,
    references,
)


def faults(definition: Definition) -> Iterator[str]:
    for step in definition.steps.values():
        for fault in _step_faults(definition, step):
            yield f"step '{step.name}': {fault}"
    for reference in references(definition.experiment):
        if reference.root == "Steps":
            yield f"PipelineExperimentConfig: '{reference}' is not known when an execution starts"
        else:
            yield from (f"PipelineExperimentConfig: {fault}" for fault in _reference_faults(definition, reference))
    try:
        graphlib.TopologicalSorter({step.name: step.depends_on for step in definition.steps.values()}).prepare()
    except graphlib.CycleError as error:
        yield f"the steps wait for one another in a circle: {' <- '.join(error.args[1])}"


def _step_faults(definition: Definition, step: Step) -> Iterator[str]:
    for reference in references(step.arguments):
        yield from _reference_faults(definition, reference)
    for function, argument in functions(step.arguments):
        yield from _function_faults(definition, function, argument)
    unknown = step.depends_on - definition.steps.keys()
    referred = {reference.name for reference in references(step.arguments)}
    for name in sorted(unknown - referred):
        yield f"it depends on step '{name}', which the pipeline does not have"
    outputs = _outputs(step)
    for file in step.property_files.values():
        if step.type != "Processing":
            yield f"property file '{file.name}': only Processing steps have property files"
        elif outputs is not None and file.output not in outputs:
            yield f"property file '{file.name}' is in output '{file.output}', which the step does not have"


def _outputs(step: Step) -> list[object] | None:
    """Their names; None where that cannot be told (their form is checked elsewhere)."""
    config = step.arguments.get("ProcessingOutputConfig") or {}
    outputs = config.get("Outputs") or [] if isinstance(config, dict) else None
    return [each.get("OutputName") for each in outputs if isinstance(each, dict)] if isinstance(outputs, list) else None


def _reference_faults(definition: Definition, reference: Reference) -> Iterator[str]:
    if reference.root == "Parameters" and reference.name not in definition.parameters:
        yield f"'{reference}' names no parameter of the pipeline; it has: {', '.join(definition.parameters) or 'none'}"
    if reference.root == "Execution" and reference.name not in EXECUTION_VARIABLES:
        yield f"'{reference}' is not an execution variable; there are: {', '.join(EXECUTION_VARIABLES)}"
    if reference.root == "Steps":
        target = definition.steps.get(reference.name)
        if target is None:
            yield f"'{reference}' names no step of the pipeline; it has: {', '.join(definition.steps)}"
        elif target.type == "Fail":
            yield f"'{reference}': a Fail step has no properties"
        elif target.type == "Lambda" and output_of(reference) not in target.outputs:
            known = ", ".join(f"OutputParameters['{name}']" for name in target.outputs) or "no OutputParameters"
            yield f"'{reference}': the Lambda step has {known}"


def _function_faults(definition: Definition, function: str, argument: Any) -> Iterator[str]:
    if function not in FUNCTIONS:
        yield f"{function} is not a function; they are: {', '.join(FUNCTIONS)}"
    elif not isinstance(argument, dict):
        yield f"{function} takes an object"
    elif function == "Std:Join" and not isinstance(argument.get("Values"), list):
        yield "Std:Join needs a list of Values"
    elif function == "Std:JsonGet":
        if not isinstance(argument.get("Path"), str):
            yield "Std:JsonGet needs a Path"
        if "S3Uri" in argument:
            return
        try:
            name, file = property_file_of(argument)
        except ExpressionError as error:
            yield str(error)
            return
        target = definition.steps.get(name)
        if target is not None and file not in target.property_files:
            yield f"step '{name}' has no property file '{file}'; it has: {', '.join(target.property_files) or 'none'}"
