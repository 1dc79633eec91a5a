"""What the expressions of an execution's steps see: parameters, execution variables, and what earlier steps made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectNotFound, ObjectStore, S3Location
from sandbox.sagemaker.pipelines.definition.definition import Definition, Step
from sandbox.sagemaker.pipelines.language.expressions import Scalar, Scope
from sandbox.sagemaker.pipelines.language.references import ExpressionError
from sandbox.sagemaker.pipelines.running.pipeline_role import PipelineRole
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

STEP = "pipeline-execution-step"


def scope(
    sagemaker: SageMaker,
    execution: Document,
    definition: Definition,
    parameters: Mapping[str, Scalar],
    *,
    job: Mapping[str, str],
    role: PipelineRole,
) -> Scope:
    """The scope of one step. `job` holds the variables that only the step's own job has; `role` reads S3."""
    arn = execution["PipelineExecutionArn"]

    def properties(step: str) -> object:
        document = sagemaker.store.get(STEP, f"{arn}/{step}")
        if document is None or "_properties" not in document:
            raise ExpressionError(f"step '{step}' has not succeeded in this execution")
        return document["_properties"]

    def property_file(step: str, name: str) -> object:
        where = _place(definition.steps[step], name, properties(step))
        return _json(role.objects, where, f"property file '{name}' of step '{step}'")

    return Scope(
        parameters=parameters,
        execution={**variables(execution, now=sagemaker.now()), **job},
        properties=properties,
        property_file=property_file,
        json_object=lambda uri: _json(role.objects, uri, "Std:JsonGet"),
    )


def variables(execution: Document, *, now: float) -> dict[str, str]:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-build.html (execution variables)"""
    arn = execution["PipelineExecutionArn"]
    return {
        "PipelineExecutionArn": arn,
        "PipelineExecutionId": arn.rpartition("/")[2],
        "PipelineName": execution["_pipeline"],
        "PipelineArn": execution["PipelineArn"],
        "StartDateTime": _iso(execution["CreationTime"]),
        "CurrentDateTime": _iso(now),
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _place(step: Step, name: str, properties: object) -> str:
    file = step.property_files[name]
    config = properties.get("ProcessingOutputConfig", {}) if isinstance(properties, dict) else {}
    for output in config.get("Outputs", ()):
        if output.get("OutputName") == file.output and "S3Output" in output:
            return f"{output['S3Output']['S3Uri'].rstrip('/')}/{file.path}"
    raise ExpressionError(f"property file '{name}' of step '{step.name}': the job has no S3 output '{file.output}'")


def _json(objects: ObjectStore, uri: str, what: str) -> object:
    def constant(name: str) -> object:
        raise ValueError(f"{name} is not a number JSON knows")

    try:
        place = S3Location.parse(uri)
        return json.loads(objects.get(bucket=place.bucket, key=place.key), parse_constant=constant)
    except (BucketNotFound, ObjectNotFound) as error:
        raise ExpressionError(f"{what}: there is nothing at {uri}") from error
    except ObjectDenied as error:
        raise ExpressionError(f"{what}: the pipeline's role may not read {uri}: {error}") from error
    except ValueError as error:  # no S3 URI, not UTF-8, not JSON
        raise ExpressionError(f"{what}: {uri} cannot be read as JSON: {error}") from error
