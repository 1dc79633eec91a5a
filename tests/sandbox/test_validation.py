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
