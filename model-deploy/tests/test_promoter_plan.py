"""A plan's names follow its content, and rendering it is a matter of bytes."""

import dataclasses
import json

import pytest

from promoter.plan import Plan, VerifiedModel, plan_deployment
from promoter.render import render
from promoter.settings import Settings, Vpc
from promoter.stage_config import StageConfig

MODEL = VerifiedModel(package_arn="arn:aws:sagemaker:eu-west-1:111122223333:model-package/abalone/7", sha256="a" * 64)
CONFIG = StageConfig(
    stage="staging",
    instance_type="ml.m5.large",
    instance_count=1,
    data_capture_percentage=100,
    latency_budget_ms=200,
    tags=(("team", "sea"),),
)
SETTINGS = Settings(
    project_name="demo",
    model_package_group="abalone",
    execution_role_arn="arn:aws:iam::111122223333:role/model",
    artifact_bucket="artifacts",
    decisions_function="abalone-reconciler",
    kms_key_arn="arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
)


def plan(
    model: VerifiedModel = MODEL, config: StageConfig = CONFIG, *, settings: Settings = SETTINGS, template: str = "t"
) -> Plan:
    return plan_deployment(model, config, settings=settings, template_sha256=template)


@pytest.mark.parametrize(
    "changed",
    [
        plan(dataclasses.replace(MODEL, package_arn=MODEL.package_arn + "1")),
        plan(dataclasses.replace(MODEL, sha256="b" * 64)),
        plan(config=dataclasses.replace(CONFIG, instance_type="ml.m5.xlarge")),
        plan(config=dataclasses.replace(CONFIG, instance_count=2)),
        plan(config=dataclasses.replace(CONFIG, data_capture_percentage=0)),
        plan(settings=dataclasses.replace(SETTINGS, artifact_bucket="elsewhere")),
        plan(settings=dataclasses.replace(SETTINGS, execution_role_arn="arn:aws:iam::111122223333:role/other")),
        plan(settings=dataclasses.replace(SETTINGS, kms_key_arn=f"{SETTINGS.kms_key_arn[:-1]}0")),
        plan(settings=dataclasses.replace(SETTINGS, vpcs={"staging": Vpc("subnet-1", "sg-1")})),
        plan(template="another"),
    ],
)
def test_whatever_a_model_or_endpoint_config_is_made_of_changes_its_name(changed: Plan) -> None:
    assert changed.content_id != plan().content_id
    assert changed.endpoint_name == plan().endpoint_name == "demo-staging"


def test_the_subnets_of_another_stage_change_nothing() -> None:
    assert plan(settings=dataclasses.replace(SETTINGS, vpcs={"prod": Vpc("subnet-1", "sg-1")})) == plan()


@pytest.mark.parametrize("changes", [{"latency_budget_ms": 1}, {"tags": ()}])
def test_what_changes_in_place_changes_no_name(changes: dict[str, int]) -> None:
    assert plan(config=dataclasses.replace(CONFIG, **changes)).content_id == plan().content_id  # type: ignore[arg-type]


def test_the_same_plan_is_the_same_bytes_and_every_value_is_a_string() -> None:
    assert render(plan()) == render(plan())
    document = json.loads(render(plan()))
    assert document.keys() == {"Parameters", "Tags"}
    assert all(isinstance(value, str) for section in document.values() for value in section.values())


def test_the_configurations_tags_and_the_projects_own_are_rendered() -> None:
    assert json.loads(render(plan()))["Tags"] == {
        "team": "sea",
        "sagemaker:project-name": "demo",
        "sagemaker:deployment-stage": "staging",
    }


def test_what_is_written_down_is_readable() -> None:
    assert json.loads(render(plan()))["Parameters"] == {
        "SageMakerProjectName": "demo",
        "StageName": "staging",
        "ModelPackageArn": MODEL.package_arn,
        "ModelSha256": "a" * 64,
        "ModelExecutionRoleArn": "arn:aws:iam::111122223333:role/model",
        "EndpointInstanceType": "ml.m5.large",
        "EndpointInstanceCount": "1",
        "DataCapturePercentage": "100",
        "DataCaptureUri": "s3://artifacts/data-capture",
        "KmsKeyArn": SETTINGS.kms_key_arn,
        "LatencyBudgetMs": "200",
        "SubnetIds": "",
        "SecurityGroupIds": "",
        "ContentId": plan().content_id,
    }
