"""The templates' identities as the account will hold them: who may assume each role, and every statement it gets from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.verifiers.assembly import Assembly, Resource

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Policy:
    """One policy document and the resource that declares it."""

    declared: Resource
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Role:
    """A role, or a managed policy that no role of the templates carries (the approver's: given to people)."""

    arn: str
    name: str
    declared: Resource
    trust: tuple[Statement, ...]
    policies: tuple[Policy, ...]
    foreign: tuple[str, ...] = ()  # ARNs of AWS's own managed policies

    @property
    def statements(self) -> list[Statement]:
        return [statement for policy in self.policies for statement in policy.statements]


def listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def statements(document: Mapping[str, Any] | None) -> tuple[Statement, ...]:
    return tuple(listed((document or {}).get("Statement")))


def roles(assembly: Assembly) -> list[Role]:
    managed = {policy.arn: policy for policy in assembly.of("AWS::IAM::ManagedPolicy")}
    return [_role(assembly, role, managed) for role in assembly.of("AWS::IAM::Role")]


def unattached(assembly: Assembly) -> list[Role]:
    """Managed policies for people, as if each were held by a role of its name."""
    held = {arn for role in assembly.of("AWS::IAM::Role") for arn in listed(role.properties.get("ManagedPolicyArns"))}
    return [
        Role(policy.arn.replace(":policy/", ":role/"), policy.name, policy, (), (_declared(policy, "PolicyDocument"),))
        for policy in assembly.of("AWS::IAM::ManagedPolicy")
        if policy.arn not in held and not policy.properties.get("Roles")
    ]


def _declared(resource: Resource, key: str) -> Policy:
    return Policy(resource, statements(resource.properties.get(key)))


def _role(assembly: Assembly, role: Resource, managed: Mapping[str, Resource]) -> Role:
    attached = listed(role.properties.get("ManagedPolicyArns"))
    policies = [_declared(managed[arn], "PolicyDocument") for arn in attached if arn in managed]
    for policy in assembly.of("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"):
        holders = [*listed(policy.properties.get("Roles")), *listed(policy.properties.get("RoleName"))]
        if policy.stack == role.stack and role.name in holders:
            policies.append(_declared(policy, "PolicyDocument"))
    for inline in listed(role.properties.get("Policies")):
        policies.append(Policy(role, statements(inline["PolicyDocument"])))
    trust = statements(role.properties.get("AssumeRolePolicyDocument"))
    foreign = tuple(arn for arn in attached if arn not in managed)
    return Role(role.arn, role.name, role, trust, tuple(policies), foreign)


def matches(patterns: Iterable[str], value: str) -> bool:
    """IAM's wildcards: * and ? only (fnmatch's brackets do not occur in ARNs and actions)."""
    return any(fnmatchcase(value, pattern) for pattern in patterns)


def allows(given: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether some statement may allow the action on the resource, conditions apart."""
    return any(
        statement["Effect"] == "Allow"
        and matches([entry.lower() for entry in listed(statement.get("Action"))], action.lower())
        and matches(listed(statement.get("Resource")) or ["*"], resource)
        for statement in given
    )


def principals(statement: Statement, kind: str) -> list[str]:
    given = statement.get("Principal")
    if isinstance(given, str):
        return [given]
    return [str(entry) for entry in listed((given or {}).get(kind))]


def trusts(role: Role, service: str) -> bool:
    return any(service in principals(statement, "Service") for statement in role.trust)


# Where a resource's own policy stands in its properties.
RESOURCE_POLICY = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::SQS::QueuePolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
    "AWS::SageMaker::ModelPackageGroup": "ModelPackageGroupPolicy",
}


def resource_policies(assembly: Assembly) -> Iterator[Policy]:
    for resource in assembly.of(*RESOURCE_POLICY):
        if RESOURCE_POLICY[resource.kind] in resource.properties:
            yield _declared(resource, RESOURCE_POLICY[resource.kind])


def documents(assembly: Assembly) -> Iterator[Policy]:
    """Every policy of the templates: identity, trust and resource policies."""
    for role in [*roles(assembly), *unattached(assembly)]:
        yield from role.policies
        yield Policy(role.declared, role.trust)
    yield from resource_policies(assembly)
