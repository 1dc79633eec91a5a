"""SageMaker's operations (Service Authorization Reference, "Amazon SageMaker").

Where the reference and the developer guide differ, both are asked: the reference names a model package as the resource of
CreateModelPackage and ListModelPackages, the guide's policies its group too. A request with tags needs AddTags on what it makes
(developer guide, "Provide permissions for tagging SageMaker AI resources").
"""

from __future__ import annotations

from sandbox.iam.asks import ANY, Asks, Resource, Table, on

_ARNS = {
    "endpoint": "endpoint/{}",
    "endpoint-config": "endpoint-config/{}",
    "model": "model/{}",
    "model-package": "model-package/{}",
    "model-package-group": "model-package-group/{}",
    "pipeline": "pipeline/{}",
    "pipeline-execution": "pipeline/{}",
    "processing-job": "processing-job/{}",
    "training-job": "training-job/{}",
    "transform-job": "transform-job/{}",
}
_TAGS = "AddTags"


def _versions(group: str) -> str:
    """A group's name or ARN as its versions, of which the request names none."""
    return f"{group.replace(':model-package-group/', ':model-package/')}/*"


_GROUP = Resource("model-package-group", ("ModelPackageGroupName",))
_VERSIONS = Resource("model-package", ("ModelPackageGroupName",), _versions)
_VERSION = on("model-package", "ModelPackageName")
_EXECUTION = on("pipeline-execution", "PipelineExecutionArn")
_APPROVAL = {
    "sagemaker:ModelApprovalStatus": "ModelApprovalStatus",
    "sagemaker:ModelLifeCycle:Stage": "ModelLifeCycle.Stage",
    "sagemaker:ModelLifeCycle:StageStatus": "ModelLifeCycle.StageStatus",
}

_REGISTRY = {
    "CreateModelPackage": Asks(
        # A version is asked about as one of its group's: its number is not known yet.
        on=(_VERSIONS, Resource("model-package", ("ModelPackageName",))),
        also=(("CreateModelPackage", _GROUP),),
        keys=_APPROVAL,
        tagging=_TAGS,
        passes=("ValidationSpecification.ValidationRole",),
    ),
    "UpdateModelPackage": Asks(
        on=on("model-package", "ModelPackageArn"),
        keys={
            **_APPROVAL,
            "sagemaker:CustomerMetadataPropertiesToRemove": "CustomerMetadataPropertiesToRemove",
        },
    ),
    "DescribeModelPackage": Asks(on=_VERSION),
    "DeleteModelPackage": Asks(on=_VERSION),
    "ListModelPackages": Asks(on=(_VERSIONS,), also=(("ListModelPackages", _GROUP),)),
    "CreateModelPackageGroup": Asks(on=on("model-package-group", "ModelPackageGroupName"), tagging=_TAGS),
    "ListModelPackageGroups": Asks(),
    **{
        f"{verb}ModelPackageGroup{what}": Asks(on=on("model-package-group", "ModelPackageGroupName"))
        for verb, what in (("Describe", ""), ("Delete", ""), ("Get", "Policy"), ("Put", "Policy"), ("Delete", "Policy"))
    },
}

_PIPELINES = {
    "CreatePipeline": Asks(on=on("pipeline", "PipelineName"), tagging=_TAGS, passes=("RoleArn",)),
    "UpdatePipeline": Asks(on=on("pipeline", "PipelineName"), passes=("RoleArn",)),
    **{
        f"{verb}Pipeline{what}": Asks(
            on=on("pipeline", "PipelineName"), keys={"sagemaker:PipelineVersionId": "PipelineVersionId"}
        )
        for verb, what in (("Describe", ""), ("Start", "Execution"))
    },
    "DeletePipeline": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelineExecutions": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelineVersions": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelines": Asks(),
    "DescribePipelineDefinitionForExecution": Asks(on=_EXECUTION),
    "ListPipelineExecutionSteps": Asks(on=_EXECUTION),
    "ListPipelineParametersForExecution": Asks(on=_EXECUTION),
    **{f"{verb}PipelineExecution": Asks(on=_EXECUTION) for verb in ("Describe", "Retry", "Stop", "Update")},
}

_IN_VPC = {"sagemaker:VpcSecurityGroupIds": "VpcConfig.SecurityGroupIds", "sagemaker:VpcSubnets": "VpcConfig.Subnets"}

_JOBS = {
    "CreateProcessingJob": Asks(
        on=on("processing-job", "ProcessingJobName"),
        keys={
            "sagemaker:InstanceTypes": "ProcessingResources.ClusterConfig.InstanceType",
            "sagemaker:InterContainerTrafficEncryption": "NetworkConfig.EnableInterContainerTrafficEncryption",
            "sagemaker:MaxRuntimeInSeconds": "StoppingCondition.MaxRuntimeInSeconds",
            "sagemaker:NetworkIsolation": "NetworkConfig.EnableNetworkIsolation",
            "sagemaker:OutputKmsKeyArn": "ProcessingOutputConfig.KmsKeyId",
            "sagemaker:VolumeKmsKeyArn": "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
            **{key: f"NetworkConfig.{path}" for key, path in _IN_VPC.items()},
        },
        tagging=_TAGS,
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
            **_IN_VPC,
        },
        tagging=_TAGS,
        passes=("RoleArn",),
    ),
    "CreateTransformJob": Asks(
        on=on("transform-job", "TransformJobName"),
        keys={
            "sagemaker:InstanceTypes": "TransformResources.InstanceType",
            "sagemaker:OutputKmsKeyArn": "TransformOutput.KmsKeyId",
            "sagemaker:VolumeKmsKeyArn": "TransformResources.VolumeKmsKeyId",
        },
        tagging=_TAGS,
    ),
    **{
        f"{verb}{job}Job": Asks(on=on(f"{job.lower()}-job", f"{job}JobName"))
        for verb in ("Describe", "Stop")
        for job in ("Processing", "Training", "Transform")
    },
    **{f"List{job}Jobs": Asks() for job in ("Processing", "Training", "Transform")},
}

_HOSTING = {
    "CreateModel": Asks(
        on=on("model", "ModelName"),
        # A model made from a registered version is a use of that version too
        # (https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-deploy-xaccount.html).
        also=tuple(
            ("CreateModel", Resource("model-package", (f"{member}.ModelPackageName",)))
            for member in ("PrimaryContainer", "Containers")
        ),
        keys={"sagemaker:NetworkIsolation": "EnableNetworkIsolation", **_IN_VPC},
        tagging=_TAGS,
        passes=("ExecutionRoleArn",),
    ),
    "CreateEndpointConfig": Asks(
        on=on("endpoint-config", "EndpointConfigName"),
        keys={
            "sagemaker:AcceleratorTypes": "ProductionVariants.AcceleratorType",
            "sagemaker:InstanceTypes": "ProductionVariants.InstanceType",
            "sagemaker:NetworkIsolation": "EnableNetworkIsolation",
            "sagemaker:ServerlessMaxConcurrency": "ProductionVariants.ServerlessConfig.MaxConcurrency",
            "sagemaker:ServerlessMemorySize": "ProductionVariants.ServerlessConfig.MemorySizeInMB",
            "sagemaker:VolumeKmsKeyArn": "KmsKeyId",
            **_IN_VPC,
        },
        tagging=_TAGS,
        passes=("ExecutionRoleArn",),
    ),
    "CreateEndpoint": Asks(
        on=(*on("endpoint", "EndpointName"), *on("endpoint-config", "EndpointConfigName")), tagging=_TAGS
    ),
    "UpdateEndpoint": Asks(on=(*on("endpoint", "EndpointName"), *on("endpoint-config", "EndpointConfigName"))),
    **{
        f"{verb}{what}": Asks(on=on(type_, f"{what}Name"))
        for verb in ("Describe", "Delete")
        for what, type_ in (("Endpoint", "endpoint"), ("EndpointConfig", "endpoint-config"), ("Model", "model"))
    },
    "InvokeEndpoint": Asks(on=on("endpoint", "EndpointName")),
    **{f"List{what}": Asks() for what in ("EndpointConfigs", "Endpoints", "Models")},
}

_TAGGING = {f"{verb}Tags": Asks(on=on(ANY, "ResourceArn")) for verb in ("Add", "Delete", "List")}

TABLE = Table(
    prefix="sagemaker",
    principal="sagemaker.amazonaws.com",
    arns=_ARNS,
    operations={**_REGISTRY, **_PIPELINES, **_JOBS, **_HOSTING, **_TAGGING},
)
