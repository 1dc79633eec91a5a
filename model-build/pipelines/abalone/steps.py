"""The steps of the abalone pipeline, each by the SageMaker SDK's own class for it; only RegisterModel is a request of ours.

Every location and role is stated, so that building a definition asks no service and is the same bytes each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagemaker.core import image_uris
from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.network import NetworkConfig
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import ProcessingInput, ProcessingOutput, ProcessingS3Input, ProcessingS3Output
from sagemaker.core.transformer import Transformer
from sagemaker.core.workflow.conditions import ConditionEquals, ConditionLessThanOrEqualTo
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.steps import CacheConfig, ProcessingStep, Step, TrainingStep, TransformStep
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, Networking, OutputDataConfig, StoppingCondition

from pipelines.abalone.containers.hyperparameters import HyperParameters
from pipelines.abalone.parameters import Parameters
from pipelines.register_model_step import RegisterModelStep
from pipelines.retries import RETRIES_OF_A_JOB, RETRIES_OF_A_REQUEST
from pipelines.settings import Settings
from pipelines.source_code import CodeStore, SourceCode

ROOT = Path(__file__).parents[2]  # the repository's root: module paths in the containers start here too
CONTAINERS = "pipelines/abalone/containers"
INPUT = "/opt/ml/processing/input"
OUTPUT = "/opt/ml/processing/output"
MAX_RUNTIME_SECONDS = 3600
VOLUME_SIZE_GB = 30

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

INSTANCE_TYPES = ["ml.t2.medium", "ml.m5.large", "ml.m5.xlarge", "ml.c5.large", "ml.c5.xlarge"]
TRANSFORM_INSTANCE_TYPE = "ml.m5.large"
CONTENT_TYPES = ["text/csv", "application/json"]
EVALUATION = PropertyFile(name="Evaluation", output_name="evaluation", path="evaluation.json")

# What the function of CheckData returns (infra/functions/data_check/answer.py, where infra makes it).
CHECKED = {
    "DataVersion": LambdaOutputTypeEnum.String,
    "DataObjects": LambdaOutputTypeEnum.Integer,
    "DataChange": LambdaOutputTypeEnum.String,
    "BatchFound": LambdaOutputTypeEnum.String,
    "BatchObjects": LambdaOutputTypeEnum.Integer,
    "Summary": LambdaOutputTypeEnum.String,
}
MODEL_URI = "ModelUri"
# File of the archive -> the metadata of a version that hold its digest; "" is the archive itself. What the function of SealModel
# returns (infra/functions/model_seal/archive.py) has the same names, and so has what the promoter compares (promoter/archive.py).
DIGESTS = {
    "": "ArchiveSha256",
    "model.json": "ModelSha256",
    "golden.json": "GoldenSha256",
    "code/inference.py": "InferenceSha256",
    "code/features.py": "FeaturesSha256",
}


@dataclass(frozen=True, kw_only=True)
class Steps:
    """It makes each step of one definition; a step is given those whose outputs it uses."""

    settings: Settings
    parameters: Parameters
    code: CodeStore
    session: PipelineSession

    def check_data(self) -> LambdaStep:
        """A Lambda function looks at the data, and the run goes on with what it found or fails by its sentence.

        Never cached: the same parameters may stand for other data.
        """
        return LambdaStep(
            name="CheckData",
            lambda_func=self._function(self.settings.data_check),
            inputs={
                "inputData": self.parameters.input_data,
                "inputDataType": self.parameters.input_data_type,
                "batchData": self.parameters.batch_data,
            },
            outputs=[LambdaOutput(name, kind) for name, kind in CHECKED.items()],
        )

    def preprocess(self, check: LambdaStep) -> ProcessingStep:
        # Part of the cache's key, which the content under InputData is not.
        environment = {
            "DATA_VERSION": check.properties.Outputs["DataVersion"],
            "CACHE_KEY": self.parameters.cache_key,
        }
        splits = ("train", "validation", "test")
        arguments = ["--input", f"{INPUT}/data"]
        for split in splits:
            arguments += [f"--{split}", f"{OUTPUT}/{split}"]
        return ProcessingStep(
            name="Preprocess",
            step_args=self._processor("preprocess.py", self.sklearn_image, environment).run(
                inputs=[
                    self._code_input("preprocess.py"),
                    _input("data", self.parameters.input_data, kind=self.parameters.input_data_type),
                ],
                outputs=[self._output("Preprocess", split) for split in splits],
                arguments=arguments,
            ),
            cache_config=CACHE,
            retry_policies=RETRIES_OF_A_JOB,
        )

    def train(self, preprocess: ProcessingStep) -> TrainingStep:
        """XGBoost in script mode.

        Script mode by hyper-parameters (docs/decisions/0001), and not by ModelTrainer's SourceCode: that uploads under a
        time-stamped key. No metric definitions: to CreateTrainingJob this image is one of Amazon's algorithms, in script mode
        too, and it answers "You can't override the metric definitions for Amazon SageMaker algorithms".
        """
        code = SourceCode.of_script(ROOT, f"{CONTAINERS}/train.py")
        trainer = ModelTrainer(
            role=self.settings.model_role,
            training_image=self.xgboost_image,
            training_input_mode="File",
            hyperparameters={
                **vars(HyperParameters()),
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": self.code.upload_archive(code),
                "sagemaker_region": self.settings.region,
            },
            environment=INSTALLS_OFFLINE,
            input_data_config=[
                InputData(channel_name=split, data_source=_s3_uri(preprocess, split), content_type="text/csv")
                for split in ("train", "validation")
            ],
            output_data_config=OutputDataConfig(
                s3_output_path=self._output_uri("Train"), kms_key_id=self.settings.kms_key
            ),
            compute=Compute(
                instance_type=self.parameters.training_instance_type,
                instance_count=1,
                volume_size_in_gb=VOLUME_SIZE_GB,
            ),
            stopping_condition=StoppingCondition(max_runtime_in_seconds=MAX_RUNTIME_SECONDS),
            networking=self._networking,
            sagemaker_session=self.session,
        )
        return TrainingStep(
            name="Train", step_args=trainer.train(), cache_config=CACHE, retry_policies=RETRIES_OF_A_JOB
        )

    def evaluate(self, preprocess: ProcessingStep, train: TrainingStep) -> ProcessingStep:
        return ProcessingStep(
            name="Evaluate",
            step_args=self._processor("evaluate.py", self.xgboost_image).run(
                inputs=[
                    self._code_input("evaluate.py"),
                    _input("model", train.properties.ModelArtifacts.S3ModelArtifacts),
                    _input("test", _s3_uri(preprocess, "test")),
                ],
                outputs=[self._output("Evaluate", "evaluation")],
                arguments=["--model", f"{INPUT}/model", "--test", f"{INPUT}/test", "--output", f"{OUTPUT}/evaluation"],
            ),
            property_files=[EVALUATION],
            cache_config=CACHE,
            retry_policies=RETRIES_OF_A_JOB,
        )

    def quality_gate(self, evaluate: ProcessingStep, *, if_steps: list[Step]) -> ConditionStep:
        """The mean squared error is at most MseThreshold, or the run fails with both in the message."""
        mse, threshold = _measured(evaluate, "regression_metrics.mse.value"), self.parameters.mse_threshold
        values = [
            "The MSE on the test split, ",
            mse,
            ", is above the threshold, ",
            threshold,
            ": nothing was registered.",
        ]
        return ConditionStep(
            name="QualityGate",
            conditions=[ConditionLessThanOrEqualTo(left=mse, right=threshold)],
            if_steps=if_steps,
            else_steps=[FailStep(name="Fail", error_message=Join(on="", values=values))],
        )

    def seal_model(self, train: TrainingStep, evaluate: ProcessingStep) -> LambdaStep:
        """A Lambda function copies the model's archive to where no job can change it, under its digest.

        Never cached: a version always names an archive that was looked at in its own run. The function is handed the digests of
        what Evaluate measured, so that no other archive is sealed.
        """
        return LambdaStep(
            name="SealModel",
            lambda_func=self._function(self.settings.model_seal),
            inputs={
                "modelUri": train.properties.ModelArtifacts.S3ModelArtifacts,
                "archiveSha256": _measured(evaluate, "model.archive_sha256"),
                "modelSha256": _measured(evaluate, "model.sha256"),
            },
            outputs=[LambdaOutput(name, LambdaOutputTypeEnum.String) for name in (MODEL_URI, *DIGESTS.values())],
        )

    def register_model(self, check: LambdaStep, evaluate: ProcessingStep, seal: LambdaStep) -> RegisterModelStep:
        report = Join(on="/", values=[_s3_uri(evaluate, "evaluation"), EVALUATION.path])
        container = {
            "Image": self.xgboost_image,
            "ModelDataUrl": seal.properties.Outputs[MODEL_URI],
            "Environment": self._serving_environment(evaluate),
        }
        request = {
            "ModelPackageGroupName": self.settings.model_package_group,
            "ModelApprovalStatus": self.parameters.model_approval_status,
            "InferenceSpecification": {
                "Containers": [container],
                "SupportedContentTypes": CONTENT_TYPES,
                "SupportedResponseMIMETypes": CONTENT_TYPES,
                "SupportedRealtimeInferenceInstanceTypes": INSTANCE_TYPES,
                "SupportedTransformInstanceTypes": [TRANSFORM_INSTANCE_TYPE, "ml.m5.xlarge"],
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": report}}},
            "CustomerMetadataProperties": {
                "Commit": self.settings.commit,
                "DataUri": self.parameters.input_data,
                "DataVersion": check.properties.Outputs["DataVersion"],
                "DataChange": check.properties.Outputs["DataChange"],
                "DataSha256": _measured(evaluate, "data.sha256"),
                "ExecutionArn": ExecutionVariables.PIPELINE_EXECUTION_ARN,
                **{name: seal.properties.Outputs[name] for name in DIGESTS.values()},
                # The report has a number here and the registry takes text: Join makes text of it.
                "Mse": Join(on="", values=[_measured(evaluate, "regression_metrics.mse.value")]),
            },
        }
        return RegisterModelStep("RegisterModel", request=request, retry_policies=RETRIES_OF_A_REQUEST)

    def batch_given(self, check: LambdaStep, *, if_steps: list[Step]) -> ConditionStep:
        """The predictions of a batch, where there is one; else the outcome False says that there is none."""
        found = ConditionEquals(left=check.properties.Outputs["BatchFound"], right="yes")
        return ConditionStep(name="BatchGiven", conditions=[found], if_steps=if_steps, else_steps=[])

    def create_model(self, evaluate: ProcessingStep, seal: LambdaStep) -> ModelStep:
        """ModelBuilder makes a folder for model files at each build, which it never removes: here it is a temporary one."""
        with TemporaryDirectory() as folder:
            builder = ModelBuilder(
                image_uri=self.xgboost_image,
                s3_model_data_url=seal.properties.Outputs[MODEL_URI],
                env_vars=self._serving_environment(evaluate),
                role_arn=self.settings.model_role,
                network=self._networking,
                model_path=folder,
                dependencies={"auto": False},  # the default is deprecated, and ModelBuilder warns of it
                sagemaker_session=self.session,
            )
            step_args = builder.build()
        return ModelStep(name="CreateModel", step_args=step_args, retry_policies=RETRIES_OF_A_REQUEST)

    def batch_transform(self, create_model: ModelStep) -> TransformStep:
        """Never cached: the model's name is new in each execution, and it is part of a transform's cache key."""
        transformer = Transformer(
            model_name=create_model.properties.ModelName,
            instance_type=TRANSFORM_INSTANCE_TYPE,
            instance_count=1,
            strategy="MultiRecord",
            max_payload=1,
            accept="text/csv",
            assemble_with="Line",
            output_path=self._output_uri("BatchTransform"),
            output_kms_key=self.settings.kms_key,
            sagemaker_session=self.session,
        )
        return TransformStep(
            name="BatchTransform",
            step_args=transformer.transform(
                data=self.parameters.batch_data, content_type="text/csv", split_type="Line", compression_type="None"
            ),
            retry_policies=RETRIES_OF_A_JOB,
        )

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

    def _processor(self, script: str, image: str, environment: dict[str, Any] | None = None) -> Processor:
        """One instance: the scripts read all of their input, and a second instance would do the same work again.

        A key is named for every output. Without one SageMaker does not leave it to the bucket's default: it asks S3 for aws:kms,
        which is the managed key aws/s3 of the role's account, and no other account can read what is under that (KmsKeyId of
        API_OutputDataConfig and API_TransformOutput; for processing, https://github.com/aws/sagemaker-python-sdk/issues/4340).
        """
        network = self.settings.network
        return Processor(
            role=self.settings.model_role,
            image_uri=image,
            entrypoint=["python3", f"{INPUT}/code/{script}"],
            instance_type=self.parameters.processing_instance_type,
            instance_count=1,
            volume_size_in_gb=VOLUME_SIZE_GB,
            max_runtime_in_seconds=MAX_RUNTIME_SECONDS,
            env=environment,
            output_kms_key=self.settings.kms_key,
            network_config=NetworkConfig(**network) if network else None,
            sagemaker_session=self.session,
        )

    @property
    def _networking(self) -> Networking | None:
        network = self.settings.network
        return Networking(**network) if network else None

    def _code_input(self, script: str) -> ProcessingInput:
        return _input("code", self.code.upload_folder(SourceCode.of_script(ROOT, f"{CONTAINERS}/{script}")))

    def _output(self, step: str, name: str) -> ProcessingOutput:
        uri = self._output_uri(f"{step}/{name}")
        target = ProcessingS3Output(s3_uri=uri, local_path=f"{OUTPUT}/{name}", s3_upload_mode="EndOfJob")
        return ProcessingOutput(output_name=name, s3_output=target)

    def _output_uri(self, step: str) -> Join:
        """Where a step of this execution writes: s3://<bucket>/<pipeline>/<execution id>/<step>."""
        prefix = f"s3://{self.settings.bucket}/{self.settings.pipeline_name}"
        return Join(on="/", values=[prefix, ExecutionVariables.PIPELINE_EXECUTION_ID, step])

    def _function(self, arn: str) -> Lambda:
        """Without a session of ours, each function would open one of its own: six clients, a quarter of a second."""
        return Lambda(function_arn=arn, session=self.session)

    def _serving_environment(self, evaluate: ProcessingStep) -> dict[str, Any]:
        """The XGBoost container in script mode, running the inference.py that lies in the model's sealed archive."""
        return {
            "SAGEMAKER_PROGRAM": "inference.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            "SAGEMAKER_REGION": self.settings.region,
            "SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "*/*",  # no wish of the client: inference.py answers in kind
            "MODEL_SHA256": _measured(evaluate, "model.sha256"),
            **INSTALLS_OFFLINE,
        }


def _measured(evaluate: ProcessingStep, path: str) -> JsonGet:
    """A value of evaluation.json, known when the pipeline runs."""
    return JsonGet(step_name=evaluate.name, property_file=EVALUATION, json_path=path)


def _input(name: str, uri: Any, *, kind: Any = "S3Prefix") -> ProcessingInput:
    source = ProcessingS3Input(s3_uri=uri, local_path=f"{INPUT}/{name}", s3_data_type=kind, s3_input_mode="File")
    return ProcessingInput(input_name=name, s3_input=source)


def _s3_uri(step: ProcessingStep, output: str) -> Any:
    return step.properties.ProcessingOutputConfig.Outputs[output].S3Output.S3Uri
