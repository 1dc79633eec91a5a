"""What the steps of an execution are given, and what is listed of it."""

from __future__ import annotations

import json

from tests.sandbox.pipelines.definitions import (
    Json,
    definition,
    fail,
    get,
    join,
    processing,
    training,
)
from tests.sandbox.pipelines.world import Pipelines


def test_parameters_arrive_typed_and_only_the_given_ones_are_listed(world: Pipelines) -> None:
    parameters: list[Json] = [
        {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
        {"Name": "Uri", "Type": "String", "DefaultValue": "s3://bucket/in"},
    ]
    step = processing("A", source=get("Parameters.Uri"), instances=get("Parameters.Count"))
    world.create(definition(step, parameters=parameters))
    execution, _ = world.run(parameters={"Count": "3"})
    ((_, request),) = world.jobs.requests
    assert request["ProcessingResources"]["ClusterConfig"]["InstanceCount"] == 3
    listed = world.call("ListPipelineParametersForExecution", PipelineExecutionArn=execution["PipelineExecutionArn"])
    assert listed["PipelineParameters"] == [{"Name": "Count", "Value": "3"}]


def test_execution_variables_are_those_of_the_execution(world: Pipelines) -> None:
    message = join(
        *[get(f"Execution.{name}") for name in ("PipelineName", "PipelineExecutionId", "PipelineArn", "StartDateTime")],
        on="|",
    )
    experiment = {"ExperimentName": get("Execution.PipelineName"), "TrialName": get("Execution.PipelineExecutionId")}
    world.create(definition(fail("F", message), PipelineExperimentConfig=experiment))
    execution, steps = world.run()
    arn = execution["PipelineExecutionArn"]
    name, identity, pipeline, started = steps["F"]["FailureReason"].split("|")
    assert (name, identity, pipeline) == ("p", arn.rpartition("/")[2], execution["PipelineArn"])
    assert started.endswith("Z")
    assert execution["PipelineExperimentConfig"] == {"ExperimentName": "p", "TrialName": identity}


def test_a_jobs_own_name_is_an_execution_variable_inside_its_step(world: Pipelines) -> None:
    step = training("T")
    step["Arguments"]["OutputDataConfig"]["S3OutputPath"] = join("s3://bucket/", get("Execution.TrainingJobName"))
    world.create(definition(step))
    world.run()
    ((_, request),) = world.jobs.requests
    assert request["OutputDataConfig"]["S3OutputPath"] == f"s3://bucket/{request['TrainingJobName']}"


def test_the_definition_of_an_execution_outlives_an_update_of_the_pipeline(world: Pipelines) -> None:
    first, second = definition(fail("Old")), definition(fail("New"))
    world.create(first)
    execution, _ = world.run()
    world.call("UpdatePipeline", PipelineName="p", PipelineDefinition=json.dumps(second))
    arn = execution["PipelineExecutionArn"]
    kept = world.call("DescribePipelineDefinitionForExecution", PipelineExecutionArn=arn)
    assert json.loads(kept["PipelineDefinition"]) == first
    world.call("RetryPipelineExecution", PipelineExecutionArn=arn)
    world.end(arn)
    assert list(world.steps(arn)) == ["Old"]


def test_steps_are_listed_newest_first_in_pages(world: Pipelines) -> None:
    chain = [processing("S0")] + [processing(f"S{n}", DependsOn=[f"S{n - 1}"]) for n in range(1, 5)]
    world.create(definition(*chain))
    execution, _ = world.run()
    names: list[str] = []
    token: dict[str, str] = {}
    while True:
        answer = world.call(
            "ListPipelineExecutionSteps", PipelineExecutionArn=execution["PipelineExecutionArn"], MaxResults=2, **token
        )
        names += [each["StepName"] for each in answer["PipelineExecutionSteps"]]
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert names == ["S4", "S3", "S2", "S1", "S0"]
