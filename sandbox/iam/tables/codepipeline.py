"""CodePipeline's operations (Service Authorization Reference, "AWS CodePipeline"): on a pipeline, on a stage, or on one action."""

from __future__ import annotations

from sandbox.iam.asks import Asks, Table, on

_PIPELINE = on("pipeline", "pipelineName")
_STAGE = on("stage", "pipelineName", "stageName")
_OF_PIPELINES = (
    "GetPipelineExecution",
    "ListActionExecutions",
    "ListPipelineExecutions",
    "ListRuleExecutions",
    "StopPipelineExecution",
)
_OF_STAGES = (
    "DisableStageTransition",
    "EnableStageTransition",
    "OverrideStageCondition",
    "RetryStageExecution",
    "RollbackStage",
)
_TAGGING = ("ListTagsForResource", "TagResource", "UntagResource")

TABLE = Table(
    prefix="codepipeline",
    principal="codepipeline.amazonaws.com",
    arns={"pipeline": "{}", "stage": "{}", "action": "{}"},
    operations={
        "CreatePipeline": Asks(on=on("pipeline", "pipeline.name"), tagging="TagResource", passes=("pipeline.roleArn",)),
        "UpdatePipeline": Asks(on=on("pipeline", "pipeline.name"), passes=("pipeline.roleArn",)),
        "PutApprovalResult": Asks(on=on("action", "pipelineName", "stageName", "actionName")),
        **{f"{verb}Pipeline": Asks(on=on("pipeline", "name")) for verb in ("Delete", "Get")},
        "GetPipelineState": Asks(on=on("pipeline", "name")),
        "StartPipelineExecution": Asks(on=on("pipeline", "name")),
        **{operation: Asks(on=_PIPELINE) for operation in _OF_PIPELINES},
        **{operation: Asks(on=_STAGE) for operation in _OF_STAGES},
        **{operation: Asks(on=on("pipeline", "resourceArn")) for operation in _TAGGING},
        **{operation: Asks() for operation in ("ListActionTypes", "ListPipelines", "ListRuleTypes")},
        **{operation: Asks() for operation in ("PutJobFailureResult", "PutJobSuccessResult")},
    },
)
