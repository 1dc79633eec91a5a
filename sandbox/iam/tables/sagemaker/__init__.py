"""SageMaker's operations (Service Authorization Reference, "Amazon SageMaker").

    registry    groups and versions
    pipelines   pipelines and executions
    jobs        processing, training, transform
    hosting     models, endpoint configurations, endpoints
    network     keys of what can be put into a VPC
    tagging     tags of all of them

Where the reference and the developer guide differ, both are asked: the reference names a model package as the resource of
CreateModelPackage and ListModelPackages, the guide's policies its group too.
"""

from sandbox.iam.asks import Table
from sandbox.iam.tables.sagemaker.hosting import HOSTING
from sandbox.iam.tables.sagemaker.jobs import JOBS
from sandbox.iam.tables.sagemaker.pipelines import PIPELINES
from sandbox.iam.tables.sagemaker.registry import REGISTRY
from sandbox.iam.tables.sagemaker.tagging import TAGGING

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

TABLE = Table(
    prefix="sagemaker",
    principal="sagemaker.amazonaws.com",
    arns=_ARNS,
    operations={**REGISTRY, **PIPELINES, **JOBS, **HOSTING, **TAGGING},
)
