"""Every CodePipeline operation that the sandbox answers; any other is named in a NotImplemented error."""

from __future__ import annotations

from sandbox.codepipeline import pipelines, tags
from sandbox.codepipeline.executions import (
    approvals,
    execution_views,
    jobs,
    lifecycle,
    retrying,
    rolling_back,
    run_views,
    starting,
    state_view,
    stopping,
    transitions,
    type_views,
)
from sandbox.service import Operations

OPERATIONS: Operations = {
    **pipelines.OPERATIONS,
    **tags.OPERATIONS,
    **lifecycle.OPERATIONS,
    **starting.OPERATIONS,
    **stopping.OPERATIONS,
    **retrying.OPERATIONS,
    **rolling_back.OPERATIONS,
    **transitions.OPERATIONS,
    **approvals.OPERATIONS,
    **jobs.OPERATIONS,
    **execution_views.OPERATIONS,
    **state_view.OPERATIONS,
    **run_views.OPERATIONS,
    **type_views.OPERATIONS,
}
