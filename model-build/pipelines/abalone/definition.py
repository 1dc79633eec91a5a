"""What every step of the abalone pipeline shares: the parameters, the containers, the code, and where outputs go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from sagemaker.core import image_uris
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import Parameter, ParameterFloat, ParameterString
from sagemaker.mlops.workflow.steps import CacheConfig

from pipelines.settings import GATES, Settings
from pipelines.source_code import CodeStore, SourceCode

ROOT = Path(__file__).parents[2]  # the repository's root: module paths in the containers start here too
PACKAGE = ("pipelines/__init__.py", "pipelines/abalone/__init__.py")

# XGBoost and scikit-learn in these containers are of the releases pinned for this repository: a model of XGBoost 3.2 loads
# without an error in 3.0, and predicts nonsense. What else is in them is AWS's choice: Python 3.12, NumPy, Matplotlib, Werkzeug.
XGBOOST_CONTAINER = "3.2-0"
SKLEARN_CONTAINER = "1.9-0"

# Before it runs our code, in training and in serving, the XGBoost container makes a package of it: `pip install .` in
# /opt/ml/code (aws/sagemaker-containers, _modules.py). pip then fetches setuptools into an environment of its own for the
# build, which fails without a network: an isolated endpoint, private subnets. The image has setuptools, so pip may build with
# that. "0" is right: pip reads the negated name the wrong way round, and "1" would mean isolation (pypa/pip#5735). AWS's own
# test of the image shows the failure (aws/deep-learning-containers, test/xgboost/e2e/test_network_isolation.py).
INSTALLS_OFFLINE = {"PIP_NO_BUILD_ISOLATION": "0"}

# AWS compares image, arguments, inputs and hyper-parameters but no output path: outputs may carry the execution's id.
# https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
CACHE = CacheConfig(enable_caching=True, expire_after="P30D")


@dataclass(frozen=True)
class Parameters:
    """What a caller of StartPipelineExecution may set."""

    processing_instance_type: ParameterString
    training_instance_type: ParameterString
    model_approval_status: ParameterString
    input_data: ParameterString
    input_data_type: ParameterString
    batch_data: ParameterString
    cache_key: ParameterString
    mse_threshold: ParameterFloat

    @classmethod
    def with_defaults(cls, settings: Settings) -> Parameters:
        return cls(
            processing_instance_type=ParameterString("ProcessingInstanceType", default_value="ml.m5.xlarge"),
            training_instance_type=ParameterString("TrainingInstanceType", default_value="ml.m5.xlarge"),
            model_approval_status=_approval_status(settings),
            input_data=ParameterString("InputData", default_value=settings.input_data),
            input_data_type=ParameterString(
                "InputDataType", default_value="S3Prefix", enum_values=["S3Prefix", "ManifestFile"]
            ),
            batch_data=ParameterString("BatchData", default_value=settings.batch_data),
            # At most 256 characters, as of all variables of a processing job: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProcessingJob.html
            cache_key=ParameterString("CacheKey", default_value="shared"),
            mse_threshold=ParameterFloat("MseThreshold", default_value=6.0),
        )

    def as_list(self) -> list[Parameter]:
        return [getattr(self, field.name) for field in fields(self)]


def _approval_status(settings: Settings) -> ParameterString:
    """What a run that passed its gates registers its version as.

    Where a person approves, every role is denied `Approved`: it is no value then, so that a start with it is refused at once
    (StartPipelineExecution holds parameters against their enum) and not after a training that was paid for.
    """
    by_gates = settings.approval == GATES
    return ParameterString(
        "ModelApprovalStatus",
        default_value="Approved" if by_gates else "PendingManualApproval",
        enum_values=["PendingManualApproval", *(["Approved"] if by_gates else []), "Rejected"],
    )


@dataclass(frozen=True)
class Build:
    """One build of the definition: settings, parameters, the way of code to S3, and the SDK's session."""

    settings: Settings
    parameters: Parameters
    code: CodeStore
    session: Session

    def function(self, arn: str) -> Lambda:
        """Without a session of ours, each function would open one of its own: six clients, a quarter of a second."""
        return Lambda(function_arn=arn, session=self.session)

    @cached_property  # a look-up costs the SDK a session of botocore's own
    def xgboost_image(self) -> str:
        return str(image_uris.retrieve("xgboost", region=self.settings.region, version=XGBOOST_CONTAINER))

    @cached_property
    def sklearn_image(self) -> str:
        return str(
            image_uris.retrieve(
                "sklearn", region=self.settings.region, version=SKLEARN_CONTAINER, instance_type="ml.m5.xlarge"
            )
        )

    def output(self, step: str) -> Join:
        """Where a step of this execution writes: s3://<bucket>/<pipeline>/<execution id>/<step>."""
        prefix = f"s3://{self.settings.bucket}/{self.settings.pipeline_name}"
        return Join(on="/", values=[prefix, ExecutionVariables.PIPELINE_EXECUTION_ID, step])


def step_code(script: str, *modules: str) -> SourceCode:
    """The files that one step needs and no other, so that a change elsewhere leaves its cache alone."""
    paths: Sequence[str] = (*PACKAGE, *(f"pipelines/abalone/{module}" for module in modules))
    return SourceCode.of_step(ROOT, f"pipelines/abalone/{script}", paths)
