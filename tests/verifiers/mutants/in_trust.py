"""Faults in trust: who may take a role on, and who may pass it to whom."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, statement, trust


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


MUTANTS = (
    Mutant("the SageMaker pipeline may pass itself", _passes_itself, "promise::no role may pass itself"),
    Mutant("the SageMaker pipeline passes any role", _passes_any, "pass-role-any"),
    Mutant("the SageMaker pipeline passes its jobs' role to any service", _passes_to_any_service, "pass-role-service"),
    Mutant("SageMaker uses the jobs' role for any account", _for_any_account, "trust-unscoped"),
    Mutant("anybody may assume the build's role", _for_anybody, "trust-public"),
    Mutant("anybody may assume the build's role (as checkov sees it)", _for_anybody, "checkov::CKV_AWS_60"),
)
