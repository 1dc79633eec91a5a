"""What a function that sets one-time schedules for itself is told of them."""

from __future__ import annotations

from infra.units.foundation import Foundation


def schedule_variables(foundation: Foundation, *, name: str) -> dict[str, str]:
    """`name` is what the schedules' names begin with (infra/functions/runs/forms.py)."""
    return {
        "SCHEDULE_NAME": name,
        "SCHEDULE_GROUP_NAME": foundation.names.schedule_group,
        "SCHEDULER_ROLE_ARN": foundation.roles.timer.arn,
        "UNDELIVERED_QUEUE_ARN": foundation.undelivered.arn,
    }
