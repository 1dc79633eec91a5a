"""endpoint.yaml against what it must agree with: the API's shapes, the promoter's rendering, the schema's limits."""

import json
import re
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from promoter.plan import VerifiedModel, plan_deployment
from promoter.render import parameters
from promoter.settings import Settings
from promoter.stage_config import StageConfig
from promoter.stage_schema import OneOf, Text, WholeNumber, parameter_rules
from promoter_fakes.template import Node, Resolver, load_template

MODEL_ARN = "arn:aws:sagemaker:eu-west-1:111122223333:model-package/abalone/7"
OPERATIONS = {
    "AWS::SageMaker::Model": "CreateModel",
    "AWS::SageMaker::EndpointConfig": "CreateEndpointConfig",
    "AWS::SageMaker::Endpoint": "CreateEndpoint",
}


TEMPLATE = load_template(Path(__file__).parent.parent / "endpoint.yaml")


def rendered(*, percentage: int = 50, stage: str = "staging", project: str = "demo") -> dict[str, str]:
    return parameters(
        plan_deployment(
            VerifiedModel(package_arn=MODEL_ARN, sha256="a" * 64),
            StageConfig(
                stage=stage,
                instance_type="ml.m5.large",
                instance_count=2,
                data_capture_percentage=percentage,
                latency_budget_ms=200,
                tags=(),
            ),
            settings=Settings(
                project_name=project,
                model_package_group="abalone",
                execution_role_arn="arn:aws:iam::111122223333:role/model",
                artifact_bucket="artifacts",
                decisions_function="demo-reconciler",
                kms_key_arn="arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
            ),
            template_sha256="t",
        )
    )


SERVICE = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))


def properties(resource: str, values: dict[str, str]) -> Node:
    resolved = Resolver(TEMPLATE, values).resolve(TEMPLATE["Resources"][resource]["Properties"])
    assert isinstance(resolved, dict)
    return resolved


@pytest.mark.parametrize("percentage", [0, 50])
@pytest.mark.parametrize("resource", ["Model", "EndpointConfig", "Endpoint"])
def test_each_resource_is_a_request_that_sagemaker_accepts(resource: str, percentage: int) -> None:
    request = properties(resource, rendered(percentage=percentage, project="p" * 32, stage="s" * 16))
    shape = SERVICE.operation_model(OPERATIONS[TEMPLATE["Resources"][resource]["Type"]]).input_shape
    assert shape is not None
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()
    _check_strings(request, shape)


def _check_strings(value: object, shape: object) -> None:
    """botocore's validator looks at types and ranges; patterns, enums and lengths are left to the service."""
    kind = shape.type_name  # type: ignore[attr-defined]
    if kind == "structure":
        assert isinstance(value, dict)
        for key, one in value.items():
            _check_strings(one, shape.members[key])  # type: ignore[attr-defined]
    elif kind == "list":
        assert isinstance(value, list)
        for one in value:
            _check_strings(one, shape.member)  # type: ignore[attr-defined]
    elif kind == "string":
        metadata = shape.metadata  # type: ignore[attr-defined]
        assert len(str(value)) <= metadata.get("max", 9999)
        assert str(value) in metadata.get("enum", [value])
        # The service model's pattern for S3 destinations matches no bucket of two letters or more.
        assert "s3" in metadata.get("pattern", "") or re.fullmatch(metadata.get("pattern", ".*"), str(value))


def test_data_capture_is_off_at_zero_percent() -> None:
    assert "DataCaptureConfig" not in properties("EndpointConfig", rendered(percentage=0))
    assert "DataCaptureConfig" in properties("EndpointConfig", rendered(percentage=1))


def test_what_is_captured_is_encrypted_with_the_projects_key() -> None:
    values = rendered()
    capture = properties("EndpointConfig", values)["DataCaptureConfig"]
    assert isinstance(capture, dict)
    assert capture["KmsKeyId"] == values["KmsKeyArn"]


def test_the_model_runs_in_the_subnets_that_are_named_and_in_none_otherwise() -> None:
    vpc = {"SubnetIds": "subnet-1a,subnet-2b", "SecurityGroupIds": "sg-1a"}
    inside = properties("Model", rendered() | vpc)["VpcConfig"]
    assert inside == {"Subnets": ["subnet-1a", "subnet-2b"], "SecurityGroupIds": ["sg-1a"]}
    assert "VpcConfig" not in properties("Model", rendered())


def test_the_promoter_renders_every_parameter_and_no_other() -> None:
    assert rendered().keys() == TEMPLATE["Parameters"].keys()


def test_every_parameter_is_used() -> None:
    body = json.dumps({key: TEMPLATE[key] for key in ("Resources", "Outputs")})
    unused = [name for name in TEMPLATE["Parameters"] if f'"{name}"' not in body and f"${{{name}}}" not in body]
    assert unused == []


def test_every_rendered_value_passes_the_parameters_own_rule() -> None:
    for name, value in rendered().items():
        rule = TEMPLATE["Parameters"][name]
        if rule["Type"] == "Number":
            assert rule["MinValue"] <= int(value) <= rule["MaxValue"]
        else:
            assert re.fullmatch(rule["AllowedPattern"], value), name
            assert len(value) <= rule.get("MaxLength", 4096)


def test_the_limits_of_the_schema_are_those_of_the_template() -> None:
    for name, rule in parameter_rules(frozenset({"ml.m5.large"})).items():
        parameter = TEMPLATE["Parameters"][name]
        if isinstance(rule, WholeNumber):
            assert (rule.least, rule.most) == (parameter["MinValue"], parameter["MaxValue"])
        elif isinstance(rule, Text):
            assert parameter["AllowedPattern"] == f"^{rule.pattern}$"
        else:
            assert isinstance(rule, OneOf)


def test_every_instance_type_passes_the_templates_pattern() -> None:
    pattern = TEMPLATE["Parameters"]["EndpointInstanceType"]["AllowedPattern"]
    names = SERVICE.shape_for("ProductionVariantInstanceType").enum  # type: ignore[attr-defined]
    assert all(re.fullmatch(pattern, name) for name in names)


def test_model_and_endpoint_config_are_named_by_content_and_the_endpoint_is_not() -> None:
    one, other = rendered(percentage=1), rendered(percentage=2)
    assert properties("Model", one)["ModelName"] != properties("Model", other)["ModelName"]
    names = [properties("EndpointConfig", values)["EndpointConfigName"] for values in (one, other)]
    assert names[0] != names[1]
    assert [properties("Endpoint", values)["EndpointName"] for values in (one, other)] == ["demo-staging"] * 2


def test_the_container_is_the_versions_own_with_nothing_put_over_it() -> None:
    assert properties("Model", rendered())["PrimaryContainer"] == {"ModelPackageName": MODEL_ARN}


def test_only_sagemaker_types_are_in_the_template() -> None:
    assert {one["Type"] for one in TEMPLATE["Resources"].values()} == OPERATIONS.keys()
