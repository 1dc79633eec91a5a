"""The first step: a Lambda function looks at the data, and the run goes on with what it found or fails by its sentence."""

from __future__ import annotations

from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep

from pipelines.abalone.definition import Build
from pipelines.given_function import StepOfGivenFunction

# What the function returns (infra/functions/data_check/answer.py, where infra makes it).
OUTPUTS = {
    "DataVersion": LambdaOutputTypeEnum.String,
    "DataObjects": LambdaOutputTypeEnum.Integer,
    "DataChange": LambdaOutputTypeEnum.String,
    "BatchFound": LambdaOutputTypeEnum.String,
    "BatchObjects": LambdaOutputTypeEnum.Integer,
    "Summary": LambdaOutputTypeEnum.String,
}


def check_step(build: Build) -> LambdaStep:
    """Never cached: the same parameters may stand for other data."""
    parameters = build.parameters
    return StepOfGivenFunction(
        name="CheckData",
        lambda_func=build.function(build.settings.data_check),
        inputs={
            "inputData": parameters.input_data,
            "inputDataType": parameters.input_data_type,
            "batchData": parameters.batch_data,
        },
        outputs=[LambdaOutput(name, kind) for name, kind in OUTPUTS.items()],
    )
