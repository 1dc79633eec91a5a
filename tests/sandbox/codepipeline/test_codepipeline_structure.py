"""A structure that AWS would refuse is refused, with the error that AWS declares and the name of what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.codepipeline.structure import check
from sandbox.errors import NotInTheSandbox, ServiceError
from tests.sandbox.codepipeline.structures import Structure, action, artifacts, changed, structure

STAGE, STRUCTURE, ACTION = (
    f"Invalid{word}Exception" for word in ("StageDeclaration", "Structure", "ActionDeclaration")
)


def test_a_whole_pipeline_is_accepted() -> None:
    check(structure())


def stage(pipeline: Structure, n: int) -> Any:
    return pipeline["stages"][n]


def first(pipeline: Structure, n: int) -> Any:
    return pipeline["stages"][n]["actions"][0]


def configured(n: int, **changes: Any) -> Callable[[Structure], object]:
    return lambda p: first(p, n)["configuration"].update(changes)


def elsewhere(pipeline: Structure) -> None:
    first(pipeline, 1)["region"] = "eu-west-1"
    pipeline["artifactStores"] = {"us-east-1": pipeline.pop("artifactStore")}


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        (lambda p: p.update(stages=p["stages"][:1]), STAGE, "1 stages; it must have from 2 to 50"),
        (lambda p: stage(p, 1).update(name="Source"), STAGE, "Source is used more than once"),
        (lambda p: stage(p, 1).update(actions=[]), STAGE, "Build has 0 actions"),
        (lambda p: stage(p, 2)["actions"][1].update(name="Deploy"), STAGE, "Deploy is used more than once in Staging"),
        (lambda p: p["stages"].reverse(), STRUCTURE, "source actions only; Deploy is none"),
        (lambda p: stage(p, 2)["actions"].append({**first(p, 0), "name": "S"}), STRUCTURE, "S in Staging is one"),
        (
            lambda p: first(p, 0)["configuration"].pop("BranchName"),
            ACTION,
            "'Source' is missing required configuration 'BranchName'",
        ),
        (configured(1, Project="b"), ACTION, "'Build' contains unknown configuration 'Project'"),
        (lambda p: first(p, 1).pop("inputArtifacts"), ACTION, "Build has 0 input artifacts; its type takes 1 to 5"),
        (
            lambda p: first(p, 0).update(outputArtifacts=artifacts("a", "b")),
            ACTION,
            "Source has 2 output artifacts; its type takes 1",
        ),
        (lambda p: first(p, 2).update(namespace="BuildVariables"), ACTION, "Namespaces must be unique"),
        (lambda p: first(p, 1).update(region="eu-west-1"), ACTION, "needs artifactStores"),
        (
            elsewhere,
            ACTION,
            "Build is in eu-west-1, for which artifactStores has no entry",
        ),
        (lambda p: first(p, 1).update(timeoutInMinutes=5), ACTION, "available only to manual approvals"),
        (
            lambda p: stage(p, 0).update(beforeEntry={"conditions": [{"result": "FAIL", "rules": []}]}),
            STAGE,
            "Source is the first: it has no entry condition",
        ),
        (
            lambda p: stage(p, 1).update(onFailure={"result": "ROLLBACK", "retryConfiguration": {}}),
            STAGE,
            "its result is not RETRY",
        ),
        (lambda p: p.pop("artifactStore"), STRUCTURE, "either artifactStore or artifactStores"),
        (
            lambda p: first(p, 1).update(outputArtifacts=artifacts("Code")),
            STRUCTURE,
            "Code has been used more than once",
        ),
        (
            lambda p: first(p, 2).update(inputArtifacts=artifacts("Nothing")),
            STRUCTURE,
            "Input Artifact Bundle Nothing in action Deploy",
        ),
        (
            lambda p: first(p, 1).update(inputArtifacts=artifacts("Built")),
            STRUCTURE,
            "Input Artifact Bundle Built in action Build",
        ),
        (lambda p: p.update(pipelineType="V1"), STRUCTURE, "variables are for pipelines of type V2 only"),
        (
            lambda p: (p.update(pipelineType="V1"), p.pop("variables")),
            STRUCTURE,
            "mode QUEUED is for pipelines of type V2",
        ),
        (lambda p: p["variables"].append({"name": "Version"}), ACTION, "Version is used more than once"),
        (configured(1, EnvironmentVariables="#{variables.Versoin}"), ACTION, "no such variable"),
        (configured(2, StackName="#{BuildVaribles.STACK}"), ACTION, "no action before it has that namespace"),
        (configured(1, EnvironmentVariables="#{BuildVariables.X}"), ACTION, "no action before it has that namespace"),
    ],
)
def test_a_fault_is_named(change: Callable[[Structure], object], code: str, sentence: str) -> None:
    with pytest.raises(ServiceError) as refused:
        check(changed(change))
    assert sentence in refused.value.message
    assert refused.value.code == code


def test_an_artifact_may_come_from_the_same_stage_but_not_from_beside() -> None:
    def side_by_side(pipeline: Structure) -> None:
        actions = pipeline["stages"][1]["actions"]
        again = action("Again", "CodeBuild", inputArtifacts=artifacts("Built"), configuration={"ProjectName": "b"})
        actions.append({**again, "runOrder": order})

    order = 2
    check(changed(side_by_side))
    order = 1
    with pytest.raises(ServiceError, match="Input Artifact Bundle Built in action Again"):
        check(changed(side_by_side))


def test_a_condition_refers_to_what_went_before() -> None:
    rule_type = {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"}
    checked = {"Variable": "#{BuildVariables.DEPLOY}", "Operator": "EQ", "Value": "yes"}
    rule = {"name": "R", "ruleTypeId": rule_type, "configuration": checked}

    def at(n: int) -> Structure:
        return changed(lambda p: stage(p, n).update(beforeEntry={"conditions": [{"result": "SKIP", "rules": [rule]}]}))

    check(at(2))
    with pytest.raises(ServiceError, match=r"Rule R of stage Build refers to #\{BuildVariables.DEPLOY\}"):
        check(at(1))


def test_the_pipelines_own_namespace_is_always_there() -> None:
    check(changed(configured(1, EnvironmentVariables="#{codepipeline.PipelineExecutionId}")))


def test_an_action_type_that_is_not_here_is_named() -> None:
    with pytest.raises(NotInTheSandbox, match=r"the action type \(Deploy, AWS, ECS, version 1\) of action Deploy"):
        check(changed(lambda p: first(p, 2)["actionTypeId"].update(provider="ECS")))


def test_polling_that_nobody_would_do_is_refused() -> None:
    """A push would start nothing, and nobody would say why."""
    with pytest.raises(NotInTheSandbox, match="PollForSourceChanges true of action"):
        check(changed(configured(0, PollForSourceChanges="true")))
    check(changed(configured(0, PollForSourceChanges="false")))
