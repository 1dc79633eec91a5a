"""Processing, training and transform jobs."""

from __future__ import annotations

from sandbox.iam.asks import Asks, on
from sandbox.iam.tables.sagemaker.network import IN_VPC
from sandbox.iam.tables.sagemaker.tagging import TAGS

JOBS = {
    "CreateProcessingJob": Asks(
        on=on("processing-job", "ProcessingJobName"),
        keys={
            "sagemaker:InstanceTypes": "ProcessingResources.ClusterConfig.InstanceType",
            "sagemaker:InterContainerTrafficEncryption": "NetworkConfig.EnableInterContainerTrafficEncryption",
            "sagemaker:MaxRuntimeInSeconds": "StoppingCondition.MaxRuntimeInSeconds",
            "sagemaker:NetworkIsolation": "NetworkConfig.EnableNetworkIsolation",
            "sagemaker:OutputKmsKeyArn": "ProcessingOutputConfig.KmsKeyId",
            "sagemaker:VolumeKmsKeyArn": "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
            **{key: f"NetworkConfig.{path}" for key, path in IN_VPC.items()},
        },
        tagging=TAGS,
        passes=("RoleArn",),
    ),
    "CreateTrainingJob": Asks(
        on=on("training-job", "TrainingJobName"),
        keys={
            "sagemaker:InstanceTypes": "ResourceConfig.InstanceType",
            "sagemaker:InterContainerTrafficEncryption": "EnableInterContainerTrafficEncryption",
            "sagemaker:KeepAlivePeriod": "ResourceConfig.KeepAlivePeriodInSeconds",
            "sagemaker:MaxRuntimeInSeconds": "StoppingCondition.MaxRuntimeInSeconds",
            "sagemaker:NetworkIsolation": "EnableNetworkIsolation",
            "sagemaker:OutputKmsKeyArn": "OutputDataConfig.KmsKeyId",
            "sagemaker:VolumeKmsKeyArn": "ResourceConfig.VolumeKmsKeyId",
            **IN_VPC,
        },
        tagging=TAGS,
        passes=("RoleArn",),
    ),
    "CreateTransformJob": Asks(
        on=on("transform-job", "TransformJobName"),
        keys={
            "sagemaker:InstanceTypes": "TransformResources.InstanceType",
            "sagemaker:OutputKmsKeyArn": "TransformOutput.KmsKeyId",
            "sagemaker:VolumeKmsKeyArn": "TransformResources.VolumeKmsKeyId",
        },
        tagging=TAGS,
    ),
    **{
        f"{verb}{job}Job": Asks(on=on(f"{job.lower()}-job", f"{job}JobName"))
        for verb in ("Describe", "Stop")
        for job in ("Processing", "Training", "Transform")
    },
    **{f"List{job}Jobs": Asks() for job in ("Processing", "Training", "Transform")},
}
