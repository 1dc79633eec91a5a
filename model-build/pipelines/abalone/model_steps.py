"""The steps behind the gate: RegisterModel, CreateModel and BatchTransform, or the Fail step that says why not."""

from __future__ import annotations

from typing import Any

from sagemaker.core.workflow.conditions import ConditionEquals
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.lambda_step import LambdaStep
from sagemaker.mlops.workflow.steps import StepTypeEnum

from pipelines.abalone.definition import INSTALLS_OFFLINE, Build
from pipelines.abalone.seal_step import DIGESTS, MODEL_URI
from pipelines.abalone.training_steps import EVALUATION, evaluation_uri
from pipelines.request_step import RequestStep

INSTANCE_TYPES = ["ml.t2.medium", "ml.m5.large", "ml.m5.xlarge", "ml.c5.large", "ml.c5.xlarge"]
TRANSFORM_INSTANCE_TYPE = "ml.m5.large"
CONTENT_TYPES = ["text/csv", "application/json"]


def measured(evaluate: RequestStep, path: str) -> JsonGet:
    """A value of evaluation.json, known when the pipeline runs."""
    return JsonGet(step_name=evaluate.name, property_file=EVALUATION, json_path=path)


def register_step(build: Build, check: LambdaStep, evaluate: RequestStep, seal: LambdaStep) -> RequestStep:
    report = {"ContentType": "application/json", "S3Uri": evaluation_uri(evaluate)}
    request = {
        "ModelPackageGroupName": build.settings.model_package_group,
        "ModelApprovalStatus": build.parameters.model_approval_status,
        "InferenceSpecification": {
            "Containers": [_container(build, evaluate, seal)],
            "SupportedContentTypes": CONTENT_TYPES,
            "SupportedResponseMIMETypes": CONTENT_TYPES,
            "SupportedRealtimeInferenceInstanceTypes": INSTANCE_TYPES,
            "SupportedTransformInstanceTypes": [TRANSFORM_INSTANCE_TYPE, "ml.m5.xlarge"],
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": report}},
        "CustomerMetadataProperties": {
            "Commit": build.settings.commit,
            "DataUri": build.parameters.input_data,
            "DataVersion": check.properties.Outputs["DataVersion"],
            "DataChange": check.properties.Outputs["DataChange"],
            "DataSha256": measured(evaluate, "data.sha256"),
            "ExecutionArn": ExecutionVariables.PIPELINE_EXECUTION_ARN,
            **{name: seal.properties.Outputs[name] for name in DIGESTS.values()},
            # The report has a number here and the registry takes text: Join makes text of it.
            "Mse": Join(on="", values=[measured(evaluate, "regression_metrics.mse.value")]),
        },
    }
    return RequestStep("RegisterModel", StepTypeEnum.REGISTER_MODEL, request=request)


def create_model_step(build: Build, evaluate: RequestStep, seal: LambdaStep) -> RequestStep:
    request = {
        "PrimaryContainer": _container(build, evaluate, seal),
        "ExecutionRoleArn": build.settings.model_role,
        **build.settings.vpc_config,
    }
    return RequestStep("CreateModel", StepTypeEnum.CREATE_MODEL, request=request)


def batch_step(check: LambdaStep, steps: list[RequestStep]) -> ConditionStep:
    """The predictions of a batch, where there is one; else the outcome False says that there is none."""
    found = ConditionEquals(left=check.properties.Outputs["BatchFound"], right="yes")
    return ConditionStep(name="BatchGiven", conditions=[found], if_steps=steps, else_steps=[])


def batch_transform_step(build: Build, create_model: RequestStep) -> RequestStep:
    """Never cached: the model's name is new in each execution, and it is part of a transform's cache key."""
    source = {"S3DataType": "S3Prefix", "S3Uri": build.parameters.batch_data}
    request = {
        "ModelName": create_model.properties.ModelName,
        "BatchStrategy": "MultiRecord",
        "MaxPayloadInMB": 1,
        "TransformInput": {
            "DataSource": {"S3DataSource": source},
            "ContentType": "text/csv",
            "SplitType": "Line",
            "CompressionType": "None",
        },
        "TransformOutput": {
            "S3OutputPath": build.output("BatchTransform"),
            "Accept": "text/csv",
            "AssembleWith": "Line",
            **build.settings.encryption,
        },
        "TransformResources": {"InstanceType": TRANSFORM_INSTANCE_TYPE, "InstanceCount": 1},
    }
    return RequestStep("BatchTransform", StepTypeEnum.TRANSFORM, request=request)


def fail_step(build: Build, evaluate: RequestStep) -> FailStep:
    found = measured(evaluate, "regression_metrics.mse.value")
    threshold = build.parameters.mse_threshold
    values = [
        "The MSE on the test split, ",
        found,
        ", is above the threshold, ",
        threshold,
        ": nothing was registered.",
    ]
    return FailStep(name="Fail", error_message=Join(on="", values=values))


def _container(build: Build, evaluate: RequestStep, seal: LambdaStep) -> dict[str, Any]:
    """The XGBoost container in script mode, running the inference.py that lies in the model's sealed archive."""
    return {
        "Image": build.xgboost_image,
        "ModelDataUrl": seal.properties.Outputs[MODEL_URI],
        "Environment": {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            "SAGEMAKER_REGION": build.settings.region,
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "*/*",  # no wish of the client: inference.py answers in kind
            "MODEL_SHA256": measured(evaluate, "model.sha256"),
            **INSTALLS_OFFLINE,
        },
    }
