"""The seams between infra and what it runs: variables, functions, build specs, pins. Each side forgets the other here."""

from __future__ import annotations

import io
import json
import re
import shlex
from types import ModuleType
from typing import Any

import pytest
import yaml

from infra import ROOT
from infra.commands.requirements import BILL, FILES
from infra.functions.data_arrival import settings as data_arrival
from infra.functions.data_arrival.run import KIND, MANIFEST, PARAMETER, PREFIX
from infra.functions.data_check import answer as data_check_answer
from infra.functions.data_check import settings as data_check
from infra.functions.data_check.listing import Object
from infra.functions.data_check.question import Question, read_question
from infra.functions.model_seal import archive as sealed_archive
from infra.functions.model_seal import question as model_seal_question
from infra.functions.model_seal import settings as model_seal
from infra.functions.model_seal.handler import MODEL_URI
from infra.functions.notices import settings as notices
from infra.functions.reconciler import settings as reconciler
from infra.functions.reconciler.handler import QUESTION, approved_last
from infra.functions.review import built
from infra.functions.review import settings as review
from infra.settings.form import SECTIONS
from infra.units.model_deploy import SMOKE_TEST as SMOKE_TEST_SPEC
from infra.units.retraining import CACHE_KEY
from pipelines.abalone.containers.archive import ALLOWED
from pipelines.settings import APPROVAL_NAME, GATES, NAMES, OPTIONAL_NAMES, PERSON
from promoter import archive as promoter_archive
from promoter import digests
from promoter.__main__ import DIGESTS_FILE, MODEL_PACKAGE_ARN_FILE
from promoter.aws import endpoint_instance_types
from promoter.choose import approved_last as promoter_asks
from promoter.settings import read_settings
from promoter.stage_config import load_stage_configs
from tests.infra.decisions import allowed
from tests.infra.functions.deploy_world import PACKAGES, SETTINGS, world_with
from tests.infra.pipeline_walk import actions
from tests.infra.synthesis import settings
from tests.verifiers.assembly import Assembly, Resource
from tests.verifiers.facts import actors

# CodeBuild sets these itself: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
OF_CODEBUILD = {"AWS_REGION", "AWS_DEFAULT_REGION", "CODEBUILD_RESOLVED_SOURCE_VERSION"}
# Configuration -> the stages whose endpoints are in private subnets.
IN_VPC = {"vpc": ("STAGING", "PROD"), "cross-account": ("PROD",)}
BUILD_SPEC = yaml.safe_load((ROOT / "buildspec.yml").read_text())
SMOKE_TEST = yaml.safe_load(SMOKE_TEST_SPEC.read_text())


def project(assembly: Assembly, name: str) -> Resource:
    [found] = [one for one in assembly.of("AWS::CodeBuild::Project") if one.name == name]
    return found


def variables(project: Resource) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in project.properties["Environment"].get("EnvironmentVariables", [])}


def as_made(assembly: Assembly, given: dict[str, str]) -> dict[str, str]:
    """CloudFormation writes the names that it gives to buckets in small letters."""
    for name in (one.name for one in assembly.of("AWS::S3::Bucket")):
        given = {key: value.replace(name, name.lower()) for key, value in given.items()}
    return given


def overrides(assembly: Assembly, pipeline: str) -> dict[str, dict[str, str]]:
    """Action -> the variables that the pipeline gives it."""
    [found] = [one for one in assembly.of("AWS::CodePipeline::Pipeline") if one.name == pipeline]
    return {
        name: {one["name"]: one["value"] for one in json.loads(action["Configuration"]["EnvironmentVariables"])}
        for name, action in actions(found.properties).items()
        if "EnvironmentVariables" in action["Configuration"]
    }


def in_shell(spec: dict[str, Any]) -> set[str]:
    """The variables that the commands of a build spec read."""
    commands = " ".join(command for phase in spec["phases"].values() for command in phase["commands"])
    return set(re.findall(r"\$\{?([A-Z_]+)", commands))


def test_model_build_is_given_exactly_what_it_reads(assembly: Assembly) -> None:
    given = variables(project(assembly, "abalone-model-build"))
    required = {names[0] for names in NAMES.values()} - OF_CODEBUILD
    optional = set(OPTIONAL_NAMES.values()) if assembly.configuration == "vpc" else set()
    assert given.keys() == required | optional | {"BUILD_MODULE", APPROVAL_NAME}
    assert given[APPROVAL_NAME] == settings(assembly.configuration).approval.model
    assert {PERSON, GATES} == set(SECTIONS["approval"]["model"].words)  # type: ignore[attr-defined]
    assert all(given.values())


def test_model_deploy_is_given_exactly_what_it_reads(assembly: Assembly) -> None:
    given = variables(project(assembly, "abalone-model-deploy"))
    reads = {"BUILD_MODULE", "BUILD_ARGUMENTS"} | _required_by_the_promoter()
    stages = IN_VPC.get(assembly.configuration, ())
    assert given.keys() == reads | {f"{name}_{stage}" for name in OPTIONAL_NAMES.values() for stage in stages}
    read = read_settings(as_made(assembly, given))  # the promoter's own rules for the values
    assert read.vpcs.keys() == {stage.lower() for stage in stages}


def _required_by_the_promoter() -> set[str]:
    with pytest.raises(Exception, match="not set") as refused:
        read_settings({})
    return set(re.findall(r"^([A-Z_]+): not set", str(refused.value), flags=re.MULTILINE))


def test_the_build_spec_reads_nothing_that_nobody_sets(assembly: Assembly) -> None:
    given = variables(project(assembly, "abalone-model-deploy"))
    given |= overrides(assembly, "abalone-model-deploy")["Build/Build"]
    assert in_shell(BUILD_SPEC) <= given.keys() | BUILD_SPEC["env"]["variables"].keys()


def test_the_smoke_test_is_given_exactly_what_it_reads(assembly: Assembly) -> None:
    given = overrides(assembly, "abalone-model-deploy")
    assert variables(project(assembly, "abalone-smoke-test")) == {}
    for action in ("DeployStaging/Test", "DeployProd/Verify"):
        abroad = {"TESTER_ROLE_ARN"} if assembly.configuration == "cross-account" else set()
        assert given[action].keys() | {"TESTER_ROLE_ARN"} == in_shell(SMOKE_TEST)
        assert given[action].keys() & {"TESTER_ROLE_ARN"} == abroad


def test_the_modules_that_builds_run_exist(default: Assembly) -> None:
    for repository in ("model-build", "model-deploy"):
        module = variables(project(default, f"abalone-{repository}"))["BUILD_MODULE"].replace(".", "/")
        assert any((ROOT / repository / file).is_file() for file in (f"{module}.py", f"{module}/__main__.py"))


def test_the_build_exports_what_the_conditions_ask_for_and_says_no_until_it_knows() -> None:
    assert BUILD_SPEC["env"]["exported-variables"] == ["DEPLOY", "VERSION", "DIGESTS"]
    assert BUILD_SPEC["env"]["variables"] == {"TESTED": "no", "DEPLOY": "no", "VERSION": "none", "DIGESTS": "none"}
    assert f"[ -f {MODEL_PACKAGE_ARN_FILE} ]" in BUILD_SPEC["phases"]["build"]["commands"][-1]
    assert f'DIGESTS="$(cat {DIGESTS_FILE})"' in BUILD_SPEC["phases"]["build"]["commands"][-1]


def test_the_review_compares_the_digests_that_the_promoter_makes() -> None:
    template = "Resources:  \n  A: caf\u00e9?\n\n"
    given = {"StageName": "prod", "ContentId": "0123456789ab", "ModelExecutionRoleArn": "arn:aws:iam::1:role/home"}
    assert built.template_digest(template) == digests.template_digest(template)
    assert built.template_digest(template) == built.template_digest("Resources:\n  A: caf??\n"), (
        "as CloudFormation keeps it"
    )
    assert built.parameters_digest(given) == digests.parameters_digest(given)
    abroad = given | {"ModelExecutionRoleArn": "arn:aws:iam::2:role/abroad"}
    assert built.parameters_digest(abroad) == digests.parameters_digest(given)
    assert built.parameters_digest(given | {"StageName": "other"}) != digests.parameters_digest(given)
    assert "export DEPLOY=yes VERSION=" in BUILD_SPEC["phases"]["build"]["commands"][-1]


def test_the_promoter_asks_for_the_version_approved_last_and_the_reconciler_answers() -> None:
    world = world_with()

    class Functions:
        """Lambda, which has the reconciler's function alone."""

        def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
            assert (FunctionName, json.loads(Payload)) == ("abalone-reconciler", QUESTION)
            answer = approved_last(world, SETTINGS.group)
            return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    assert promoter_asks(Functions(), function="abalone-reconciler") is None
    world.decide(3, "Approved")
    world.decide(1, "Approved")
    assert promoter_asks(Functions(), function="abalone-reconciler") == f"{PACKAGES}/1"


def test_tests_run_before_anything_that_costs_money() -> None:
    phases = list(BUILD_SPEC["phases"])
    assert phases == ["install", "pre_build", "build", "post_build"]
    [tests] = BUILD_SPEC["phases"]["pre_build"]["commands"]
    assert tests == 'if [ "$TESTED" != yes ]; then python -m pytest -q tests; fi'
    assert BUILD_SPEC["env"]["variables"]["TESTED"] == "no", "who says nothing gets the tests"
    assert {BUILD_SPEC["phases"][phase]["on-failure"] for phase in phases[:-1]} == {"ABORT"}


def test_a_report_is_kept_of_a_test_that_fails_too() -> None:
    assert "on-failure" not in SMOKE_TEST["phases"]["build"]
    assert "report" in SMOKE_TEST["phases"]["post_build"]["commands"][-1]


@pytest.mark.parametrize(
    ("function", "module"),
    [
        ("data-arrival", data_arrival),
        ("data-check", data_check),
        ("model-seal", model_seal),
        ("notices", notices),
        ("reconciler", reconciler),
        ("review", review),
    ],
)
def test_each_function_is_given_exactly_what_it_reads(assembly: Assembly, function: str, module: ModuleType) -> None:
    [found] = [one for one in assembly.of("AWS::Lambda::Function") if one.name == f"abalone-{function}"]
    given = found.properties["Environment"]["Variables"]
    assert set(module.REQUIRED) <= given.keys() <= {*module.REQUIRED, *module.OPTIONAL}
    module.read_settings(as_made(assembly, given))
    package = found.properties["Handler"].removesuffix(".handler").replace(".", "/")
    assert (ROOT / "infra" / f"{package}.py").is_file()


def test_the_parameters_that_runs_are_started_with_are_those_of_the_pipeline() -> None:
    parameters = (ROOT / "model-build/pipelines/abalone/parameters.py").read_text()
    assert {PARAMETER, KIND, CACHE_KEY} <= set(re.findall(r'ParameterString\(\s*"(\w+)"', parameters))
    assert f'enum_values=["{PREFIX}", "{MANIFEST}"]' in parameters


def test_the_data_check_is_asked_and_answers_what_the_step_declares() -> None:
    step = (ROOT / "model-build/pipelines/abalone/steps.py").read_text()
    asked = re.findall(
        r'^                "(\w+)": self\.parameters\.\w*data', step.partition("def preprocess")[0], flags=re.MULTILINE
    )
    assert len(asked) == 3
    question = Question(*(f"s3://b/{number}" for number in range(3)))
    answered = data_check_answer.answer(question, [Object("k", "e", 1)], [], None)
    kinds = {name: {str: "String", int: "Integer"}[type(value)] for name, value in answered.items()}
    assert dict(re.findall(r'^    "(\w+)": LambdaOutputTypeEnum\.(\w+)', step, flags=re.MULTILINE)) == kinds
    read_question(dict.fromkeys(asked, "s3://b/"), data_check.Settings("s3://b/", "s3://b/", "g", None))


def test_the_model_seal_is_asked_and_answers_what_the_step_declares() -> None:
    step = (ROOT / "model-build/pipelines/abalone/steps.py").read_text()
    inputs = step.partition("def seal_model")[2].partition("def ")[0]
    asked = re.findall(r'^                "(\w+)": (?:train\.|_measured\()', inputs, flags=re.MULTILINE)
    event = dict.fromkeys(asked, "0" * 64) | {"modelUri": "s3://b/outputs/model.tar.gz"}
    model_seal_question.read_question(event, model_seal.Settings("s3://b/outputs/", "s3://b/models/", "key"))
    assert len(asked) == 3
    assert f'MODEL_URI = "{MODEL_URI}"' in step
    declared = dict(re.findall(r'^    "(.*)": "(\w+Sha256)",$', step, flags=re.MULTILINE))
    assert declared == sealed_archive.DIGESTS == promoter_archive.DIGESTS


def test_what_may_be_sealed_is_what_the_promoter_reads_and_what_evaluate_unpacks() -> None:
    assert sealed_archive.MAX_BYTES == promoter_archive.MAX_BYTES
    assert sealed_archive.MAX_BYTES.keys() == ALLOWED.keys()


def test_the_builds_function_is_the_one_that_the_pipelines_role_may_invoke(assembly: Assembly) -> None:
    arn = variables(project(assembly, "abalone-model-build"))["DATA_CHECK_FUNCTION_ARN"]
    [found] = [one for one in assembly.of("AWS::Lambda::Function") if one.name == "abalone-data-check"]
    assert arn == found.arn
    role = actors(assembly)["SageMakerPipeline"]
    assert allowed(role, "lambda:InvokeFunction", arn)
    assert not allowed(role, "lambda:InvokeFunction", arn.replace("-data-check", "-reconciler"))


def test_models_are_sealed_by_the_function_that_may_write_where_they_are_deployed_from(assembly: Assembly) -> None:
    arn = variables(project(assembly, "abalone-model-build"))["MODEL_SEAL_FUNCTION_ARN"]
    [found] = [one for one in assembly.of("AWS::Lambda::Function") if one.name == "abalone-model-seal"]
    assert arn == found.arn
    assert allowed(actors(assembly)["SageMakerPipeline"], "lambda:InvokeFunction", arn)
    models = found.properties["Environment"]["Variables"]["MODELS_PREFIX_URI"].replace("s3://", "arn:aws:s3:::")
    may = {name for name, role in actors(assembly).items() if allowed(role, "s3:PutObject", f"{models}1/model.tar.gz")}
    assert may == {"ModelSeal"}
    read = {name for name, role in actors(assembly).items() if allowed(role, "s3:GetObject", f"{models}1/model.tar.gz")}
    assert {"ModelSeal", "Job", "Endpoint", "Deploy", "SmokeTest"} <= read


def test_only_a_foreign_production_is_looked_at_through_a_role(default: Assembly, cross_account: Assembly) -> None:
    for assembly, expected in (
        (default, None),
        (cross_account, "arn:aws:iam::333333333333:role/abalone-prod-observer"),
    ):
        [found] = [one for one in assembly.of("AWS::Lambda::Function") if one.name == "abalone-reconciler"]
        assert found.properties["Environment"]["Variables"].get("STAGE_ROLE_ARN") == expected


def test_both_stage_configurations_satisfy_the_promoter_with_the_same_keys() -> None:
    paths = [ROOT / f"{stage}-config.json" for stage in ("staging", "prod")]
    configs = load_stage_configs(paths, instance_types=endpoint_instance_types())
    assert [config.stage for config in configs] == ["staging", "prod"]
    first, second = (json.loads(path.read_text())["Parameters"].keys() for path in paths)
    assert first == second


def test_the_outputs_that_tests_read_are_those_of_the_endpoints_template(default: Assembly) -> None:
    template = (ROOT / "model-deploy/endpoint.yaml").read_text()
    outputs = set(re.findall(r"^  (\w+):$", template.partition("\nOutputs:")[2], flags=re.MULTILINE))
    for given in overrides(default, "abalone-model-deploy").values():
        wanted = {name for value in given.values() for name in re.findall(r"#\{\w+Stack\.(\w+)\}", value)}
        assert wanted <= outputs


def test_both_build_specs_install_by_hashes_alone_with_the_python_of_this_repository() -> None:
    for spec in (BUILD_SPEC, SMOKE_TEST):
        install = spec["phases"]["install"]
        assert install["runtime-versions"] == {"python": "3.11"}
        installer, packages = (shlex.split(command) for command in install["commands"])
        assert {"--require-hashes", "requirements-installer.txt"} <= set(installer)
        assert {"--require-hashes", "requirements.txt"} <= set(packages)
        named = {word for word in (*installer, *packages) if "requirements" in word and not word.startswith("--")}
        assert named <= set(FILES["model-deploy"]) == set(FILES["model-build"])


def test_a_build_leaves_its_bill_of_materials_where_its_role_may_write_and_nowhere_else(default: Assembly) -> None:
    bucket = next(one for one in default.of("AWS::S3::Bucket") if "Artifacts" in one.logical_id)
    for pipeline, actor, other in (("model-build", "Build", "model-deploy"), ("model-deploy", "Deploy", "model-build")):
        given = overrides(default, f"abalone-{pipeline}")["Build/Build"]
        assert given["REPORT_URI"].endswith(f"/reports/abalone-{pipeline}/#{{codepipeline.PipelineExecutionId}}")
        folder = f"{bucket.arn}/reports/abalone-{pipeline}"
        role = actors(default)[actor]
        assert allowed(role, "s3:PutObject", f"{folder}/an-execution/{BILL}")
        for elsewhere in (folder.replace(pipeline, other), f"{bucket.arn}/reports/an-execution/staging"):
            assert not allowed(role, "s3:PutObject", f"{elsewhere}/{BILL}")
    [command] = BUILD_SPEC["phases"]["post_build"]["commands"]
    assert f'{BILL} "$REPORT_URI/{BILL}"' in command
