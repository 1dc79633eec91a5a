"""SageMaker: registry, pipelines, jobs, models, endpoints, and InvokeEndpoint.

    service      one operation in, one answer out: validated, dispatched, trimmed to the model's output shape
    store        what must survive: documents in SQLite
    arns, paging what every List and Describe shares
    groups, packages, tags      the model registry
    models, endpoint_configs, endpoints, fleet, invocation   what serves
    jobs         processing, training, transform: records, and the threads that run their containers
    pipelines, definition, executions, steps/   the pipeline definition JSON, interpreted
    cloudformation   the resource types AWS::SageMaker::*

An operation is a function `(sagemaker, request) -> response` over API shapes as plain JSON; timestamps are epoch seconds.
Documents are kept in API shape too, so that Describe is a look-up; members that begin with `_` are the sandbox's own.
"""
