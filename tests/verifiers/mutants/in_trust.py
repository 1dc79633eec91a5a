"""Faults in trust: who may take a role on, and who may pass it to whom."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Change, Mutant, properties, statement, trust
from tests.verifiers.physical import ACCOUNT, REGION


def _for_any_account(assembly: Assembly) -> None:
    del trust(assembly, "Job")["Condition"]


def _for_anybody(assembly: Assembly) -> None:
    trust(assembly, "Build")["Principal"] = {"AWS": "*"}


def _passes_to_any_service(assembly: Assembly) -> None:
    del statement(assembly, "SageMakerPipeline", "GiveJobsTheirRole")["Condition"]


def _passes_any(assembly: Assembly) -> None:
    statement(assembly, "SageMakerPipeline", "GiveJobsTheirRole")["Resource"] = "*"


def _passes_itself(assembly: Assembly) -> None:
    given = statement(assembly, "SageMakerPipeline", "GiveJobsTheirRole")
    logical_id = next(
        key
        for key, found in assembly.templates["abalone-foundation"]["Resources"].items()
        if found["Type"] == "AWS::IAM::Role" and "SageMakerPipeline" in key
    )
    given["Resource"] = {"Fn::GetAtt": [logical_id, "Arn"]}


def _by_arn(assembly: Assembly) -> None:
    given = trust(assembly, "DeployerStaging")
    given["Principal"] = {"AWS": given.pop("Condition")["ArnEquals"]["aws:PrincipalArn"]}


def _only_for(actor: str, operator: str, key: str, value: str) -> Change:
    def change(assembly: Assembly) -> None:
        trust(assembly, actor)["Condition"] = {operator: {key: value}}

    return change


def _key_of_events(assembly: Assembly) -> None:
    [given] = [
        one
        for one in properties(assembly, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
        if one.get("Sid") == "UndeliveredEvents"
    ]
    given["Condition"] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


_STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/abalone-staging/*"
_PIPELINE = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:abalone-model-deploy"
_RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/abalone-*"

MUTANTS = (
    Mutant(
        "a stage trusts a role by its ARN, in whatever order they are made", _by_arn, "principal-by-id", "cross-account"
    ),
    Mutant(
        "CloudFormation has to say for which stack it acts",
        _only_for("CloudFormationStaging", "ArnLike", "aws:SourceArn", _STACK),
        "source-unstated",
    ),
    Mutant(
        "CodePipeline has to say for which pipeline it acts",
        _only_for("DeployPipeline", "ArnLike", "aws:SourceArn", _PIPELINE),
        "source-unstated",
    ),
    Mutant(
        "EventBridge has to say for which rule it acts",
        _only_for("Events", "ArnLike", "aws:SourceArn", _RULE),
        "source-unstated",
    ),
    Mutant(
        "Lambda has to say for which account it acts",
        _only_for("Reconciler", "StringEquals", "aws:SourceAccount", ACCOUNT),
        "source-unstated",
    ),
    Mutant("EventBridge has to tell KMS for which account it acts", _key_of_events, "source-unstated"),
    Mutant("the SageMaker pipeline may pass itself", _passes_itself, "promise::no role may pass itself"),
    Mutant("the SageMaker pipeline passes any role", _passes_any, "pass-role-any"),
    Mutant("the SageMaker pipeline passes its jobs' role to any service", _passes_to_any_service, "pass-role-service"),
    Mutant("SageMaker uses the jobs' role for any account", _for_any_account, "trust-unscoped"),
    Mutant("anybody may assume the build's role", _for_anybody, "trust-public"),
    Mutant("anybody may assume the build's role (as checkov sees it)", _for_anybody, "checkov::CKV_AWS_60"),
)
