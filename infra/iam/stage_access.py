"""What foreign stages may reach in the project's own account: models, templates, and a place for captured requests."""

from __future__ import annotations

from collections.abc import Iterable

from infra.iam.arns import Place
from infra.iam.key_policy import THIS_KEY
from infra.iam.statements import Statement, Statements, allow
from infra.settings import Stage
from infra.settings.names import BUILT, CAPTURED, MODELS, Names


def to_artifacts(stages: Iterable[Stage], *, place: Place, names: Names, bucket_arn: str) -> Statements:
    """Only for the roles that bear a stage's name in that stage's account."""
    folders = [MODELS, *names.artifact_folders(names.model_deploy, BUILT)]
    readable = [f"{bucket_arn}/{folder}*" for folder in folders]
    return [
        statement | _roles_of(stage, place, names)
        for stage in stages
        for where in [_account_of(stage)]
        for statement in (
            allow(f"{where}Reads", ["s3:GetObject", "s3:GetObjectVersion"], readable),
            allow(f"{where}Captures", ["s3:AbortMultipartUpload", "s3:PutObject"], [f"{bucket_arn}/{CAPTURED}*"]),
            allow(f"{where}Lists", ["s3:ListBucket"], [bucket_arn]),
        )
    ]


def to_key(stages: Iterable[Stage], *, place: Place, names: Names) -> Statements:
    verbs = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    return [
        allow(f"{_account_of(stage)}Decrypts", verbs, THIS_KEY) | _roles_of(stage, place, names) for stage in stages
    ]


def _account_of(stage: Stage) -> str:
    return f"{stage.name.capitalize()}Account"


def _roles_of(stage: Stage, place: Place, names: Names) -> Statement:
    """The account as principal, since a principal has no wildcards; the condition leaves only the roles."""
    account = str(stage.account)
    roles = f"arn:{place.partition}:iam::{account}:role/{names.stage_role(stage.name, '*')}"
    return {"Principal": {"AWS": place.root_of(account)}, "Condition": {"ArnLike": {"aws:PrincipalArn": roles}}}
