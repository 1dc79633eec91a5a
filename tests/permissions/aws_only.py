"""Statements that the loop never uses here, each with what asks for it on AWS. An entry that is used after all fails the tests."""

from __future__ import annotations

from collections.abc import Mapping

_TRACES = (
    "Lambda sends the segments of active tracing in the function's name, and there is no X-Ray here (Lambda developer guide, "
    '"Visualize Lambda function invocations using AWS X-Ray")'
)
_BUCKET = (
    'CodePipeline looks at the bucket of its artifacts in the pipeline\'s name (user guide, "CodePipeline service role policy"); '
    "here it knows the bucket"
)
_BUILDS = (
    "CodeBuild's guide has the two in its service role for the bucket of a pipeline's artifacts (user guide, \"Allow CodeBuild to "
    'interact with other AWS services"); here it knows the bucket'
)
_ABSENT = (
    "S3 answers 404 for an object that is not there only to who may list, and 403 to others (API_HeadObject, "
    "API_GetObject); here it is 404 for all"
)

_OUTPUTS = (
    "SageMaker's guide asks kms:Encrypt of a role whose outputs name a key (API_OutputDataConfig, API_TransformOutput); here S3 "
    "asks for what it does itself"
)

_DEAD_LETTERS = (
    'CreateFunction asks it of the role of a function that has a dead-letter queue (Lambda developer guide, "Dead-letter '
    'queues"); a step of the SageMaker pipeline invokes this one, and hears of its error itself'
)

AWS_ONLY: Mapping[str, str] = {
    "Job-EncryptOutputs": _OUTPUTS,
    "Endpoint-EncryptOutputs": _OUTPUTS,
    "Endpoint-ListModels": (
        'CreateModel is documented to ask s3:ListBucket of the execution role (developer guide, "CreateModel API: Execution Role '
        'Permissions"); here the artifact is fetched by its key'
    ),
    "Job-PutMetrics": (
        'CreateProcessingJob and CreateTrainingJob are documented to ask it (developer guide, "Execution Role Permissions" of '
        "each); here nothing is measured, since no metrics may be defined beside an algorithm of Amazon's"
    ),
    "Endpoint-PutMetrics": (
        'an endpoint\'s containers may put metrics (developer guide, "CreateModel API: Execution Role Permissions"); here none does'
    ),
    "SageMakerPipeline-ListOutputs": _ABSENT,
    "BuildPipeline-ReadArtifacts": (
        "CodePipeline's role is documented to read the artifacts of its bucket (user guide, \"CodePipeline service role "
        "policy\"); here the source is fetched by the role of the build alone, and a pipeline reads only CloudFormation's files"
    ),
    "BuildPipeline-FindTheBucket": _BUCKET,
    "DeployPipeline-FindTheBucket": _BUCKET,
    "Build-FindTheBucket": _BUILDS,
    "Deploy-FindTheBucket": _BUILDS,
    "SmokeTest-FindTheBucket": _BUILDS,
    "Reconciler-WriteTraces": _TRACES,
    "Review-WriteTraces": _TRACES,
    "Retraining-WriteTraces": _TRACES,
    "DataArrival-WriteTraces": _TRACES,
    "DataCheck-WriteTraces": _TRACES,
    "DataCheck-KeepWhatFails": _DEAD_LETTERS,
    "ModelSeal-WriteTraces": _TRACES,
    "ModelSeal-KeepWhatFails": _DEAD_LETTERS,
    "DataCheck-UseTheKey": (
        "Lambda decrypts a function's variables with the key in its role's name (Lambda developer guide, \"Securing Lambda "
        'environment variables"); here they are not encrypted'
    ),
    "Notices-WriteTraces": _TRACES,
}
