"""A pipeline definition (schema 2020-12-01) as values: parameters, and steps with what each waits for.

The steps inside a Condition step's branches are steps like all others, which also wait for that step's outcome.
https://docs.aws.amazon.com/sagemaker/latest/dg/define-pipeline.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sandbox.sagemaker.pipelines.definition.parameters import Parameter
from sandbox.sagemaker.pipelines.language.references import Reference, output_of, references
from sandbox.store import Document

VERSION = "2020-12-01"
BRANCHES = {"IfSteps": "True", "ElseSteps": "False"}


@dataclass(frozen=True, kw_only=True)
class Branch:
    """The Condition step a step is inside of, and the outcome that takes its branch."""

    condition: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class PropertyFile:
    """A JSON file among a processing step's outputs that Std:JsonGet may read."""

    name: str
    output: str
    path: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. `arguments` are as written: expressions unresolved, without the steps of its branches."""

    name: str
    type: str
    arguments: Document
    depends_on: frozenset[str]
    """named in DependsOn, referred to by an expression, or the Condition step around it"""
    branch: Branch | None = None
    display_name: str | None = None
    description: str | None = None
    cache_expires_after: str | None = None
    """the ISO 8601 duration, where caching is enabled"""
    retry_policies: tuple[Document, ...] = ()
    property_files: Mapping[str, PropertyFile]
    function_arn: str = ""
    """of a Lambda step"""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """of a Lambda step: OutputName to OutputType"""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A faultless definition."""

    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    experiment: Document | None = None

    def type_of(self, reference: Reference) -> str | None:
        """As a parameter or a Lambda step's output declares it; None for what is known by the service's own shapes."""
        if reference.root == "Parameters" and reference.name in self.parameters:
            return self.parameters[reference.name].type
        step = self.steps.get(reference.name) if reference.root == "Steps" else None
        return step.outputs.get(output_of(reference) or "") if step is not None else None


@lru_cache(maxsize=64)
def read(text: str) -> Definition:
    """A definition that `definition_check.check` has passed."""
    raw = json.loads(text)
    return Definition(
        parameters={each["Name"]: _parameter(each) for each in raw.get("Parameters") or ()},
        steps={step.name: step for step in _steps(raw["Steps"], branch=None)},
        experiment=raw.get("PipelineExperimentConfig"),
    )


def _parameter(raw: Document) -> Parameter:
    return Parameter(
        name=raw["Name"],
        type=raw["Type"],
        default=raw.get("DefaultValue"),
        enum=tuple(raw.get("EnumValues") or ()),
    )


def walk(steps: list[Document], branch: Branch | None = None) -> Iterator[tuple[Document, Branch | None]]:
    """Every step as written, with the branch it is in; a Condition step comes before the steps inside it."""
    for raw in steps:
        yield raw, branch
        if raw.get("Type") == "Condition":
            for member, outcome in BRANCHES.items():
                yield from walk(raw["Arguments"].get(member) or [], Branch(condition=raw["Name"], outcome=outcome))


def _steps(steps: list[Document], branch: Branch | None) -> Iterator[Step]:
    for raw, around in walk(steps, branch):
        yield _step(raw, around)


def _step(raw: Document, branch: Branch | None) -> Step:
    arguments = {name: value for name, value in (raw.get("Arguments") or {}).items() if name not in BRANCHES}
    referred = {each.name for each in references(arguments) if each.root == "Steps"}
    cache = raw.get("CacheConfig") or {}
    return Step(
        name=raw["Name"],
        type=raw["Type"],
        arguments=arguments,
        depends_on=frozenset(referred | set(raw.get("DependsOn") or ()) | ({branch.condition} if branch else set())),
        branch=branch,
        display_name=raw.get("DisplayName"),
        description=raw.get("Description"),
        cache_expires_after=cache.get("ExpireAfter", "") if cache.get("Enabled") else None,
        retry_policies=tuple(raw.get("RetryPolicies") or ()),
        property_files={
            each["PropertyFileName"]: PropertyFile(
                name=each["PropertyFileName"], output=each["OutputName"], path=each["FilePath"]
            )
            for each in raw.get("PropertyFiles") or ()
        },
        function_arn=raw.get("FunctionArn") or "",
        outputs={each["OutputName"]: each["OutputType"] for each in raw.get("OutputParameters") or ()},
    )
