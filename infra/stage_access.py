"""What foreign stages may reach in the project's own account: models, templates, and a place for captured requests."""

from __future__ import annotations

from collections.abc import Iterable

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra.names import Names
from infra.settings import Stage
from infra.storage import CAPTURED, Storage


def open_to(stages: Iterable[Stage], *, storage: Storage, names: Names) -> None:
    """Only for the roles that bear a stage's name in that stage's account."""
    readable = [names.outputs, names.artifact_folder(names.model_deploy)]
    for stage in stages:
        principal = _roles_of(stage, names)
        where = f"{stage.name.capitalize()}Account"
        for statement in (
            _objects(f"{where}Reads", ["s3:GetObject", "s3:GetObjectVersion"], storage, readable, principal),
            _objects(f"{where}Captures", ["s3:AbortMultipartUpload", "s3:PutObject"], storage, [CAPTURED], principal),
            _bucket(f"{where}Lists", storage, principal),
        ):
            storage.artifacts.add_to_resource_policy(statement)
        storage.key.add_to_resource_policy(_key(f"{where}Decrypts", principal))


def _roles_of(stage: Stage, names: Names) -> iam.IPrincipal:
    pattern = f"arn:{Aws.PARTITION}:iam::{stage.account}:role/{names.stage_role(stage.name, '*')}"
    return iam.PrincipalWithConditions(iam.AccountPrincipal(stage.account), {"ArnLike": {"aws:PrincipalArn": pattern}})


def _objects(
    sid: str, actions: list[str], storage: Storage, folders: list[str], principal: iam.IPrincipal
) -> iam.PolicyStatement:
    resources = [storage.artifacts.arn_for_objects(f"{folder}*") for folder in folders]
    return iam.PolicyStatement(sid=sid, principals=[principal], actions=actions, resources=resources)


def _bucket(sid: str, storage: Storage, principal: iam.IPrincipal) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid, principals=[principal], actions=["s3:ListBucket"], resources=[storage.artifacts.bucket_arn]
    )


def _key(sid: str, principal: iam.IPrincipal) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        principals=[principal],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],  # in a key policy: this key
    )
