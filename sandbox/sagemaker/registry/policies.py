"""Who of another account may use a model package group: its resource policy (PutModelPackageGroupPolicy and its siblings)."""

from __future__ import annotations

import json

from sandbox.errors import ValidationError
from sandbox.sagemaker.registry.groups import KIND, named
from sandbox.sagemaker.service import SageMaker
from sandbox.store import Document

_POLICY = "_policy"


def put_model_package_group_policy(sagemaker: SageMaker, request: Document) -> Document:
    try:
        statements = json.loads(request["ResourcePolicy"])["Statement"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValidationError("Malformed resource policy: it is not a JSON object with a Statement.") from error
    if not statements:
        raise ValidationError("Malformed resource policy: its Statement is empty.")
    return _with_policy(sagemaker, request, request["ResourcePolicy"])


def get_model_package_group_policy(sagemaker: SageMaker, request: Document) -> Document:
    group = named(sagemaker, request["ModelPackageGroupName"])
    if not group.get(_POLICY):
        raise ValidationError(f"Cannot find resource policy for: {group['ModelPackageGroupArn']}")
    return {"ResourcePolicy": group[_POLICY]}


def delete_model_package_group_policy(sagemaker: SageMaker, request: Document) -> Document:
    _with_policy(sagemaker, request, None)
    return {}


def _with_policy(sagemaker: SageMaker, request: Document, policy: str | None) -> Document:
    with sagemaker.store.transaction():
        group = named(sagemaker, request["ModelPackageGroupName"])
        return sagemaker.store.update(KIND, group["ModelPackageGroupName"], {_POLICY: policy})


OPERATIONS = {
    "PutModelPackageGroupPolicy": put_model_package_group_policy,
    "GetModelPackageGroupPolicy": get_model_package_group_policy,
    "DeleteModelPackageGroupPolicy": delete_model_package_group_policy,
}
