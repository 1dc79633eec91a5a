"""The function that keeps the archive of a version: it copies what was evaluated to where nothing else writes."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.parts.function import Function, FunctionDefaults
from infra.settings import Settings
from infra.settings.names import MODELS
from infra.units.storage import Storage

_SECONDS = 600  # what a Lambda step has: an archive is read, looked through, and written


class ModelSeal(Construct):
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
        bucket = storage.artifacts.bucket_name
        environment = {
            "OUTPUTS_PREFIX_URI": f"s3://{bucket}/{settings.names.outputs}",
            "MODELS_PREFIX_URI": f"s3://{bucket}/{MODELS}",
            "KMS_KEY_ARN": storage.key.key_arn,
        }
        self.function = Function(
            self,
            "Function",
            package="model_seal",
            role=role,
            environment=environment,
            defaults=functions,
            seconds=_SECONDS,
        )
