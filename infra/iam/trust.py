"""Who may take on a role: one AWS service each, for this account or one resource where the service says for whom it acts.

Against the confused deputy a service states on whose behalf it acts (aws:SourceAccount, aws:SourceArn):
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html. Not every service documents that it does so when it takes
on a role, and a condition on a key that is not sent refuses everything. So a key decides only where the service's own guide has
it in the trust policy of a role; elsewhere the condition holds as well when the key is absent (`...IfExists`).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists
"""

from __future__ import annotations

from infra.iam.arns import Ground, HomeGround
from infra.iam.statements import Statement

_ACCOUNT, _ARN = "aws:SourceAccount", "aws:SourceArn"


def sagemaker(ground: Ground) -> Statement:
    """Its guide has the account for jobs, hosting and pipelines.

    https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    """
    return _service("sagemaker", {"StringEquals": {_ACCOUNT: ground.place.account}})


def scheduler(ground: Ground) -> Statement:
    """Scheduler names the group of the schedule, not the schedule.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    group = ground.arn("scheduler", "schedule-group", ground.names.schedule_group)
    return _service("scheduler", {"StringEquals": {_ACCOUNT: ground.place.account}, "ArnLike": {_ARN: group}})


def codebuild(ground: Ground, project: str) -> Statement:
    """The project's ARN, which holds the account.

    https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
    """
    return _service("codebuild", {"ArnLike": {_ARN: ground.arn("codebuild", "project", project)}})


def codepipeline(ground: HomeGround, name: str) -> Statement:
    """Its guide has no such page."""
    return _service("codepipeline", _if_stated(ground, ground.codepipeline(name)))


def events(ground: Ground) -> Statement:
    """Its guide has the rule's ARN in policies of targets; of the roles of rules it says nothing.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
    """
    return _service("events", _if_stated(ground, ground.arn("events", "rule", f"{ground.names.project}-*")))


def functions(ground: Ground) -> Statement:
    """Lambda's guide names the service alone. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    return _service("lambda", _if_stated(ground))


def cloudformation(ground: Ground) -> Statement:
    """Its guide has the keys for extensions and StackSets, not for service roles; nobody reports what a stack's ARN would do here.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html. No account can pass another one's
    role, so what remains to be confused is this account's own stacks, and PassRole says who gives the role to one.
    """
    return _service("cloudformation", _if_stated(ground))


def role_at_home(ground: Ground, name: str) -> Statement:
    """One role of the project's account, told by a condition.

    As a principal IAM would keep its unique id: it would have to be there first, and made anew it would be another one.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
    """
    only = {"ArnEquals": {"aws:PrincipalArn": ground.place.role(name)}}
    return _may_assume({"AWS": ground.place.root_of(ground.place.account)}) | {"Condition": only}


def _if_stated(ground: Ground, source_arn: str | None = None) -> dict[str, object]:
    only: dict[str, object] = {"StringEqualsIfExists": {_ACCOUNT: ground.place.account}}
    return only if source_arn is None else {**only, "ArnLikeIfExists": {_ARN: source_arn}}


def _service(name: str, only: dict[str, object]) -> Statement:
    return _may_assume({"Service": f"{name}.amazonaws.com"}) | {"Condition": only}


def _may_assume(principal: dict[str, str]) -> Statement:
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
