"""The function that keeps the archive of a version: it copies what was evaluated to where nobody else writes."""

from __future__ import annotations

from infra.parts.function import Function, Program
from infra.parts.unit import ProjectStack, Unit
from infra.settings.names import MODELS
from infra.units.foundation import Foundation

_SECONDS = 600  # what a Lambda step has: an archive is read, looked through, and written


class ModelSeal(Unit):
    """Invoked by the pipeline's role, and by nobody else."""

    def __init__(self, scope: ProjectStack, construct_id: str, *, foundation: Foundation) -> None:
        super().__init__(scope, construct_id)
        bucket, names = foundation.storage.artifacts.name, foundation.names
        variables = {
            "OUTPUTS_PREFIX_URI": f"s3://{bucket}/{names.outputs}",
            "MODELS_PREFIX_URI": f"s3://{bucket}/{MODELS}",
            "KMS_KEY_ARN": foundation.storage.key.arn,
        }
        self.function = Function(
            self,
            "Function",
            program=Program("model_seal", variables, seconds=_SECONDS),
            role=foundation.roles.model_seal,
            foundation=foundation,
        )
