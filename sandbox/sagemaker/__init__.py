"""SageMaker: registry, pipelines, jobs, models, endpoints, and InvokeEndpoint.

    runtime          the front door of InvokeEndpoint; the control plane's is sandbox.frontend
    operations       every operation that is answered
    service          what the operations reach
    listing, paging  what every List operation shares
    registry/        model package groups and versions
    hosting/         models, endpoint configurations, endpoints, and the processes behind them
    jobs/            processing, training and transform jobs
    pipelines/       the pipeline definition JSON, interpreted
    cloudformation   the resource types AWS::SageMaker::*

An operation is a function `(sagemaker, request) -> response` over API shapes as plain JSON; timestamps are epoch seconds.
Documents are kept in API shape too, so that Describe is a look-up; members that begin with `_` are the sandbox's own.
"""
