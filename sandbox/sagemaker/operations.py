"""Every SageMaker operation that the sandbox answers; any other is named in a NotImplemented error."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.sagemaker import tags
from sandbox.sagemaker.hosting import deployment, endpoint_configs, endpoints, models
from sandbox.sagemaker.jobs import jobs, work
from sandbox.sagemaker.pipelines import executions, pipelines
from sandbox.sagemaker.registry import groups, packages, policies
from sandbox.sagemaker.service import Operation, SageMaker

OPERATIONS: Mapping[str, Operation] = {
    **groups.OPERATIONS,
    **packages.OPERATIONS,
    **policies.OPERATIONS,
    **tags.OPERATIONS,
    **models.OPERATIONS,
    **endpoint_configs.OPERATIONS,
    **endpoints.OPERATIONS,
    **jobs.OPERATIONS,
    **pipelines.OPERATIONS,
    **executions.OPERATIONS,
}


def recover(sagemaker: SageMaker) -> None:
    """Once, before the first request after a start: mark the work that a kill interrupted, start the endpoints again."""
    work.recover(sagemaker)
    executions.recover(sagemaker)
    deployment.recover(sagemaker)
