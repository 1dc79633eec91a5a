"""What SageMaker tells EventBridge: each committed change of a state, as the event that AWS sends.

    announcing   from the store's changes to the bus, in their order, on a thread of its own
    catalogue    which event a change of which kind of document is
    detail       times and tags as the events spell them
    jobs         processing, training and transform jobs
    hosting      models, endpoint configurations, endpoints
    registry     model packages
    pipelines    executions and their steps

Shapes and casing: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""
