"""IAM promises proved with iamprover: Z3 searches all actions, resources and request contexts for one that breaks the promise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property

from iamprover.engine.reachability import ReachabilityIndex
from iamprover.engine.solver import Counterexample, check_invariant
from iamprover.invariants import Invariant
from iamprover.model import Account, Policy, Principal
from iamprover.parsers.iam import parse_policy_document
from iamprover.privesc import load_builtin_privesc

from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.facts import actors
from tests.verifiers.roles import Role, Statement, resource_policies
from tests.verifiers.tools.policies import plain
from tests.verifiers.tools.steps import UndecidedError, open_questions_are_ways

ABSENT = ""  # of a key in `where`: the request does not have it


@dataclass(frozen=True)
class Promise:
    """A sentence: nobody does this to that, but the actors named; `where` pins the request, e.g. to an approval."""

    sentence: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    but: frozenset[str] = frozenset()  # actors in small letters
    where: Mapping[str, str] = field(default_factory=dict)
    through_others: bool = False  # also by the roles that one can assume or pass


@dataclass(frozen=True)
class Prover:
    """The roles of one assembly, ready for proofs."""

    assembly: Assembly

    @cached_property
    def actors(self) -> dict[str, Role]:
        return actors(self.assembly)

    @cached_property
    def account(self) -> Account:
        principals = [
            Principal(
                arn=role.arn,
                policies=[_policy(policy.declared.logical_id, policy.statements) for policy in role.policies],
                trust_policy=_policy("trust", role.trust) if role.trust else None,
            )
            for role in self.actors.values()
        ]
        shared = [_policy(policy.declared.logical_id, policy.statements) for policy in resource_policies(self.assembly)]
        return Account(principals=principals, resource_policies=shared)

    @cached_property
    def reach(self) -> ReachabilityIndex:
        with open_questions_are_ways():
            return ReachabilityIndex(self.account, relations=("assume-role", "pass-role"))

    def breakers(self, promise: Promise) -> list[Finding]:
        """Who can break the promise, each with a request that does it; none means that it is proved."""
        but = {role.arn for name, role in self.actors.items() if name.lower() in promise.but}
        invariant = Invariant(
            id=promise.sentence,
            description=promise.sentence,
            actions=list(promise.actions),
            resources=list(promise.resources),
            unless_principals=sorted(but),
            where=dict(promise.where),
        )
        return self._broken(f"promise::{promise.sentence}", invariant, through_others=promise.through_others)

    def passes_itself(self) -> list[Finding]:
        found = []
        for role in self.actors.values():
            others = [other.arn for other in self.actors.values() if other.arn != role.arn]
            invariant = Invariant("pass-itself", "", ["iam:PassRole"], [role.arn], unless_principals=others)
            found += self._broken("promise::no role may pass itself", invariant)
        return found

    def escalations(self) -> list[Finding]:
        """iamprover's catalogue of the known ways from one role to more; a way of several steps is open to who can do each."""
        found = []
        for way in load_builtin_privesc():
            steps = [Invariant(way.id, "", step.actions, step.resources) for step in way.steps()]
            able = [
                {finding.where: finding for finding in self._broken(f"iamprover::{way.id}", step)} for step in steps
            ]
            found += [finding for where, finding in able[-1].items() if all(where in others for others in able)]
        return found

    def _broken(self, check: str, invariant: Invariant, *, through_others: bool = False) -> list[Finding]:
        """Asked principal by principal, so that an open question is one actor's."""
        found = []
        for role, principal in zip(self.actors.values(), self.account.principals, strict=True):
            everybody = self.account.principals if through_others else [principal]
            others = [other.arn for other in everybody if other is not principal]
            account = Account(everybody, resource_policies=self.account.resource_policies)
            if any(fnmatch(principal.arn, but) for but in invariant.unless_principals):
                continue
            try:
                examples = check_invariant(account, invariant, self.reach if through_others else None).counterexamples
            except UndecidedError:
                found.append(
                    role.declared.found(check, f"{', '.join(invariant.actions)}: undecided, which counts as broken")
                )
                continue
            mine = [example for example in examples if example.principal not in others]
            found += [role.declared.found(check, _request(example)) for example in mine]
        return found


def broken(assembly: Assembly, promises: Iterable[Promise]) -> list[Finding]:
    prover = Prover(assembly)
    return [finding for promise in promises for finding in prover.breakers(promise)] + prover.passes_itself()


def _request(example: Counterexample) -> str:
    steps = [(step.action, step.resource) for step in example.steps] or [(example.action, example.resource)]
    return ", then ".join(f"{action} on {resource}" for action, resource in steps) + (
        f" with {json.dumps(example.context)}" if example.context else ""
    )


def _policy(name: str, given: Iterable[Statement]) -> Policy:
    return parse_policy_document(name, {"Statement": [_as_texts(plain(statement)) for statement in given]})


def _as_texts(statement: Statement) -> Statement:
    """iamprover knows no Null, and has a text for every key: a key that a request lacks is the empty one here (`ABSENT`)."""
    given = dict(statement.get("Condition") or {})
    for key, absent in given.pop("Null", {}).items():
        operator = "StringEquals" if str(absent).lower() == "true" else "StringNotEquals"
        given[operator] = {**given.get(operator, {}), key: ABSENT}
    return {**statement, "Condition": given} if given else statement
