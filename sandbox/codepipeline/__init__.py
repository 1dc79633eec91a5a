"""CodePipeline: pipelines and their structure.

    pipelines       create, change, describe, list, delete; versions
    tags            a pipeline's tags
    structure       what AWS refuses of a structure: stages, actions, artifacts
    variables       what it refuses of variables and of references to them
    steps           the order in which actions run
    action_types    the action types that the sandbox knows, with their artifacts and configuration
    cloudformation  the resource type AWS::CodePipeline::Pipeline

What is not here yet: executions (StartPipelineExecution and what follows it, the first one on creation included).
"""
