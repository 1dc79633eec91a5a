"""What is written once: code and sealed archives lie under digests of their content, so that an object there never changes."""

from __future__ import annotations

from collections.abc import Iterator

from infra.settings.names import CODE, MODELS
from tests.verifiers.assembly import Assembly, Finding
from tests.verifiers.facts import bucket
from tests.verifiers.roles import Statement, listed, principals, resource_policies


def written_once(assembly: Assembly) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html"""
    artifacts = bucket(assembly, "Artifacts")
    given = [statement for policy in resource_policies(assembly) for statement in policy.statements]
    for folder in (CODE, MODELS):
        if not any(_refuses(statement, f"{artifacts.arn}/{folder}*") for statement in given):
            yield artifacts.found("overwriting", f"its policy lets {folder}* be written without If-None-Match")


def _refuses(statement: Statement, objects: str) -> bool:
    conditions = statement.get("Condition") or {}
    return (
        statement["Effect"] == "Deny"
        and "*" in principals(statement, "AWS")
        and "s3:PutObject" in listed(statement.get("Action"))
        and objects in listed(statement.get("Resource"))
        and list(conditions) == ["Null"]
        and {key: str(value).lower() for key, value in conditions["Null"].items()} == {"s3:if-none-match": "true"}
    )
