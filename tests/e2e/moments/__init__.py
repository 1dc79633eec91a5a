"""The loop, moment by moment. Each begins where the one before has ended, and raises Stopped at the point where it stops.

    training   runs of the SageMaker pipeline: by a person, a push, the schedule, new data; one that misses the gate
    release    a version's way to production
    mishaps    what goes wrong, and is refused or kept

The order has what breaks something come last; the run by hand comes first, since it needs nothing but a published pipeline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.e2e.loop import Loop
from tests.e2e.moments import mishaps, release, training

MOMENTS: Mapping[str, Callable[[Loop], None]] = {
    "a run by hand": training.run,
    "a push to model-build": training.push,
    "a push to model-deploy": release.push_to_deploy,
    "a decision": release.decision,
    "production": release.release,
    "a week": training.week,
    "new data": training.data,
    "a poor model": training.poor_run,
    "a bad configuration": mishaps.bad_configuration,
    "a failed test": mishaps.failed_test,
    "a machine's approval": mishaps.self_approval,
    "failing functions": mishaps.failing_functions,
    "lost targets": mishaps.lost_targets,
}
