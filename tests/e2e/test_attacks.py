"""Every role of a deployed project, taken over: what it tries beyond its work is refused, and nothing has changed by it."""

from __future__ import annotations

import json
import shutil
import string
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.conftest import ClientOf
from tests.e2e.acting import PERSON, acting_as, actors_of
from tests.e2e.attacks import APPROVER, ATTACKS, EVERYBODY, WORK, Call
from tests.e2e.conftest import BUILDS
from tests.e2e.deployed_state import state_of
from tests.e2e.policies import role_of
from tests.e2e.project import BUILD, CONTEXT, DEPLOY, NAMES, Project

DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}
MODEL_UNREAD = "Could not access model data"


@pytest.fixture(scope="module")
def attacked(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """One for all of them: none gets anywhere."""
    home = tmp_path_factory.mktemp("attacked") / "home"
    shutil.copytree(released_home, home, symlinks=True, ignore=shutil.ignore_patterns(BUILDS))
    project = Project(home)
    project.client = cache(project.client)
    yield project
    project.down()


@pytest.fixture(scope="module")
def found(attacked: Project) -> dict[str, Any]:
    """What the requests name by $name."""
    return {**_names(attacked), **_objects(attacked), **_identities(attacked), **_deployment(attacked)}


@pytest.fixture(scope="module")
def acting(attacked: Project) -> dict[str, ClientOf]:
    """The clients of each actor."""
    return {actor: acting_as(attacked, actor) for actor in EVERYBODY}


@pytest.fixture(scope="module")
def untouched(attacked: Project, acting: dict[str, ClientOf]) -> dict[str, Any]:
    """The state before any attack, and after each."""
    assert acting.keys() == set(EVERYBODY), "their trust has been widened"
    return state_of(attacked)


def test_every_role_is_taken_over_and_no_class_of_calls_is_forgotten(attacked: Project) -> None:
    assert sorted(EVERYBODY) == sorted([*actors_of(attacked), APPROVER])
    assert {each.actor for each in ATTACKS} == {each.actor for each in WORK} == set(EVERYBODY)
    assert len({(each.actor, each.action, each.would) for each in ATTACKS}) == len(ATTACKS) >= 76


@pytest.mark.parametrize("actor", EVERYBODY)
def test_a_role_is_refused_what_is_not_its_work_and_nothing_has_changed(
    actor: str, attacked: Project, found: dict[str, Any], acting: dict[str, ClientOf], untouched: dict[str, Any]
) -> None:
    clients, own = acting[actor], found | {"own": PERSON if actor == APPROVER else role_of(attacked, actor)}
    answers = {str(each): _answer(clients, each, own) for each in ATTACKS if each.actor == actor}
    assert {call: answer for call, answer in answers.items() if answer != "denied"} == {}
    assert state_of(attacked) == untouched


@pytest.mark.parametrize("actor", EVERYBODY)
def test_the_same_role_is_allowed_its_work(
    actor: str, attacked: Project, found: dict[str, Any], acting: dict[str, ClientOf]
) -> None:
    clients = acting[actor]
    answers = {str(each): _answer(clients, each, found) for each in WORK if each.actor == actor}
    assert set(answers.values()) == {"allowed"}, answers
    attacked.abandon(BUILD)


def test_code_that_is_published_is_not_overwritten_even_by_the_build_that_says_only_if_there_is_none(
    found: dict[str, Any], acting: dict[str, ClientOf]
) -> None:
    place = {"Bucket": found["artifacts"], "Key": found["code"]}
    with pytest.raises(ClientError, match="PreconditionFailed"):
        acting["Build"]("s3").put_object(**place, Body=b"other code", IfNoneMatch="*")


@pytest.mark.parametrize(("actor", "what"), [("Job", "report"), ("Build", "sealed"), ("Deploy", "output")])
def test_a_presigned_address_opens_nothing_that_its_signer_may_not_read(
    actor: str, what: str, found: dict[str, Any], acting: dict[str, ClientOf]
) -> None:
    place = {"Bucket": found["artifacts"], "Key": found[what]}
    address = acting[actor]("s3").generate_presigned_url("get_object", Params=place)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(address)  # noqa: S310 (the sandbox's own address)


def _answer(clients: ClientOf, call: Call, names: Mapping[str, Any]) -> str:
    """`denied` for the refusal that is expected, by the sentence that names the permission; else what the answer was."""
    service, _, operation = call.action.partition(":")
    try:
        getattr(clients(service), xform_name(operation))(**_filled(call.request, names))
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        refused = code in DENIED and f"not authorized to perform: {call.permission}" in message
        # CreateModel looks with the role of the model: SageMaker says so in a sentence of its own.
        unread = MODEL_UNREAD in message and f"allows the {call.permission} action" in message
        return "denied" if refused or unread else f"{code}: {message}"
    return "allowed"


def _filled(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    whole = names.get(value.removeprefix("$"))
    return whole if whole is not None else string.Template(value).substitute(names)


def _names(project: Project) -> dict[str, Any]:
    stack = project.client("cloudformation").describe_stacks(StackName=f"{NAMES.project}-foundation")["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    rules = [each["Name"] for each in project.client("events").list_rules()["Rules"]]
    keys = project.client("kms").list_keys()["Keys"]
    functions = project.client("lambda")
    return {
        "project": NAMES.project,
        "group": NAMES.model_package_group,
        "pipeline": NAMES.sagemaker_pipeline,
        "build": BUILD,
        "deploy": DEPLOY,
        "staging": NAMES.endpoint("staging"),
        "prod": NAMES.endpoint("prod"),
        "foundation": f"{NAMES.project}-foundation",
        "review": NAMES.review,
        "seal": NAMES.model_seal,
        "reconciler": functions.get_function(FunctionName=NAMES.reconciler)["Configuration"]["FunctionArn"],
        "rule": next(each for each in rules if each.endswith("-decisions")),
        "topic": project.client("sns").list_topics()["Topics"][0]["TopicArn"],
        "queue": outputs["UndeliveredQueueUrl"],
        "approver": outputs["ApproverPolicyArn"],
        "key": keys[0]["KeyArn"],
    }


def _objects(project: Project) -> dict[str, Any]:
    artifacts = project.bucket("artifacts")
    listed = project.client("s3").get_paginator("list_objects_v2").paginate(Bucket=artifacts)
    keys = [each["Key"] for page in listed for each in page.get("Contents", [])]

    def first(*parts: str) -> str:
        return str(next(key for key in keys if all(part in key for part in parts)))

    return {
        "artifacts": artifacts,
        "data": project.bucket("data"),
        "rows": project.client("s3").list_objects_v2(Bucket=project.bucket("data"))["Contents"][0]["Key"],
        "sealed": first("models/", "/model.tar.gz"),
        "code": first("code/"),
        "output": first(NAMES.outputs, "/model.tar.gz"),
        "built": first(f"{DEPLOY}/Built/"),
        "source": first(f"{DEPLOY}/DeployCode/"),
        "report": first("reports/", "staging"),
    }


def _identities(project: Project) -> dict[str, Any]:
    iam = project.client("iam")
    roles = {actor: role_of(project, actor) for actor in EVERYBODY if actor != APPROVER}
    arns = {actor: iam.get_role(RoleName=name)["Role"]["Arn"] for actor, name in roles.items()}
    held = iam.list_attached_role_policies(RoleName=roles["Job"])["AttachedPolicies"]
    refusal = next(each["PolicyArn"] for each in held if "ApproveNothing" in each["PolicyArn"])
    return {**arns, "seal_role": roles["ModelSeal"], "refusal": refusal}


def _deployment(project: Project) -> dict[str, Any]:
    sagemaker, codepipeline = project.client("sagemaker"), project.client("codepipeline")
    waiting = project.waiting_versions(2)
    described = sagemaker.describe_model_package(ModelPackageName=waiting[0])
    pipeline = codepipeline.get_pipeline(name=DEPLOY)["pipeline"]
    repository = project.client("codecommit").get_branch(repositoryName=DEPLOY, branchName=CONTEXT["branch"])
    staging = sagemaker.describe_endpoint(EndpointName=NAMES.endpoint("staging"))
    published = sagemaker.describe_pipeline(PipelineName=NAMES.sagemaker_pipeline)["PipelineDefinition"]
    return {
        "second": waiting[0],
        "third": waiting[1],
        "image": described["InferenceSpecification"]["Containers"][0]["Image"],
        "execution": project.executions(DEPLOY)[0]["pipelineExecutionId"],
        "definition": pipeline,
        "head": repository["branch"]["commitId"],
        "staging_config": staging["EndpointConfigName"],
        "published": json.dumps(json.loads(published) | {"Steps": []}),
    }
