"""Faults in CodeBuild projects and build specifications."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, edit, properties, put

PROJECT, SPEC = "AWS::CodeBuild::Project", "buildspec.yml"
BUILD, DEPLOY, TEST = "-model-build", "-model-deploy", "-smoke-test"


def _renamed(assembly: Assembly) -> None:
    _variable(assembly, BUILD, "SAGEMAKER_PIPELINE_NAME")["Name"] = "SAGEMAKER_PIPELINE"


def _renamed_for_the_promoter(assembly: Assembly) -> None:
    _variable(assembly, DEPLOY, "SOURCE_MODEL_PACKAGE_GROUP_NAME")["Name"] = "MODEL_PACKAGE_GROUP_NAME"


def _other_pipeline(assembly: Assembly) -> None:
    _variable(assembly, BUILD, "SAGEMAKER_PIPELINE_NAME")["Value"] = "abalone"


def _other_bucket(assembly: Assembly) -> None:
    _variable(assembly, BUILD, "INPUT_DATA_URI")["Value"] = "s3://another-bucket/data/"


def _another_data_check(assembly: Assembly) -> None:
    entry = _variable(assembly, BUILD, "DATA_CHECK_FUNCTION_ARN")
    entry["Value"] = str(entry["Value"]).replace("-data-check", "-reconciler")


def _another_model_seal(assembly: Assembly) -> None:
    entry = _variable(assembly, BUILD, "MODEL_SEAL_FUNCTION_ARN")
    entry["Value"] = str(entry["Value"]).replace("-model-seal", "-data-check")


def _a_batch_elsewhere(assembly: Assembly) -> None:
    entry = _variable(assembly, BUILD, "BATCH_DATA_URI")
    entry["Value"] = str(entry["Value"]).replace("/batch/", "/batches/")


def _asks_another_function(assembly: Assembly) -> None:
    _variable(assembly, DEPLOY, "DECISIONS_FUNCTION_NAME")["Value"] = "abalone-data-arrival"


def _password(assembly: Assembly) -> None:
    given = properties(assembly, PROJECT, BUILD)["Environment"]["EnvironmentVariables"]
    given.append({"Name": "GIT_PASSWORD", "Type": "PLAINTEXT", "Value": "example"})


def _smoke_test_without_hashes(assembly: Assembly) -> None:
    source = properties(assembly, PROJECT, TEST)["Source"]
    assert "--require-hashes -r requirements.txt" in source["BuildSpec"]
    source["BuildSpec"] = source["BuildSpec"].replace("--require-hashes -r requirements.txt", "-r requirements.txt")


def _variable(assembly: Assembly, project: str, name: str) -> dict[str, object]:
    given = properties(assembly, PROJECT, project)["Environment"]["EnvironmentVariables"]
    return next(entry for entry in given if entry["Name"] == name)


MUTANTS = (
    Mutant("a privileged build", put(PROJECT, BUILD, "Environment.PrivilegedMode", True), "build-privileged"),
    Mutant(
        "a compute type that does not exist",
        put(PROJECT, BUILD, "Environment.ComputeType", "BUILD_GENERAL1_TINY"),
        "api-shape",
    ),
    Mutant("a kind of environment that does not exist", put(PROJECT, BUILD, "Environment.Type", "LINUX"), "api-shape"),
    Mutant("an image of somebody else's", put(PROJECT, BUILD, "Environment.Image", "python:3.11"), "build-image"),
    Mutant("a build without a time limit", put(PROJECT, BUILD, "TimeoutInMinutes", None), "build-timeout"),
    Mutant("a password in plain text", _password, "build-secret"),
    Mutant("a variable under a wrong name for the build", _renamed, "build-variable"),
    Mutant("a variable under a wrong name for the promoter", _renamed_for_the_promoter, "build-variable"),
    Mutant("the build publishes a pipeline that nothing starts", _other_pipeline, "variable-value"),
    Mutant("a push asks another function which version was approved last", _asks_another_function, "variable-value"),
    Mutant("the pipeline begins with a function that does not look at the data", _another_data_check, "variable-value"),
    Mutant("models are kept by a function that keeps none", _another_model_seal, "variable-value"),
    Mutant("the batch lies where the data check refuses it", _a_batch_elsewhere, "data-folder"),
    Mutant("the data is in a bucket of somebody else's", _other_bucket, "variable-bucket"),
    Mutant("the build specification has no phases", edit(SPEC, "\nphases:", "\nphase:"), "buildspec"),
    Mutant("the build specification is of another version", edit(SPEC, "version: 0.2", "version: 2"), "buildspec"),
    Mutant("the build specification is no YAML", edit(SPEC, "\nphases:", "\nphases: [:"), "buildspec"),
    Mutant("a misspelt phase", edit(SPEC, "  pre_build:", "  prebuild:"), "buildspec"),
    Mutant(
        "packages are installed without their hashes",
        edit(SPEC, " --require-hashes -r requirements.txt", " -r requirements.txt"),
        "buildspec-hashes",
    ),
    Mutant(
        "the installer is installed without its hash",
        edit(SPEC, "--require-hashes -r requirements-installer.txt", "uv==0.13.8"),
        "buildspec-hashes",
    ),
    Mutant("the smoke test installs without hashes", _smoke_test_without_hashes, "buildspec-hashes"),
    Mutant(
        "the build does not hand on the digests of what it has built",
        edit(SPEC, "    - DIGESTS\n", ""),
        "build-export",
    ),
    Mutant(
        "the build does not say whether there is something to deploy", edit(SPEC, "    - DEPLOY\n", ""), "build-export"
    ),
    Mutant("the tests are left out", edit(SPEC, "pytest", "true"), "buildspec-untested"),
    Mutant(
        "the build goes on after failed tests",
        edit(SPEC, "on-failure: ABORT", "on-failure: CONTINUE"),
        "buildspec-continues",
    ),
    Mutant(
        "the smoke test's specification is not found", put(PROJECT, TEST, "Source.BuildSpec", "smoke.yml"), "buildspec"
    ),
)
