"""Pipelines and their executions."""

from __future__ import annotations

from sandbox.iam.asks import Asks, on
from sandbox.iam.tables.sagemaker.tagging import TAGS

_EXECUTION = on("pipeline-execution", "PipelineExecutionArn")

PIPELINES = {
    "CreatePipeline": Asks(on=on("pipeline", "PipelineName"), tagging=TAGS, passes=("RoleArn",)),
    "UpdatePipeline": Asks(on=on("pipeline", "PipelineName"), passes=("RoleArn",)),
    **{
        f"{verb}Pipeline{what}": Asks(
            on=on("pipeline", "PipelineName"), keys={"sagemaker:PipelineVersionId": "PipelineVersionId"}
        )
        for verb, what in (("Describe", ""), ("Start", "Execution"))
    },
    "DeletePipeline": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelineExecutions": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelineVersions": Asks(on=on("pipeline", "PipelineName")),
    "ListPipelines": Asks(),
    "DescribePipelineDefinitionForExecution": Asks(on=_EXECUTION),
    "ListPipelineExecutionSteps": Asks(on=_EXECUTION),
    "ListPipelineParametersForExecution": Asks(on=_EXECUTION),
    **{f"{verb}PipelineExecution": Asks(on=_EXECUTION) for verb in ("Describe", "Retry", "Stop", "Update")},
}
