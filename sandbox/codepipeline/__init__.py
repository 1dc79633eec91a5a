"""CodePipeline: pipelines, and their executions.

    service           the service: its store, and what its executions reach
    operations        every operation that is answered
    pipelines         change, describe, list; versions
    tags              a pipeline's tags
    structure         what AWS refuses of a structure: stages, actions, artifacts
    stage_conditions  what it refuses of conditions
    variables         what it refuses of variables and of references to them
    steps             the order in which actions run
    action_types      the action types that the sandbox knows, with their artifacts and configuration
    cloudformation    the resource type AWS::CodePipeline::Pipeline

Packages:
    executions        the operations on executions
    running           executions under way: what follows from what
    actions           what each provider of actions does
"""
