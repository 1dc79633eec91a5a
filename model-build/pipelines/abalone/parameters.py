"""The parameters of the abalone pipeline: what a caller of StartPipelineExecution may set."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sagemaker.core.workflow.parameters import Parameter, ParameterFloat, ParameterString

from pipelines.settings import GATES, Settings


@dataclass(frozen=True)
class Parameters:
    """Each parameter with its default; a run may be started with another value."""

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
