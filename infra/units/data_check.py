"""The function that each run of the SageMaker pipeline begins with: it looks at the data before a machine is paid for."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.parts.function import Function, FunctionDefaults
from infra.settings import Settings
from infra.units.storage import Storage

_SECONDS = 300  # a million objects are a thousand pages; a Lambda step has 600


class DataCheck(Construct):
    """Invoked by the pipeline's role, and by nothing else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        storage: Storage,
        role: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        super().__init__(scope, construct_id)
        bucket, names, data = storage.data.bucket_name, settings.names, settings.data
        manifests = {"MANIFEST_PREFIX_URI": f"s3://{storage.artifacts.bucket_name}/{names.manifests}"}
        environment = {
            "DATA_PREFIX_URI": f"s3://{bucket}/{data.prefix}",
            "BATCH_PREFIX_URI": f"s3://{bucket}/{data.batch_prefix}",
            "MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
            **(manifests if data.lists_arrivals else {}),
        }
        self.function = Function(
            self,
            "Function",
            package="data_check",
            role=role,
            environment=environment,
            defaults=functions,
            seconds=_SECONDS,
        )
