"""Who may take on a role: one AWS service each, only for this account, and where the service says so, for one resource."""

from __future__ import annotations

from infra.ground import Ground, HomeGround
from infra.statements import Statement


def service(ground: Ground, name: str, source_arn: str | None = None) -> Statement:
    """Against the confused deputy: the service states for whom it acts, and on what.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    only: dict[str, object] = {"StringEquals": {"aws:SourceAccount": ground.place.account}}
    if source_arn is not None:
        only["ArnLike"] = {"aws:SourceArn": source_arn}
    return _may_assume({"Service": f"{name}.amazonaws.com"}) | {"Condition": only}


def codebuild(ground: Ground, project: str) -> Statement:
    return service(ground, "codebuild", ground.arn("codebuild", "project", project))


def codepipeline(ground: HomeGround, name: str) -> Statement:
    return service(ground, "codepipeline", ground.codepipeline(name))


def cloudformation(ground: Ground, stack: str) -> Statement:
    return service(ground, "cloudformation", ground.arn("cloudformation", "stack", f"{stack}/*"))


def events(ground: Ground) -> Statement:
    return service(ground, "events", ground.arn("events", "rule", f"{ground.names.project}-*"))


def scheduler(ground: Ground) -> Statement:
    """Scheduler names the group of the schedule, not the schedule."""
    return service(ground, "scheduler", ground.arn("scheduler", "schedule-group", ground.names.schedule_group))


def role(arn: str) -> Statement:
    """Of another account."""
    return _may_assume({"AWS": arn})


def _may_assume(principal: dict[str, str]) -> Statement:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
