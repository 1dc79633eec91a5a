"""The operations on executions.

    starting         StartPipelineExecution, and every other way in which one begins
    lifecycle        CreatePipeline, which starts the first; DeletePipeline, which ends them all
    stopping         StopPipelineExecution
    retrying         RetryStageExecution, OverrideStageCondition
    rolling_back     RollbackStage
    transitions      DisableStageTransition, EnableStageTransition
    approvals        PutApprovalResult
    jobs             PutJobSuccessResult, PutJobFailureResult
    found            what a request names

Views:
    execution_views  GetPipelineExecution, ListPipelineExecutions
    state_view       GetPipelineState
    condition_view   the conditions in it
    run_views        ListActionExecutions, ListRuleExecutions
    type_views       ListActionTypes, ListRuleTypes
"""
