"""Who may take on a role: one AWS service each, only for this account, and where the service says so, for one resource."""

from __future__ import annotations

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra.ground import Ground, HomeGround


def trusted(service: str, source_arn: str | None = None) -> iam.IPrincipal:
    """Against the confused deputy: the service states for whom it acts, and on what.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    conditions: dict[str, object] = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
    if source_arn is not None:
        conditions["ArnLike"] = {"aws:SourceArn": source_arn}
    return iam.PrincipalWithConditions(iam.ServicePrincipal(f"{service}.amazonaws.com"), conditions)


def codebuild(ground: Ground, project: str) -> iam.IPrincipal:
    return trusted("codebuild", ground.arn("codebuild", "project", project))


def codepipeline(ground: HomeGround, name: str) -> iam.IPrincipal:
    return trusted("codepipeline", ground.codepipeline(name))


def cloudformation(ground: Ground, stack: str) -> iam.IPrincipal:
    return trusted("cloudformation", ground.arn("cloudformation", "stack", f"{stack}/*"))


def events(ground: Ground) -> iam.IPrincipal:
    return trusted("events", ground.arn("events", "rule", f"{ground.names.project}-*"))


def scheduler(ground: Ground) -> iam.IPrincipal:
    """Scheduler names the group of the schedule, not the schedule."""
    return trusted("scheduler", ground.arn("scheduler", "schedule-group", ground.names.schedule_group))
