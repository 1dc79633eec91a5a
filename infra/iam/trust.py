"""Who may assume a role: one AWS service each, for this account or one resource where the service says for whom it acts.

Against the confused deputy a service states on whose behalf it acts (aws:SourceAccount, aws:SourceArn):
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html. Not every service documents that it does so when it assumes
a role, and a condition on a key that is not sent refuses everything. So a key decides only where the service's own guide has
it in the trust policy of a role; elsewhere the condition holds as well when the key is absent (`...IfExists`).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists
"""

from __future__ import annotations

from aws_cdk import aws_iam as iam

from infra.iam.arns import AccountArns, ProjectArns

_ACCOUNT, _ARN = "aws:SourceAccount", "aws:SourceArn"


def sagemaker(arns: AccountArns) -> iam.IPrincipal:
    """Its guide has the account for jobs, hosting and pipelines.

    https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    """
    return _service("sagemaker", {"StringEquals": {_ACCOUNT: arns.place.account}})


def scheduler(arns: AccountArns) -> iam.IPrincipal:
    """Scheduler names the group of the schedule, not the schedule.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    """
    group = arns.arn("scheduler", "schedule-group", arns.names.schedule_group)
    return _service("scheduler", {"StringEquals": {_ACCOUNT: arns.place.account}, "ArnLike": {_ARN: group}})


def codebuild(arns: AccountArns, project: str) -> iam.IPrincipal:
    """The project's ARN, which holds the account.

    https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html
    """
    return _service("codebuild", {"ArnLike": {_ARN: arns.arn("codebuild", "project", project)}})


def codepipeline(arns: ProjectArns, name: str) -> iam.IPrincipal:
    """Its guide has no such page."""
    return _service("codepipeline", _if_stated(arns, arns.codepipeline(name)))


def events(arns: AccountArns) -> iam.IPrincipal:
    """Its guide has the rule's ARN in policies of targets; of the roles of rules it says nothing.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
    """
    return _service("events", _if_stated(arns, arns.arn("events", "rule", f"{arns.names.project}-*")))


def functions(arns: AccountArns) -> iam.IPrincipal:
    """Lambda's guide names the service alone. https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    return _service("lambda", _if_stated(arns))


def cloudformation(arns: AccountArns) -> iam.IPrincipal:
    """Its guide has the keys for extensions and StackSets, not for service roles; no report says what a stack's ARN would do here.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html. No account can pass another one's
    role, so what remains to be confused is this account's own stacks, and PassRole says who gives the role to one.
    """
    return _service("cloudformation", _if_stated(arns))


def role_at_home(arns: AccountArns, name: str) -> iam.IPrincipal:
    """One role of the project's account, by a condition.

    As a principal IAM would keep its unique id: the role would have to exist first, and a replacement would be another one.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
    """
    only = {"ArnEquals": {"aws:PrincipalArn": arns.place.role(name)}}
    return iam.PrincipalWithConditions(iam.ArnPrincipal(arns.place.root_of(arns.place.account)), only)


def _if_stated(arns: AccountArns, source_arn: str | None = None) -> dict[str, object]:
    only: dict[str, object] = {"StringEqualsIfExists": {_ACCOUNT: arns.place.account}}
    return only if source_arn is None else {**only, "ArnLikeIfExists": {_ARN: source_arn}}


def _service(name: str, only: dict[str, object]) -> iam.IPrincipal:
    return iam.ServicePrincipal(f"{name}.amazonaws.com", conditions=only)
