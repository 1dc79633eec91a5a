"""What one file calls a thing, the other calls it too: names in variables, patterns and schedules lead to resources that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from infra.settings.names import MODELS
from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.facts import bucket, names
from tests.verifiers.roles import roles
from tests.verifiers.rules.builds import projects, variables
from tests.verifiers.rules.targets import targets

FUNCTIONS = Path(__file__).parents[3] / "infra" / "functions"


def expected(assembly: Assembly) -> dict[str, set[str]]:
    """Variable -> the values that lead somewhere; whatever the code reads under this name is one of them."""
    known, arns = names(assembly), {role.arn for role in roles(assembly)}
    return {
        "SAGEMAKER_PROJECT_NAME": {known.project},
        "SAGEMAKER_PIPELINE_NAME": {known.sagemaker_pipeline},
        "PIPELINE_NAME": {known.sagemaker_pipeline},
        "SOURCE_MODEL_PACKAGE_GROUP_NAME": {known.model_package_group},
        "MODEL_PACKAGE_GROUP_NAME": {known.model_package_group},
        "DEPLOY_PIPELINE_NAME": {known.model_deploy},
        "DECISIONS_FUNCTION_NAME": {known.reconciler},
        "STAGE_ENDPOINT_NAME": {known.endpoint("prod")},
        "STACK_NAME": {known.endpoint("prod")},
        "STAGE_NAME": {"prod"},
        "DATA_CHECK_FUNCTION_ARN": {
            one.arn for one in assembly.of("AWS::Lambda::Function") if one.name == known.data_check
        },
        "MODEL_SEAL_FUNCTION_ARN": {
            one.arn for one in assembly.of("AWS::Lambda::Function") if one.name == known.model_seal
        },
        "OUTPUTS_PREFIX_URI": {f"s3://{bucket(assembly, 'Artifacts').name}/{known.outputs}"},
        "MODELS_PREFIX_URI": {f"s3://{bucket(assembly, 'Artifacts').name}/{MODELS}"},
        "ARTIFACT_BUCKET": {bucket(assembly, "Artifacts").name},
        "KMS_KEY_ARN": {key.arn for key in assembly.of("AWS::KMS::Key")},
        "TOPIC_ARN": {topic.arn for topic in assembly.of("AWS::SNS::Topic")},
        "SAGEMAKER_PIPELINE_ROLE_ARN": arns,
        "MODEL_EXECUTION_ROLE_ARN": arns,
        "SCHEDULER_ROLE_ARN": arns,
    }


def variable_values(assembly: Assembly) -> Iterator[Finding]:
    everywhere = expected(assembly)
    for resource in [*projects(assembly), *assembly.of("AWS::Lambda::Function")]:
        wanted = everywhere | {"SCHEDULE_NAME": {resource.name}}  # a function sets schedules under its own name
        for name, value in _given(resource).items():
            if name in wanted and value not in wanted[name]:
                yield resource.found("variable-value", f"{name} is {value!r}; what exists: {sorted(wanted[name])[:4]}")


def _given(resource: Resource) -> dict[str, str]:
    if resource.kind == "AWS::CodeBuild::Project":
        return variables(resource)
    return dict(resource.properties.get("Environment", {}).get("Variables", {}))


def data_locations(assembly: Assembly) -> Iterator[Finding]:
    """Every S3 URI in a variable lies in a bucket of these templates."""
    known = {found.name for found in assembly.of("AWS::S3::Bucket")}
    for resource in [*projects(assembly), *assembly.of("AWS::Lambda::Function")]:
        for name, value in _given(resource).items():
            if value.startswith("s3://") and value.split("/")[2] not in known:
                yield resource.found("variable-bucket", f"{name}: {value} is in no bucket of these templates")


def data_folders(assembly: Assembly) -> Iterator[Finding]:
    """What the build gives as InputData and BatchData is what the data check allows; else every run is refused."""
    known = names(assembly)
    given = {one.name: _given(one) for one in [*projects(assembly), *assembly.of("AWS::Lambda::Function")]}
    allowed = given.get(known.data_check, {})
    for parameter, folder in (("INPUT_DATA_URI", "DATA_PREFIX_URI"), ("BATCH_DATA_URI", "BATCH_PREFIX_URI")):
        for project in projects(assembly):
            uri = _given(project).get(parameter)
            if uri is not None and not uri.startswith(allowed.get(folder) or "nowhere"):
                yield project.found(
                    "data-folder", f"{parameter} {uri} does not lie under {allowed.get(folder)}, {folder}"
                )


def trained_pipeline(assembly: Assembly) -> Iterator[Finding]:
    """A schedule or rule that trains starts the pipeline that the build publishes."""
    wanted = f":pipeline/{names(assembly).sagemaker_pipeline}"
    for resource, target in targets(assembly):
        arn = str(target.get("Arn", ""))
        if ":sagemaker:" in arn and ":pipeline/" in arn and not arn.endswith(wanted):
            yield resource.found("target-pipeline", f"starts {arn}, the build publishes ...{wanted}")
        given = re.search(r'"PipelineName": *"([^"]*)"', str(target.get("Input", "")))
        if given and not wanted.endswith(f"/{given[1]}"):
            yield resource.found("target-pipeline", f"asks for {given[1]}, the build publishes ...{wanted}")


def function_variables(assembly: Assembly) -> Iterator[Finding]:
    """Each function gets every variable that its code reads."""
    for function in assembly.of("AWS::Lambda::Function"):
        folder = _folder(assembly, function)
        if not (folder / "handler.py").is_file():
            yield function.found("function-code", f"no {folder.name}/handler.py among infra/functions")
            continue
        missing = _required(folder) - _given(function).keys()
        if missing:
            yield function.found("function-variable", f"the code reads {', '.join(sorted(missing))}, which is not set")


def _folder(assembly: Assembly, function: Resource) -> Path:
    return FUNCTIONS / function.name.removeprefix(f"{names(assembly).project}-").replace("-", "_")


def _required(folder: Path) -> set[str]:
    return set(import_module(f"infra.functions.{folder.name}.settings").REQUIRED)


def custom_resources(assembly: Assembly) -> Iterator[Finding]:
    for resource in assembly.resources:
        if resource.kind == "AWS::CloudFormation::CustomResource" or resource.kind.startswith("Custom::"):
            yield resource.found("custom-resource", f"{resource.kind} runs a function of its own at every deployment")


def functions(assembly: Assembly) -> Iterator[Finding]:
    """A function's log group exists before it runs, with a retention; its code is Python that Lambda still supports."""
    groups = {group.name: group for group in assembly.of("AWS::Logs::LogGroup")}
    for function in assembly.of("AWS::Lambda::Function"):
        named = function.properties.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function.name}")
        if named not in groups:
            yield function.found("function-log", f"no log group {named}: Lambda would make one that is kept for ever")
        handler = f"functions.{_folder(assembly, function).name}.handler.handler"
        if function.properties.get("Handler") != handler:
            yield function.found("function-handler", f"{function.properties.get('Handler')} is not {handler}")
    for group in groups.values():
        if not group.properties.get("RetentionInDays"):
            yield group.found("log-retention", "logs are kept for ever")
