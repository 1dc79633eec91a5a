"""Which recorded events reach whom, and which near misses of them reach nobody, about the resources of an assembly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.settings.names import Names
from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import approval, bucket, names
from tests.verifiers.recorded_events import (
    Event,
    action,
    build,
    codepipeline,
    execution,
    model_package,
    push,
    recorded,
    s3_object,
)


@dataclass(frozen=True)
class Delivery:
    """One event, and whether the target whose ARN ends in `receiver` gets it."""

    sentence: str
    event: Event
    receiver: str
    reaches: bool


def deliveries(assembly: Assembly) -> Iterator[Delivery]:
    known = names(assembly)
    yield from _decisions(known)
    yield from _arrivals(known, bucket(assembly, "Data").name)
    yield from _notices(known, waits=approval(assembly).before_production)
    if assembly.of("AWS::CodeCommit::Repository"):
        yield from _pushes(known)


def _decisions(known: Names) -> Iterator[Delivery]:
    group, reconciler = known.model_package_group, f":{known.reconciler}"
    for status in ("Approved", "Rejected"):
        event = model_package(group, status)
        yield Delivery(f"a version that was {status.lower()} wakes the reconciler", event, reconciler, reaches=True)
    for what, event in {
        "a version that waits for its approval": model_package(group, "PendingManualApproval"),
        "another group's approved version": model_package(f"{group}-other", "Approved"),
        "an endpoint of any kind": recorded(
            "aws.sagemaker", "SageMaker Endpoint State Change", {"EndpointName": known.endpoint("prod")}
        ),
    }.items():
        yield Delivery(f"{what} does not wake the reconciler", event, reconciler, reaches=False)


def _arrivals(known: Names, data: str) -> Iterator[Delivery]:
    receiver = f":{known.data_arrival}"
    yield Delivery("a new object under the data prefix is data", s3_object(data, "data/a.csv"), receiver, reaches=True)
    for what, event in {
        "an object under the batch prefix": s3_object(data, "batch/a.csv"),
        "an object whose key only contains the prefix": s3_object(data, "old/data/a.csv"),
        "another bucket's object": s3_object(f"{data}-other", "data/a.csv"),
        "a deletion": s3_object(data, "data/a.csv", "Object Deleted"),
    }.items():
        yield Delivery(f"{what} is no new data", event, receiver, reaches=False)


def _notices(known: Names, *, waits: bool) -> Iterator[Delivery]:
    receiver, deploy = f":{known.notices}", known.model_deploy
    group = known.model_package_group
    asked = {"a version that waits for a person before production": action(deploy, "Approval", "Manual", "STARTED")}
    told = {
        "a training run that failed": execution(known.sagemaker_pipeline, "Failed"),
        "a build of model-build that failed": build(known.model_build, "FAILED"),
        "a registered version that waits for its approval": model_package(group, "PendingManualApproval"),
        "a smoke test that failed": action(deploy, "Test", "CodeBuild", "FAILED"),
        "a build of model-deploy that failed": action(deploy, "Build", "CodeBuild", "FAILED"),
        "a source of model-build that failed": action(known.model_build, "Source", "CodeCommit", "FAILED"),
        "a stack that could not be deployed": action(deploy, "Deploy", "CloudFormation", "FAILED"),
        **(asked if waits else {}),
        "a refused approval": action(deploy, "Approval", "Manual", "FAILED"),
        "a version that is live in production": codepipeline("Stage", deploy, "SUCCEEDED", stage="DeployProd"),
        "a deployment that was stopped": codepipeline("Pipeline", deploy, "STOPPED"),
    }
    untold = {
        "a training run under way": execution(known.sagemaker_pipeline, "Executing"),
        "another pipeline's training": execution("other", "Failed"),
        "a build that succeeded": build(known.model_build, "SUCCEEDED"),
        "another project's failed build": build("other", "FAILED"),
        "a failed build of model-build, as its pipeline tells it again": action(
            known.model_build, "Build", "CodeBuild", "FAILED"
        ),
        "a failed smoke test, as CodeBuild tells it too": build(known.smoke_test, "FAILED"),
        "a failed build of model-deploy, as CodeBuild tells it too": build(deploy, "FAILED"),
        "a version that was approved": model_package(group, "Approved"),
        "another group's version that waits": model_package(f"{group}-other", "PendingManualApproval"),
        "a version that is not complete yet": model_package(group, "PendingManualApproval", state="InProgress"),
        "a version that is live in staging": codepipeline("Stage", deploy, "SUCCEEDED", stage="DeployStaging"),
        "another pipeline's stop": codepipeline("Pipeline", "other", "STOPPED"),
    }
    yield from (Delivery(f"{what} is told", event, receiver, reaches=True) for what, event in told.items())
    yield from (Delivery(f"{what} is not told", event, receiver, reaches=False) for what, event in untold.items())


def _pushes(known: Names) -> Iterator[Delivery]:
    for name in (known.model_build, known.model_deploy):
        yield Delivery(f"a push to main of {name} starts it", push(name, "main"), f":{name}", reaches=True)
        yield Delivery(
            f"a push to another branch of {name} starts nothing", push(name, "topic"), f":{name}", reaches=False
        )
        yield Delivery(
            f"a push to another repository does not start {name}", push("other", "main"), f":{name}", reaches=False
        )
