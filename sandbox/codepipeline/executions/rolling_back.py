"""A stage is taken back to what an earlier execution did there (API_RollbackStage)."""

from __future__ import annotations

from sandbox.caller import caller
from sandbox.codepipeline.executions.found import current, execution_of, stage_of
from sandbox.codepipeline.running import stages
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.running.events import pipeline_changed
from sandbox.codepipeline.running.rollback import may_be_target, rollback
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import DeclaredError
from sandbox.store import Document


def rollback_stage(codepipeline: CodePipeline, request: Document) -> Document:
    name, stage, identity = request["pipelineName"], request["stageName"], request["targetPipelineExecutionId"]
    with turn(codepipeline, name) as taken:
        pipeline = current(codepipeline, name)
        stage_of(pipeline, stage)
        target = execution_of(codepipeline, name, identity)
        if target["pipelineVersion"] != pipeline["version"]:
            raise DeclaredError(
                "PipelineExecutionOutdatedException",
                f"Execution '{identity}' is of version {target['pipelineVersion']}, the pipeline is at {pipeline['version']}",
            )
        if pipeline["executionMode"] == "PARALLEL":
            raise _unable(stage, "rollback is not available in PARALLEL mode")
        if stage == pipeline["stages"][0]["name"]:
            raise _unable(stage, "it is the source stage")
        if not may_be_target(target, stage):
            raise _unable(stage, f"execution '{identity}' did not succeed there, or is a rollback itself")
        if taken.stage_state(stage)["holder"] is not None:
            raise _unable(stage, "it is running")
        trigger = {"triggerType": "ManualRollback", "triggerDetail": codepipeline.around.arn_of(caller())}
        execution = rollback(taken, target, trigger)
        pipeline_changed(codepipeline, execution, "STARTED")
        stages.enter(taken, execution, stage)
    return {"pipelineExecutionId": execution["pipelineExecutionId"]}


def _unable(stage: str, why: str) -> DeclaredError:
    return DeclaredError("UnableToRollbackStageException", f"Unable to roll back stage '{stage}': {why}")


OPERATIONS = {"RollbackStage": rollback_stage}
