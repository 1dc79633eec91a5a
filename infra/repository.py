"""A CodeCommit repository that begins with its seed, and the rule by which a push to it starts its pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import aws_codecommit as codecommit
from constructs import Construct

from infra.archive import in_bootstrap_bucket
from infra.foundation import Foundation
from infra.rule import Rule


class Repository(Construct):
    """The seed counts at creation only: `cdk deploy` never touches a repository again, later changes are pushed."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        branch: str,
        seed: Mapping[str, Path],
        foundation: Foundation,
    ) -> None:
        super().__init__(scope, construct_id)
        code = in_bootstrap_bucket(self, f"seed-{name}", seed)
        self.repository = codecommit.CfnRepository(
            self,
            "Repository",
            repository_name=name,
            code=codecommit.CfnRepository.CodeProperty(
                branch_name=branch,
                s3=codecommit.CfnRepository.S3Property(bucket=code.bucket_name, key=code.object_key),
            ),
        )
        pushes = Rule(
            self,
            "Pushes",
            name=f"{name}-push",
            pattern=_push(self.repository.attr_arn, branch),
            undelivered=foundation.undelivered,
        )
        pushes.starts(foundation.ground.codepipeline(name), role=foundation.roles.events)


def _push(repository_arn: str, branch: str) -> dict[str, object]:
    """Of this branch: other branches and tags are no news."""
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [repository_arn],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [branch],
        },
    }
