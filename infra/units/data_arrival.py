"""New data starts one run: each object wakes the function, which keeps one schedule for each window of quiet."""

from __future__ import annotations

from infra.parts.function import Function, Program
from infra.parts.own_schedules import schedule_variables
from infra.parts.rule import Rule
from infra.parts.unit import ProjectStack, Unit
from infra.settings import DataSettings
from infra.units.foundation import Foundation


class DataArrival(Unit):
    """A hundred objects at once are a hundred events and one run."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: DataSettings
    ) -> None:
        super().__init__(scope, construct_id)
        names, bucket = foundation.names, foundation.storage.data.name
        variables = {
            "PIPELINE_NAME": names.sagemaker_pipeline,
            "DATA_PREFIX_URI": f"s3://{bucket}/{settings.prefix}",
            "QUIET_SECONDS": str(60 * settings.quiet_minutes),
            **schedule_variables(foundation, name=names.data_arrival),
        }
        if settings.lists_arrivals:
            variables["MANIFEST_PREFIX_URI"] = f"s3://{foundation.storage.artifacts.name}/{names.manifests}"
        self.function = Function(
            self,
            "Function",
            program=Program("data_arrival", variables),
            role=foundation.roles.data_arrival,
            foundation=foundation,
        )
        arrivals = Rule(
            self,
            "Arrivals",
            name=names.data_arrival,
            pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": settings.prefix}]}},
            },
            undelivered=foundation.undelivered,
        )
        arrivals.invokes(self.function)
