"""What an expression refers to, told without evaluating it.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-properties.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_OUTPUT = re.compile(r"""OutputParameters\[(?P<quote>['"])(?P<name>[^'"]+)(?P=quote)\]""")
FUNCTIONS = ("Std:Join", "Std:JsonGet")
EXECUTION_VARIABLES = (
    "PipelineExecutionArn",
    "PipelineExecutionId",
    "PipelineName",
    "PipelineArn",
    "StartDateTime",
    "CurrentDateTime",
    "TrainingJobName",
    "ProcessingJobName",
)


class ExpressionError(ValueError):
    """An expression without a value: the sentence names it and says why."""


@dataclass(frozen=True)
class Reference:
    """`Parameters.InputData`, `Execution.PipelineName`, `Steps.Train.ModelArtifacts.S3ModelArtifacts`."""

    root: str
    name: str
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Reference:
        root, _, rest = text.partition(".")
        name, _, path = rest.partition(".")
        if root not in ("Parameters", "Execution", "Steps") or not name:
            raise ExpressionError(f"'{text}' is not a reference; they begin with Parameters., Execution. or Steps.")
        if bool(path) != (root == "Steps"):
            needed = "the property of the step it wants" if root == "Steps" else "nothing after the name"
            raise ExpressionError(f"'{text}' is not a reference: it needs {needed}")
        return cls(root, name, path)

    def __str__(self) -> str:
        return ".".join(filter(None, (self.root, self.name, self.path)))


def is_expression(value: object) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (key,) = value
    return (key == "Get" and isinstance(value[key], str)) or str(key).startswith("Std:")


def property_file_of(argument: Mapping[str, object]) -> tuple[str, str]:
    """The step and the property file that a Std:JsonGet names."""
    file = argument.get("PropertyFile")
    target = file.get("Get") if isinstance(file, dict) else None
    reference = Reference.parse(target) if isinstance(target, str) else None
    if reference is None or reference.root != "Steps" or not reference.path.startswith("PropertyFiles."):
        raise ExpressionError(
            'Std:JsonGet needs S3Uri, or PropertyFile as {"Get": "Steps.<step>.PropertyFiles.<name>"}'
        )
    return reference.name, reference.path.removeprefix("PropertyFiles.")


def output_of(reference: Reference) -> str | None:
    """The output parameter that is meant by `Steps.<step>.OutputParameters['<name>']`, which is how the SDK writes it
    (sagemaker.mlops.workflow.lambda_step.LambdaOutput); None for another reference."""
    found = _OUTPUT.fullmatch(reference.path) if reference.root == "Steps" else None
    return found["name"] if found else None


def references(value: object) -> Iterator[Reference]:
    """Every `Get` inside the value."""
    if is_expression(value) and isinstance(value, dict) and "Get" in value:
        yield Reference.parse(value["Get"])
    elif isinstance(value, dict):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def functions(value: object) -> Iterator[tuple[str, object]]:
    """Every `Std:` function inside the value, with its argument."""
    if isinstance(value, dict):
        for key, item in value.items():
            if is_expression(value) and key != "Get":
                yield key, item
            yield from functions(item)
    elif isinstance(value, list):
        for item in value:
            yield from functions(item)
