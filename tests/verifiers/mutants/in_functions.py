"""Faults in the functions and their surroundings."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, drop, edit, put, remove, resource

FUNCTION, GROUP = "AWS::Lambda::Function", "AWS::Logs::LogGroup"
ALARM = "AWS::CloudWatch::Alarm"
RECONCILER, REVIEW, SEAL = "-reconciler", "-review", "-model-seal"


def _custom_resource(assembly: Assembly) -> None:
    resources = assembly.templates["abalone-foundation"]["Resources"]
    token = {"Fn::GetAtt": [next(key for key, one in resources.items() if one["Type"] == FUNCTION), "Arn"]}
    resources["Extra"] = {"Type": "Custom::Notifications", "Properties": {"ServiceToken": token}}


def _no_log_key(assembly: Assembly) -> None:
    del resource(assembly, GROUP, "/aws/lambda/abalone-reconciler")["Properties"]["KmsKeyId"]


MUTANTS = (
    Mutant(
        "the reconciler is not told its group",
        drop(FUNCTION, RECONCILER, "Environment.Variables.MODEL_PACKAGE_GROUP_NAME"),
        "function-variable",
    ),
    Mutant(
        "the reconciler starts another pipeline",
        put(FUNCTION, RECONCILER, "Environment.Variables.DEPLOY_PIPELINE_NAME", "other"),
        "variable-value",
    ),
    Mutant(
        "the reconciler looks at staging, not at production",
        put(FUNCTION, RECONCILER, "Environment.Variables.STAGE_ENDPOINT_NAME", "abalone-staging"),
        "variable-value",
    ),
    Mutant(
        "the review looks at staging's stack",
        put(FUNCTION, REVIEW, "Environment.Variables.STACK_NAME", "abalone-staging"),
        "variable-value",
    ),
    Mutant(
        "the review compares with what was built for staging",
        put(FUNCTION, REVIEW, "Environment.Variables.STAGE_NAME", "staging"),
        "variable-value",
    ),
    Mutant(
        "the review asks a function that knows no decision",
        put(FUNCTION, REVIEW, "Environment.Variables.DECISIONS_FUNCTION_NAME", "abalone-retraining"),
        "variable-value",
    ),
    Mutant(
        "archives are sealed where jobs may write",
        put(FUNCTION, SEAL, "Environment.Variables.MODELS_PREFIX_URI", "s3://abalone-artifacts/abalone-pipeline/"),
        "variable-value",
    ),
    Mutant(
        "the seal takes archives from anywhere",
        put(FUNCTION, SEAL, "Environment.Variables.OUTPUTS_PREFIX_URI", "s3://abalone-artifacts/"),
        "variable-value",
    ),
    Mutant(
        "the seal is not told the key", drop(FUNCTION, SEAL, "Environment.Variables.KMS_KEY_ARN"), "function-variable"
    ),
    Mutant(
        "the handler is not found",
        put(FUNCTION, RECONCILER, "Handler", "reconciler.handler.handler"),
        "function-handler",
    ),
    Mutant(
        "the function has no code of that name",
        put(FUNCTION, RECONCILER, "FunctionName", "abalone-reconcile"),
        "function-code",
    ),
    Mutant(
        "a runtime that is no longer supported", put(FUNCTION, RECONCILER, "Runtime", "python3.7"), "cfn-lint::E2531"
    ),
    Mutant("a runtime that does not exist", put(FUNCTION, RECONCILER, "Runtime", "python4"), "api-shape"),
    Mutant("a function with more memory than there is", put(FUNCTION, RECONCILER, "MemorySize", 40000), "api-shape"),
    Mutant("what a function fails on is lost", drop(FUNCTION, RECONCILER, "DeadLetterConfig"), "checkov::CKV_AWS_116"),
    Mutant(
        "a function without a log group, so with a log for ever",
        remove(GROUP, "/aws/lambda/abalone-reconciler"),
        "function-log",
    ),
    Mutant(
        "a log that is kept for ever", drop(GROUP, "/aws/lambda/abalone-reconciler", "RetentionInDays"), "log-retention"
    ),
    Mutant("a log that is not encrypted", _no_log_key, "unencrypted"),
    Mutant(
        "code of a function that is its owner's alone to read",
        edit("functions.zip", "-rw-r--r-- functions/notices/handler.py", "-rw------- functions/notices/handler.py"),
        "archive-mode",
    ),
    Mutant("a function whose death is told by nobody", remove(ALARM, "-notices-errors"), "alarm-missing"),
    Mutant("a custom resource", _custom_resource, "custom-resource"),
    Mutant(
        "a name that SageMaker refuses",
        put("AWS::SageMaker::ModelPackageGroup", "", "ModelPackageGroupName", "abalone_models"),
        "api-shape",
    ),
)
