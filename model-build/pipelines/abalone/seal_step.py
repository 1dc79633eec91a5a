"""The first step behind the gate: a Lambda function copies the model's archive to where no job can change it, under its digest."""

from __future__ import annotations

from sagemaker.core.workflow.functions import JsonGet
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep

from pipelines.abalone.definition import Build
from pipelines.abalone.training_steps import EVALUATION
from pipelines.given_function import StepOfGivenFunction
from pipelines.request_step import RequestStep

MODEL_URI = "ModelUri"
# File of the archive -> the metadata of a version that hold its digest; "" is the archive itself. What the function returns
# (infra/functions/model_seal/archive.py) has the same names, and so has what the promoter compares (promoter/archive.py).
DIGESTS = {
    "": "ArchiveSha256",
    "model.json": "ModelSha256",
    "golden.json": "GoldenSha256",
    "code/inference.py": "InferenceSha256",
    "code/features.py": "FeaturesSha256",
}


def seal_step(build: Build, train: RequestStep, evaluate: RequestStep) -> LambdaStep:
    """Never cached: a version always names an archive that was looked at in its own run.

    It is handed the digests of what Evaluate measured, so that no other archive is sealed.
    """
    return StepOfGivenFunction(
        name="SealModel",
        lambda_func=build.function(build.settings.model_seal),
        inputs={
            "modelUri": train.properties.ModelArtifacts.S3ModelArtifacts,
            "archiveSha256": _measured(evaluate, "model.archive_sha256"),
            "modelSha256": _measured(evaluate, "model.sha256"),
        },
        outputs=[LambdaOutput(name, LambdaOutputTypeEnum.String) for name in (MODEL_URI, *DIGESTS.values())],
    )


def _measured(evaluate: RequestStep, path: str) -> JsonGet:
    return JsonGet(step_name=evaluate.name, property_file=EVALUATION, json_path=path)
