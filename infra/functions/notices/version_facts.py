"""Edge: looks up what is worth knowing of a registered version: its metrics beside its gates, its report, its data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .look_up import told
from .notice import Registered

_GATE = (
    "Threshold"  # a parameter <metric>Threshold of a run is the gate of <metric>, which the version has in its metadata
)
_NEARBY = 20  # versions looked at for the one before; between two there are only those that were deleted
Answer = Mapping[str, Any]


class Registry(Protocol):
    """The operations of SageMaker that are called here."""

    def describe_model_package(self, *, ModelPackageName: str) -> Answer: ...
    def list_model_packages(self, **request: object) -> Answer: ...
    def list_pipeline_parameters_for_execution(self, **request: object) -> Answer: ...
    def describe_pipeline_definition_for_execution(self, *, PipelineExecutionArn: str) -> Answer: ...


def registered(sagemaker: Registry, arn: str) -> Registered:
    package = sagemaker.describe_model_package(ModelPackageName=arn)
    metadata = package.get("CustomerMetadataProperties", {})
    quality = package.get("ModelMetrics", {}).get("ModelQuality", {})
    unknown: dict[str, str] = {}
    parameters = told(lambda: _parameters(sagemaker, metadata.get("ExecutionArn", "")), unknown)
    return Registered(
        metrics=tuple(_metrics(metadata, parameters)),
        evaluation=quality.get("Statistics", {}).get("S3Uri", ""),
        data=metadata.get("DataUri", ""),
        same_data_as=told(lambda: _same_data(sagemaker, package, metadata.get("DataVersion", "")), ""),
    )


def _parameters(sagemaker: Registry, execution: str) -> dict[str, str]:
    """Of a run: what it was started with, and the defaults of its definition for the rest, which not every listing tells."""
    if not execution:
        return {}
    described = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=execution)
    page = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=execution, MaxResults=100)
    declared = json.loads(described["PipelineDefinition"]).get("Parameters", [])
    defaults = {each["Name"]: str(each["DefaultValue"]) for each in declared if "DefaultValue" in each}
    return defaults | {each["Name"]: each["Value"] for each in page["PipelineParameters"]}


def _metrics(metadata: Mapping[str, str], parameters: Mapping[str, str]) -> Iterator[str]:
    for name, threshold in sorted(parameters.items()):
        metric = name.removesuffix(_GATE)
        if metric != name and metric in metadata:
            yield f"{metric} {_short(metadata[metric])}; the gate {name} is {_short(threshold)}"


def _short(number: str) -> str:
    try:
        return f"{float(number):.4g}"
    except ValueError:
        return number


def _same_data(sagemaker: Registry, package: Answer, data_version: str) -> str:
    """The version before, if it was trained on data of the same DataVersion; else the empty text."""
    request = {"ModelPackageGroupName": package["ModelPackageGroupName"], "MaxResults": _NEARBY}
    page = sagemaker.list_model_packages(**request, SortBy="CreationTime", SortOrder="Descending")
    number = package["ModelPackageVersion"]
    before = [each for each in page["ModelPackageSummaryList"] if each.get("ModelPackageVersion", 0) < number]
    if not before or not data_version:
        return ""
    latest = max(before, key=lambda each: int(each["ModelPackageVersion"]))["ModelPackageArn"]
    metadata = sagemaker.describe_model_package(ModelPackageName=latest).get("CustomerMetadataProperties", {})
    return str(latest) if metadata.get("DataVersion") == data_version else ""
