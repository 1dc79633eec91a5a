"""What each operation of our own services asks for, a module a service.

    sagemaker       SageMaker, its runtime included
    codebuild       CodeBuild
    codecommit      CodeCommit
    codepipeline    CodePipeline

From the Service Authorization Reference (https://docs.aws.amazon.com/service-authorization/latest/reference/), with what the
services' own guides add beside the entries that take it from there.
"""

from sandbox.iam.tables import codebuild, codecommit, codepipeline, sagemaker

TABLES = {
    "sagemaker": sagemaker.TABLE,
    "codebuild": codebuild.TABLE,
    "codecommit": codecommit.TABLE,
    "codepipeline": codepipeline.TABLE,
}

# What a condition on one of these services may look at; aws: keys are the evaluator's.
CARRIED = frozenset(
    {
        "sagemaker:TaggingAction",
        *(key for table in TABLES.values() for asks in table.operations.values() for key in asks.keys),
    }
)
