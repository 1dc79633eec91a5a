"""Conditions of stages: what lets in, skips, fails, takes back; and what an operator may override."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.codepipeline.actions.contract import Done, Work
from sandbox.codepipeline.running.rules import check
from sandbox.errors import NotInTheSandbox, ServiceError
from tests.sandbox.codepipeline.structures import Structure
from tests.sandbox.codepipeline.world import World, broken, build, pipeline, stage

RULE_TYPE = {"category": "Rule", "owner": "AWS", "provider": "VariableCheck", "version": "1"}


def rule(variable: str = "#{B.DEPLOY}", operator: str = "EQ", value: str = "yes") -> Structure:
    configuration = {"Variable": variable, "Operator": operator, "Value": value}
    return {"name": "R", "ruleTypeId": RULE_TYPE, "configuration": configuration}


def condition(result: str, *rules: Structure) -> Structure:
    return {"conditions": [{"result": result, "rules": list(rules or [rule()])}]}


def deploying(**conditions: Any) -> Structure:
    return pipeline(
        stage("Build", build("Build", namespace="B")),
        stage("Deploy", build("Deploy"), **conditions),
        stage("Last", build("Last")),
    )


def says(world: World, deploy: str) -> None:
    world.does["Build"] = lambda _: Done(variables={"DEPLOY": deploy})


@pytest.mark.parametrize(("deploy", "ran"), [("yes", ["Deploy", "Last"]), ("no", ["Last"])])
def test_a_stage_is_skipped_unless_its_condition_is_met(world: World, deploy: str, ran: list[str]) -> None:
    says(world, deploy)
    first = world.create(deploying(beforeEntry=condition("SKIP")))
    assert world.ended(first) == "Succeeded"
    assert world.runs[2:] == ran
    state = world.stage("Deploy")
    assert state["latestExecution"]["status"] == ("Succeeded" if deploy == "yes" else "Skipped")
    checked = state["beforeEntryConditionState"]["conditionStates"][0]["ruleStates"][0]["latestExecution"]
    assert checked["summary"] == f"'{deploy}' EQ 'yes' is {str(deploy == 'yes').lower()}"
    [listed] = world.call("ListRuleExecutions", pipelineName="p")["ruleExecutionDetails"]
    assert listed["input"]["resolvedConfiguration"]["Variable"] == deploy


def test_a_variable_that_nobody_set_lets_nobody_in(world: World) -> None:
    first = world.create(deploying(beforeEntry=condition("SKIP")))
    assert world.ended(first) == "Succeeded"
    assert "Deploy" not in world.runs
    [listed] = world.call("ListRuleExecutions", pipelineName="p")["ruleExecutionDetails"]
    assert "#{B.DEPLOY} has no value" in listed["output"]["executionResult"]["errorDetails"]["message"]


def test_a_skipped_stage_is_neither_tried_again_nor_overridden(world: World) -> None:
    says(world, "no")
    first = world.create(deploying(beforeEntry=condition("SKIP")))
    world.ended(first)
    place = {"pipelineName": "p", "stageName": "Deploy", "pipelineExecutionId": first}
    with pytest.raises(ServiceError) as retried:
        world.call("RetryStageExecution", **place, retryMode="ALL_ACTIONS")
    assert retried.value.code == "StageNotRetryableException"
    with pytest.raises(ServiceError) as overridden:
        world.call("OverrideStageCondition", **place, conditionType="BEFORE_ENTRY")
    assert overridden.value.code == "ConditionNotOverridableException"


@pytest.mark.parametrize(("kind", "member"), [("BEFORE_ENTRY", "beforeEntry"), ("ON_SUCCESS", "onSuccess")])
def test_a_condition_that_failed_the_stage_can_be_overridden(world: World, kind: str, member: str) -> None:
    says(world, "no")
    first = world.create(deploying(**{member: condition("FAIL")}))
    assert world.ended(first) == "Failed"
    assert world.stage("Deploy")[f"{member}ConditionState"]["latestExecution"]["status"] == "Failed"
    place = {"pipelineName": "p", "stageName": "Deploy", "pipelineExecutionId": first}
    world.call("OverrideStageCondition", **place, conditionType=kind)
    assert world.ended(first) == "Succeeded"
    assert world.runs == ["Fetch", "Build", "Deploy", "Last"]
    assert world.stage("Deploy")[f"{member}ConditionState"]["latestExecution"]["status"] == "Overridden"


def test_a_failed_stage_is_taken_back_to_the_last_execution_that_succeeded_there(world: World) -> None:
    taken: list[str] = []

    def fetch(work: Work) -> Done:
        return Done(variables={"CommitId": work.execution["pipelineExecutionId"]})

    def deploy(work: Work) -> Done:
        taken.append(work.configuration["EnvironmentVariables"])
        return Done() if len(taken) != 2 else broken(work)

    world.does |= {"Fetch": fetch, "Deploy": deploy}
    configuration = {"ProjectName": "b", "EnvironmentVariables": "#{S.CommitId}"}
    deployed = stage("Deploy", build("Deploy", configuration=configuration), onFailure={"result": "ROLLBACK"})
    first = world.create(pipeline(deployed, stage("Last", build("Last"))))
    assert world.ended(first) == "Succeeded"
    second = world.start()
    assert world.ended(second) == "Failed"
    back = world.executions()[0]
    assert world.ended(back["pipelineExecutionId"]) == "Succeeded"
    assert (back["executionType"], back["trigger"]["triggerType"]) == ("ROLLBACK", "AutomatedRollback")
    assert back["rollbackMetadata"] == {"rollbackTargetPipelineExecutionId": first}
    assert taken == [first, second, first]
    assert world.runs.count("Last") == 1  # a rollback is of its stage alone


def test_a_rollback_is_asked_for(world: World) -> None:
    first = world.create(deploying())
    world.ended(first)
    second = world.start()
    world.ended(second)
    place = {"pipelineName": "p", "stageName": "Deploy"}
    back = world.call("RollbackStage", **place, targetPipelineExecutionId=first)["pipelineExecutionId"]
    assert world.ended(back) == "Succeeded"
    assert world.runs[-1] == "Deploy"
    with pytest.raises(ServiceError, match="is a rollback itself") as refused:
        world.call("RollbackStage", **place, targetPipelineExecutionId=back)
    assert refused.value.code == "UnableToRollbackStageException"
    world.call("UpdatePipeline", pipeline=deploying())
    with pytest.raises(ServiceError) as outdated:
        world.call("RollbackStage", **place, targetPipelineExecutionId=first)
    assert outdated.value.code == "PipelineExecutionOutdatedException"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"beforeEntry": condition("ROLLBACK")},
            "beforeEntry of stage Deploy has the result ROLLBACK; it may have FAIL or SKIP",
        ),
        ({"onSuccess": condition("SKIP")}, "it may have FAIL or ROLLBACK"),
        ({"beforeEntry": condition("FAIL", rule(operator="GT"))}, "has the operator 'GT'"),
        (
            {"onFailure": {"result": "RETRY", **condition("ROLLBACK")}},
            "cannot retry by itself and have conditions",
        ),
    ],
)
def test_a_condition_that_cannot_be_is_refused(world: World, change: Structure, sentence: str) -> None:
    with pytest.raises(ServiceError, match=sentence):
        world.create(deploying(**change))


@pytest.mark.parametrize("provider", ["LambdaInvoke", "CloudWatchAlarm", "DeploymentWindow"])
def test_a_rule_that_is_not_carried_out_is_refused_by_name(world: World, provider: str) -> None:
    other = {**rule(), "ruleTypeId": {**RULE_TYPE, "provider": provider}}
    with pytest.raises(NotInTheSandbox, match=f"the rule type {provider} of rule R"):
        world.create(deploying(beforeEntry=condition("FAIL", other)))


def test_no_rollback_in_parallel_mode(world: World) -> None:
    declared = deploying(onFailure={"result": "ROLLBACK"}) | {"executionMode": "PARALLEL"}
    with pytest.raises(ServiceError, match="not available in PARALLEL mode"):
        world.create(declared)


TEXT = st.text(st.characters(exclude_characters="#{}"), max_size=8)


@given(TEXT, TEXT)
def test_equal_and_not_equal_are_each_others_opposite(left: str, right: str) -> None:
    def passes(operator: str) -> bool:
        return check(rule(operator=operator, value=right), {"B": {"DEPLOY": left}}).passed

    assert passes("EQ") == (left == right) == (not passes("NE"))
    assert passes("CONTAINS") == (right in left)


@given(TEXT)
def test_a_pattern_must_match_the_whole_value(text: str) -> None:
    scope = {"B": {"DEPLOY": f"v1{text}"}}
    assert check(rule(operator="MATCHES", value="v[0-9]"), scope).passed == (text == "")
    assert not check(rule(operator="MATCHES", value="v["), scope).passed  # no pattern at all
