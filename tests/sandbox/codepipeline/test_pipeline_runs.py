"""An execution from its start to its end: order, variables, artifacts, failure."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.codepipeline.actions.contract import Done, Revision, Work
from sandbox.errors import ServiceError
from tests.sandbox.codepipeline.structures import artifacts
from tests.sandbox.codepipeline.world import Held, World, broken, build, pipeline, stage


def test_a_new_pipeline_runs_at_once(world: World) -> None:
    first = world.create(pipeline(stage("Build", build("Build"))))
    assert world.ended(first) == "Succeeded"
    assert world.runs == ["Fetch", "Build"]
    [summary] = world.executions()
    assert summary["trigger"]["triggerType"] == "CreatePipeline"


def test_a_run_order_begins_when_all_of_the_one_before_have_succeeded(world: World) -> None:
    slow = Held()
    world.does["Slow"] = slow
    stages = stage("Build", build("Quick"), build("Slow"), build("After", runOrder=2))
    first = world.create(pipeline(stages))
    world.in_action(first, "Slow")
    assert "After" not in world.runs
    slow.go.set()
    assert world.ended(first) == "Succeeded"
    assert world.runs[-1] == "After"


def test_variables_are_resolved_when_the_action_starts(world: World) -> None:
    seen: list[dict[str, str]] = []

    def look(work: Work) -> Done:
        seen.append(dict(work.configuration))
        return Done()

    world.does |= {"Fetch": lambda _: Done(variables={"CommitId": "c1"}), "Build": look}
    text = "#{variables.V} #{S.CommitId} #{codepipeline.PipelineExecutionId}"
    configuration = {"ProjectName": "b", "EnvironmentVariables": text}
    declared = [{"name": "V", "defaultValue": "default"}]
    first = world.create(pipeline(stage("Build", build("Build", configuration=configuration)), variables=declared))
    world.ended(first)
    second = world.start(variables=[{"name": "V", "value": "given"}])
    world.ended(second)
    assert [each["EnvironmentVariables"] for each in seen] == [f"default c1 {first}", f"given c1 {second}"]
    shown = world.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=second)["pipelineExecution"]
    assert shown["variables"] == [{"name": "V", "resolvedValue": "given"}]


def test_a_variable_without_a_value_fails_the_action_that_refers_to_it(world: World) -> None:
    configuration = {"ProjectName": "b", "EnvironmentVariables": "#{S.Nothing}"}
    first = world.create(pipeline(stage("Build", build("Build", configuration=configuration))))
    assert world.ended(first) == "Failed"
    [run] = world.stage("Build")["actionStates"]
    assert "#{S.Nothing} has no value" in run["latestExecution"]["errorDetails"]["message"]
    assert world.runs == ["Fetch"]


def test_an_artifact_is_where_the_first_letters_of_its_names_say(world: World) -> None:
    taken: list[str] = []

    def look(work: Work) -> Done:
        taken.append(work.inputs["Code"].key)
        return Done()

    world.does["Build"] = look
    built = build("Build", outputArtifacts=artifacts("AVeryLongArtifactName"))
    named = pipeline(stage("Build", built), name="a-pipeline-with-a-long-name")
    world.ended(world.create(named))
    folder, artifact, random = taken[0].split("/")
    assert (folder, artifact, len(random)) == ("a-pipeline-with-a-lo", "Code", 7)
    run, *_ = world.call("ListActionExecutions", pipelineName=named["name"])["actionExecutionDetails"]
    [made] = run["output"]["outputArtifacts"]
    assert made["s3location"]["key"].startswith("a-pipeline-with-a-lo/AVeryLongA/")


def test_after_a_failure_nothing_new_begins_but_what_runs_is_let_finish(world: World) -> None:
    slow = Held()
    world.does |= {"Slow": slow, "Broken": broken}
    stages = stage("Build", build("Slow"), build("Broken"), build("After", runOrder=2))
    first = world.create(pipeline(stages, stage("Deploy", build("Deploy"))))
    world.in_action(first, "Slow")
    slow.go.set()
    assert world.ended(first) == "Failed"
    assert sorted(world.runs) == ["Broken", "Fetch", "Slow"]
    by_name = {each["actionName"]: each["latestExecution"] for each in world.stage("Build")["actionStates"][:2]}
    assert {name: run["status"] for name, run in by_name.items()} == {"Slow": "Succeeded", "Broken": "Failed"}
    assert by_name["Broken"]["errorDetails"] == {"code": "JobFailed", "message": "it broke"}
    assert world.stage("Build")["latestExecution"]["status"] == "Failed"


def test_what_a_source_fetched_is_the_executions_revision(world: World) -> None:
    revision = Revision(id="c1", summary="Add a row", url="https://there", created=5.0)
    world.does["Fetch"] = lambda _: Done(revision=revision)
    first = world.create(pipeline(stage("Build", build("Build"))))
    world.ended(first)
    shown = world.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)["pipelineExecution"]
    [made] = shown["artifactRevisions"]
    assert (made["name"], made["revisionId"], made["revisionSummary"]) == ("Code", "c1", "Add a row")
    assert world.executions()[0]["sourceRevisions"][0]["actionName"] == "Fetch"
    assert world.stage("Source")["actionStates"][0]["currentRevision"]["revisionId"] == "c1"


def test_an_execution_keeps_the_version_it_began_with(world: World) -> None:
    slow = Held()
    world.does["Build"] = slow
    declared = pipeline(stage("Build", build("Build"), build("Old", runOrder=2)))
    first = world.create(declared)
    world.in_action(first, "Build")
    world.call("UpdatePipeline", pipeline=pipeline(stage("Build", build("Build"), build("New", runOrder=2))))
    slow.go.set()
    assert world.ended(first) == "Succeeded"
    assert world.runs == ["Fetch", "Build", "Old"]


def test_a_deleted_pipeline_hears_of_nothing_any_more(world: World) -> None:
    slow = Held()
    world.does["Build"] = slow
    declared = pipeline(stage("Build", build("Build"), build("After", runOrder=2)))
    first = world.create(declared)
    world.in_action(first, "Build")
    world.call("DeletePipeline", name="p")
    slow.go.set()
    second = world.create(declared)
    assert world.ended(second) == "Succeeded"
    assert [each["pipelineExecutionId"] for each in world.executions()] == [second]
    with pytest.raises(ServiceError, match="does not have an execution"):
        world.call("GetPipelineExecution", pipelineName="p", pipelineExecutionId=first)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"variables": [{"name": "W", "value": "1"}]}, "does not have a variable with name 'W'"),
        ({}, "Variable 'V' of pipeline 'p' has no default"),
        (
            {"variables": [{"name": "V", "value": "1"}], "sourceRevisions": [{}]},
            "Missing required parameter",
        ),
    ],
)
def test_a_start_with_wrong_variables_is_refused(world: World, request_: dict[str, Any], sentence: str) -> None:
    world.call("CreatePipeline", pipeline=pipeline(stage("Build", build("Build")), variables=[{"name": "V"}]))
    assert world.executions() == []  # a variable without a value: nobody can start it but with one
    with pytest.raises(ServiceError, match=sentence):
        world.start(**request_)


def test_a_revision_is_for_a_source_action_that_takes_its_type(world: World) -> None:
    world.ended(world.create(pipeline(stage("Build", build("Build")))))
    revision = {"actionName": "Fetch", "revisionType": "S3_OBJECT_KEY", "revisionValue": "k"}
    with pytest.raises(ServiceError, match="takes no revision of type S3_OBJECT_KEY"):
        world.start(sourceRevisions=[revision])
    with pytest.raises(ServiceError, match="does not have a source action with name 'Build'"):
        world.start(sourceRevisions=[{**revision, "actionName": "Build"}])
    seen: list[object] = []

    def look(work: Work) -> Done:
        seen.append(work.execution["_overrides"])
        return Done()

    world.does["Fetch"] = look
    chosen = {**revision, "revisionType": "COMMIT_ID", "revisionValue": "c7"}
    world.ended(world.start(sourceRevisions=[chosen]))
    assert seen == [{"Fetch": {"COMMIT_ID": "c7"}}]


def test_the_same_token_starts_one_execution(world: World) -> None:
    world.ended(world.create(pipeline(stage("Build", build("Build")))))
    once, twice = world.start(clientRequestToken="t"), world.start(clientRequestToken="t")
    assert once == twice
    assert len(world.executions()) == 2
    with pytest.raises(ServiceError, match="clientRequestToken t was used with another request"):
        world.start(clientRequestToken="t", sourceRevisions=[])
