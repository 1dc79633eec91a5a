"""Whether an execution of the SageMaker pipeline is under way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_UNDER_WAY = frozenset({"Executing", "Stopping"})


def is_under_way(summary: Mapping[str, Any]) -> bool:
    """`summary` is one of ListPipelineExecutions."""
    return summary["PipelineExecutionStatus"] in _UNDER_WAY
