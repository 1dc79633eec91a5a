"""Roles: who may assume them, what they may pass, and where a star is more than the action needs."""

from __future__ import annotations

from collections.abc import Iterator

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.facts import actor, actors, names
from tests.verifiers.facts import approval as approval_of
from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.roles import (
    Policy,
    Statement,
    allows,
    documents,
    listed,
    principals,
    roles,
    unattached,
)
from tests.verifiers.tools.policies import resource_types

SOURCES = {"aws:sourceaccount", "aws:sourcearn"}
SOURCE_KEYS = {*SOURCES, "aws:principalorgid", "sts:externalid"}
# Where the service's own guide has these keys in such a policy; trust.py, topic.py, undelivered.py and storage.py name the pages.
STATED = {
    "AWS::IAM::Role": {"codebuild", "sagemaker", "scheduler"},
    "AWS::SNS::TopicPolicy": {"cloudwatch"},
    "AWS::SQS::QueuePolicy": {"events"},
    "AWS::S3::BucketPolicy": {"logging.s3"},
}
APPROVAL = "sagemaker:ModelApprovalStatus"


def trust(assembly: Assembly) -> Iterator[Finding]:
    """No service is talked into using a role for somebody else's account (the confused deputy)."""
    for role in roles(assembly):
        for statement in role.trust:
            if "*" in principals(statement, "AWS"):
                yield role.declared.found("trust-public", "anybody may assume the role")
            if principals(statement, "Service") and not _conditions(statement) & SOURCE_KEYS:
                yield role.declared.found("trust-unscoped", f"{principals(statement, 'Service')} for any account")


def unstated(assembly: Assembly) -> Iterator[Finding]:
    """A condition on a key that a service may never send holds by itself when the key is absent, or nothing works."""
    for policy in documents(assembly):
        for statement in policy.statements:
            services = {each.removesuffix(".amazonaws.com") for each in principals(statement, "Service")}
            doubtful = services - STATED.get(policy.declared.kind, set())
            if statement["Effect"] == "Allow" and doubtful and _decided_by(statement) & SOURCES:
                yield policy.declared.found("source-unstated", f"{min(doubtful)} is not known to say for whom it acts")


def _decided_by(statement: Statement) -> set[str]:
    """The keys without which the statement does not hold."""
    given = (statement.get("Condition") or {}).items()
    return {key.lower() for operator, keys in given if not operator.endswith("IfExists") for key in keys}


def by_id(assembly: Assembly) -> Iterator[Finding]:
    """A role or user as principal is kept by its unique id: it has to be there first, and made anew it is another one."""
    for policy in documents(assembly):
        for statement in policy.statements:
            for principal in principals(statement, "AWS"):
                if ":role/" in principal or ":user/" in principal:
                    yield policy.declared.found("principal-by-id", f"{principal}: the account's root, and a condition")


def _conditions(statement: Statement) -> set[str]:
    return {key.lower() for operands in (statement.get("Condition") or {}).values() for key in operands}


def passing(assembly: Assembly) -> Iterator[Finding]:
    """iam:PassRole names one role and the one service that gets it."""
    for role in [*roles(assembly), *unattached(assembly)]:
        for statement in role.statements:
            passes = any(action.lower() in {"iam:passrole", "iam:*", "*"} for action in listed(statement.get("Action")))
            if statement["Effect"] != "Allow" or not passes:
                continue
            if any("*" in arn for arn in listed(statement.get("Resource"))):
                yield role.declared.found("pass-role-any", f"{statement['Resource']}: not one role by its ARN")
            if "iam:passedtoservice" not in _conditions(statement):
                yield role.declared.found("pass-role-service", "iam:PassRole without iam:PassedToService")
            if role.arn in listed(statement.get("Resource")):
                yield role.declared.found("pass-role-itself", "the role may pass itself")


def stars(assembly: Assembly) -> Iterator[Finding]:
    """A star stands only for what has no narrower name: no wildcard service, and * as resource only where IAM knows no other."""
    for role in [*roles(assembly), *unattached(assembly)]:
        for arn in role.foreign:
            yield role.declared.found("policy-of-aws", f"{arn} grants more than this role needs")
        for policy in role.policies:
            for statement in policy.statements:
                yield from _star_faults(policy, statement)


def _star_faults(policy: Policy, statement: Statement) -> Iterator[Finding]:
    if statement["Effect"] != "Allow":
        return
    for action in listed(statement.get("Action")):
        if action.endswith(":*") or action == "*":
            yield policy.declared.found("star-action", f"{action} in {statement.get('Sid')}")
        elif "*" in listed(statement.get("Resource")) and resource_types(action) and not statement.get("Condition"):
            yield policy.declared.found(
                "star-resource", f"{action} on *: it can be limited to {resource_types(action)}"
            )
    if "NotAction" in statement or "NotResource" in statement:
        yield policy.declared.found("star-not", "an Allow with NotAction or NotResource grants what is not named")


def public_policies(assembly: Assembly) -> Iterator[Finding]:
    for policy in documents(assembly):
        for statement in policy.statements:
            public = "*" in principals(statement, "AWS") and statement["Effect"] == "Allow"
            if public and not _conditions(statement) & {*SOURCE_KEYS, "kms:calleraccount", "aws:principalaccount"}:
                yield policy.declared.found(
                    "policy-public", f"anybody: {statement.get('Sid') or statement.get('Action')}"
                )


def approval(assembly: Assembly) -> Iterator[Finding]:
    """Every role refuses itself the approval, whatever else it is given one day; only the approver's policy grants it.

    Where the gates approve, the SageMaker pipeline's role may register an approved version, in its own group and no other.
    """
    known = names(assembly)
    own = {f"model-package-group/{known.model_package_group}", f"model-package/{known.model_package_group}/*"}
    by_gates = approval_of(assembly).by_gates
    for role in roles(assembly):
        registers = by_gates and actor(role, known.project) == "SageMakerPipeline"
        wanted = {"sagemaker:UpdateModelPackage": None, "sagemaker:CreateModelPackage": own if registers else None}
        for action, but in wanted.items():
            if role.policies and not any(_refuses_approval(each, action, but) for each in role.statements):
                where = f" outside of {sorted(but)}" if but else ""
                yield role.declared.found("approval-not-denied", f"no Deny of {action}, {APPROVAL} = Approved{where}")


def _refuses_approval(statement: Statement, action: str, but: set[str] | None) -> bool:
    """On everything, or on everything but these; and under no condition but the one."""
    condition = {
        key: listed(value) for key, value in (statement.get("Condition") or {}).get("StringEquals", {}).items()
    }
    return (
        statement["Effect"] == "Deny"
        and action in listed(statement.get("Action"))
        and (statement.get("Condition") or {}).keys() == {"StringEquals"}
        and condition == {APPROVAL: ["Approved"]}
        and (
            listed(statement.get("Resource")) == ["*"]
            if but is None
            else {arn.rpartition(":")[2] for arn in listed(statement.get("NotResource"))} == but
        )
    )


def registration(assembly: Assembly) -> Iterator[Finding]:
    """The pipeline's role may do what a RegisterModel step does besides registering: it asks for the group, with a tag, each time.

    Without either right the step fails after the whole training, though the group is there.
    """
    role = actors(assembly).get("SageMakerPipeline")
    group = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/{names(assembly).model_package_group}"
    for action in ("sagemaker:CreateModelPackageGroup", "sagemaker:AddTags"):
        if role is not None and not allows(role.statements, action, group):
            yield role.declared.found("registration-denied", f"{action} on {group}")


def sids(assembly: Assembly) -> Iterator[Finding]:
    """Each grant says in words what it is for; docs/security.md is made of these words."""
    for role in [*roles(assembly), *unattached(assembly)]:
        for policy in role.policies:
            for statement in policy.statements:
                if not statement.get("Sid"):
                    yield policy.declared.found("statement-unnamed", f"no Sid: {statement.get('Action')}")
