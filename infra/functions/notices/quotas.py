"""What to do where a quota of SageMaker stands in the way: the quota's name, the page to raise it, and the check to run before.

SageMaker says so in one form for jobs and endpoints: "The account-level service limit 'ml.m5.xlarge for training job usage' is 0
Instances, with current utilization of 0 Instances and a request delta of 1 Instances."
"""

from __future__ import annotations

import re

from . import console

_LIMIT = re.compile(r"account-level service limit '([^']+)' is (\d+)")


def advice(why: str, region: str) -> str:
    """Empty where the reason names no quota."""
    found = _LIMIT.search(why)
    if found is None:
        return ""
    return (
        f"ask for more of the quota '{found[1]}' (now {found[2]}), which takes from minutes to days, at "
        f"{console.quotas(region)} (`make doctor` compares each quota with what this project asks for). Then retry:"
    )
