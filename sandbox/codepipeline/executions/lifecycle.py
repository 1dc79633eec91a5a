"""A pipeline's life as its executions see it: creation starts the first, deletion ends them all."""

from __future__ import annotations

from sandbox.caller import caller
from sandbox.codepipeline import pipelines
from sandbox.codepipeline.executions import starting
from sandbox.codepipeline.executions.found import current
from sandbox.codepipeline.running import records
from sandbox.codepipeline.running.engine import turn
from sandbox.codepipeline.service import CodePipeline
from sandbox.errors import ValidationError
from sandbox.store import Document


def create_pipeline(codepipeline: CodePipeline, request: Document) -> Document:
    """ "The pipeline starts to run when you create it" (user guide, "Create a pipeline")."""
    name = request["pipeline"]["name"]
    with turn(codepipeline, name) as taken:
        response = pipelines.create_pipeline(codepipeline, request)
        structure = current(codepipeline, name)
        trigger = {"triggerType": "CreatePipeline", "triggerDetail": codepipeline.around.arn_of(caller())}
        if _startable(structure):
            starting.begin(taken, structure, trigger=trigger, request={})
    return response


def _startable(structure: Document) -> bool:
    """A variable without a default has no value yet: somebody must start the pipeline with one."""
    try:
        starting.variables(structure, {})
    except ValidationError:
        return False
    return True


def delete_pipeline(codepipeline: CodePipeline, request: Document) -> Document:
    """What runs for it in other services is let run; nobody hears of its end."""
    name = request["name"]
    with turn(codepipeline, name) as taken:
        for execution in records.live(codepipeline.store, name):
            for action in records.under_way(codepipeline.store, execution["pipelineExecutionId"]):
                taken.abandoned.append(action["actionExecutionId"])
                codepipeline.deadlines.clear(action["actionExecutionId"])
        records.forget(codepipeline.store, name)
        starting.forget_tokens(codepipeline, name)
        return pipelines.delete_pipeline(codepipeline, request)


OPERATIONS = {"CreatePipeline": create_pipeline, "DeletePipeline": delete_pipeline}
