"""New data starts one run: each object invokes the function, which keeps one schedule for each window of quiet."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.parts.function import Function, FunctionDefaults
from infra.parts.rule import Rule, pattern
from infra.settings import Settings
from infra.units.storage import Storage


class DataArrival(Construct):
    """A hundred objects at once are a hundred events and one run."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        storage: Storage,
        role: iam.IRole,
        timer: iam.IRole,
        functions: FunctionDefaults,
    ) -> None:
        """`timer` is the role of the schedules that the function sets."""
        super().__init__(scope, construct_id)
        names, bucket, data = settings.names, storage.data.bucket_name, settings.data
        environment = {
            "PIPELINE_NAME": names.sagemaker_pipeline,
            "DATA_PREFIX_URI": f"s3://{bucket}/{data.prefix}",
            "QUIET_SECONDS": str(60 * data.quiet_minutes),
            **functions.own_schedules(names.data_arrival, role=timer),
        }
        if data.lists_arrivals:
            environment["MANIFEST_PREFIX_URI"] = f"s3://{storage.artifacts.bucket_name}/{names.manifests}"
        function = Function(
            self, "Function", package="data_arrival", role=role, environment=environment, defaults=functions
        )
        created = {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": data.prefix}]}}
        arrivals = Rule(
            self,
            "Arrivals",
            name=names.data_arrival,
            pattern=pattern("aws.s3", "Object Created", created),
            dead_letter_queue=functions.dead_letter_queue,
        )
        arrivals.invokes(function)
