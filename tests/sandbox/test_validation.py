"""A request is held against botocore's service model, enums, patterns and maxima included."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import validation
from sandbox.errors import ValidationError
from sandbox.service import service_model

MODEL = service_model("sagemaker")


def shape(operation: str) -> Any:
    return MODEL.operation_model(operation).input_shape


@pytest.mark.parametrize(
    ("operation", "request_", "sentence"),
    [
        ("CreateModelPackageGroup", {}, 'Missing required parameter in input: "ModelPackageGroupName"'),
        ("CreateModelPackageGroup", {"ModelPackageGroupName": "a", "Nmae": 1}, 'Unknown parameter in input: "Nmae"'),
        (
            "CreateModelPackageGroup",
            {"ModelPackageGroupName": "-a"},
            "at 'modelPackageGroupName' failed to satisfy constraint",
        ),
        ("CreateModelPackageGroup", {"ModelPackageGroupName": "a" * 64}, "regular expression pattern"),
        (
            "UpdateModelPackage",
            {
                "ModelPackageArn": "arn:aws:sagemaker:us-east-1:000000000000:model-package/g/1",
                "ModelApprovalStatus": "Yes",
            },
            "Member must satisfy enum value set: [Approved, Rejected, PendingManualApproval]",
        ),
        ("ListModelPackages", {"MaxResults": 101}, "Member must have value less than or equal to 100"),
        (
            "AddTags",
            {
                "ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:model/m",
                "Tags": [{"Key": "k" * 129, "Value": "v"}],
            },
            "at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128",
        ),
        (
            "CreateTransformJob",
            {
                "TransformJobName": "t",
                "ModelName": "m",
                "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/p"}}},
                "TransformOutput": {"S3OutputPath": "s3://b/o"},
                "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
                "Environment": {"A": "1", "B-C": "2"},
            },
            "Value '{A=1, B-C=2}' at 'environment' failed to satisfy constraint: Map keys must satisfy constraint: [Member",
        ),
    ],
)
def test_a_fault_is_named_with_its_member(operation: str, request_: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validation.check(request_, shape(operation))
    assert sentence in refused.value.message


@given(st.from_regex(r"[a-zA-Z0-9](-?[a-zA-Z0-9]){0,20}", fullmatch=True))
def test_every_valid_name_passes(name: str) -> None:
    validation.check({"ModelPackageGroupName": name}, shape("CreateModelPackageGroup"))


def test_tags_may_hold_letters_of_any_language() -> None:
    request = {"ModelPackageGroupName": "g", "Tags": [{"Key": "Größe", "Value": "klein + rot @ 5/6"}]}
    validation.check(request, shape("CreateModelPackageGroup"))


METADATA = (
    "Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length "
)


@pytest.mark.parametrize(
    "fault", ["abalone (1).csv", "a,b", "a&b", "a#b", "a'b", "a[b]", "a\tb", "a\nb", "e\u0301", "x" * 257]
)
def test_metadata_that_the_registry_cannot_hold_is_refused(fault: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validation.check({"CustomerMetadataProperties": {"Uri": fault}}, shape("CreateModelPackage"))
    assert f"Value '{{Uri={fault}}}' at 'customerMetadataProperties' failed to satisfy constraint: {METADATA}" in (
        refused.value.message
    )


@pytest.mark.parametrize(
    "good", ["s3://b/data/a b+ü.csv", "sha256:0a-F_9@x=1", "данные 数据 ½", "\u00a0\u2003", "x" * 256]
)
def test_metadata_that_the_registry_holds_passes(good: str) -> None:
    validation.check({"CustomerMetadataProperties": {"Uri": good}}, shape("CreateModelPackage"))


def test_every_pattern_of_the_model_compiles() -> None:
    seen: set[str] = set()

    def walk(each: Any) -> None:
        if each is None or each.name in seen:
            return
        seen.add(each.name)
        if pattern := each.metadata.get("pattern"):
            validation._compiled(pattern)
        for member in getattr(each, "members", {}).values():
            walk(member)
        for name in ("member", "key", "value"):
            walk(getattr(each, name, None) if each.type_name in ("list", "map") else None)

    model = botocore.session.get_session().get_service_model("sagemaker")
    for name in model.operation_names:
        walk(model.operation_model(name).input_shape)
    assert len(seen) > 1000
