"""The function that each run of the SageMaker pipeline begins with: it looks at the data before a machine is paid for."""

from __future__ import annotations

from infra.parts.function import Function, Program
from infra.parts.unit import ProjectStack, Unit
from infra.settings import DataSettings
from infra.units.foundation import Foundation

_SECONDS = 300  # a million objects are a thousand pages; a Lambda step has 600


class DataCheck(Unit):
    """Invoked by the pipeline's role, and by nobody else."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: DataSettings
    ) -> None:
        super().__init__(scope, construct_id)
        bucket, names = foundation.storage.data.name, foundation.names
        manifests = {"MANIFEST_PREFIX_URI": f"s3://{foundation.storage.artifacts.name}/{names.manifests}"}
        variables = {
            "DATA_PREFIX_URI": f"s3://{bucket}/{settings.prefix}",
            "BATCH_PREFIX_URI": f"s3://{bucket}/{settings.batch_prefix}",
            "MODEL_PACKAGE_GROUP_NAME": names.model_package_group,
            **(manifests if settings.lists_arrivals else {}),
        }
        self.function = Function(
            self,
            "Function",
            program=Program("data_check", variables, seconds=_SECONDS),
            role=foundation.roles.data_check,
            foundation=foundation,
        )
