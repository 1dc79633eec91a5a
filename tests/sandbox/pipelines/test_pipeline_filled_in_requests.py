"""Requests are held against the service's limits again when parameters and references have been filled in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.pipelines.definitions import (
    Json,
    definition,
    get,
    join,
    model,
    processing,
    register,
    training,
    transform,
)
from tests.sandbox.pipelines.world import Pipelines

TEXT = {"Name": "Text", "Type": "String"}
GIVEN = get("Parameters.Text")
ARTIFACT = "s3://bucket/model.tar.gz"
LONG = "x" * 300


def _with(step: Json, **arguments: Any) -> Json:
    step["Arguments"] |= arguments
    return step


HELD = (
    "Value '{DataUri=s3://bucket/data/abalone (1).csv}' at 'customerMetadataProperties' failed to satisfy constraint: "
    "Map value must satisfy constraint: [Member must have length less than or equal to 256, "
    "Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: "
)
APPLICATION = {"ImageUri": "image", "ContainerEntrypoint": ["python3"], "ContainerArguments": ["--x", GIVEN]}
CASES: list[tuple[Json, str, str]] = [
    (_with(processing("A"), Environment={"DATA": GIVEN}), LONG, "Value '{DATA=xxx"),
    (_with(processing("A"), Environment={"DATA": join(GIVEN, GIVEN)}), "y" * 200, "at 'environment' failed"),
    (_with(processing("A"), AppSpecification=APPLICATION), LONG, "at 'appSpecification.containerArguments' failed"),
    (_with(processing("A"), RoleArn=GIVEN), "nobody-" * 3, "at 'roleArn' failed to satisfy constraint: Member must"),
    (processing("A", source=GIVEN), "data/", "at 'processingInputs.1.member.s3Input.s3Uri' failed"),
    (_with(training("A"), HyperParameters={"eta": join(*[GIVEN] * 3)}), "x" * 1000, "Value '{eta=xxx"),
    (_with(training("A"), Environment={"E": GIVEN}), "x" * 513, "at 'environment' failed"),
    (model("A", GIVEN), "not a URI", "at 'primaryContainer.modelDataUrl' failed"),
    (
        _with(transform("A", "m"), TransformOutput={"S3OutputPath": GIVEN}),
        "x",
        "at 'transformOutput.s3OutputPath' failed",
    ),
    (
        register("A", ARTIFACT, arguments={"CustomerMetadataProperties": {"DataUri": GIVEN}}),
        "s3://bucket/data/abalone (1).csv",
        HELD,
    ),
    (
        register("A", ARTIFACT, arguments={"ModelApprovalStatus": GIVEN}),
        "Perhaps",
        "Member must satisfy enum value set: [",
    ),
]


@pytest.mark.parametrize(("step", "text", "sentence"), CASES)
def test_what_a_parameter_makes_of_a_request_is_refused_by_name_and_nothing_is_made(
    world: Pipelines, step: Json, text: str, sentence: str
) -> None:
    world.create(definition(step, parameters=[TEXT]))
    execution, steps = world.run(parameters={"Text": text})
    assert execution["PipelineExecutionStatus"] == "Failed"
    reason = steps["A"]["FailureReason"]
    assert reason.startswith("ClientError: Failed to invoke sagemaker:Create")
    assert ". Error Details: 1 validation error detected: Value '" in reason
    assert sentence in reason
    assert world.jobs.requests == []
    assert world.sagemaker.store.all("model-package") == []


def test_what_an_earlier_step_gives_is_held_against_the_limits_too(world: Pipelines) -> None:
    artifact = get("Steps.T.ModelArtifacts.S3ModelArtifacts")
    step = _with(processing("A"), Environment={"MODEL": join(artifact, "x" * 256)})
    world.create(definition(training("T"), step))
    _, steps = world.run()
    assert "at 'environment' failed to satisfy constraint: Map value must" in steps["A"]["FailureReason"]
    assert world.jobs.order == ["T"]
