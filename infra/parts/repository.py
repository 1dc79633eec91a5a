"""A CodeCommit repository that begins with its seed, and the rule by which a push to it starts its pipeline."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import RemovalPolicy

from infra.parts.archive import in_bootstrap_bucket
from infra.parts.resource import Resource
from infra.parts.rule import Rule
from infra.parts.unit import ProjectStack, Unit
from infra.units.foundation import Foundation


class Repository(Unit):
    """The seed counts at creation only: `cdk deploy` never touches a repository again, later changes are pushed.

    It outlives its stack, with every commit: another `gitHost.provider` leaves it where it is, and `make destroy` names it and
    removes it.
    """

    def __init__(
        self,
        scope: ProjectStack,
        construct_id: str,
        *,
        name: str,
        branch: str,
        seed: Path,
        foundation: Foundation,
    ) -> None:
        super().__init__(scope, construct_id)
        code = in_bootstrap_bucket(self.stack, seed)
        self.repository = Resource(
            self,
            "Repository",
            type="AWS::CodeCommit::Repository",
            properties={
                "RepositoryName": name,
                "Code": {"BranchName": branch, "S3": {"Bucket": code.bucket_name, "Key": code.object_key}},
                "Tags": self.stack.resource_tags,
            },
        )
        self.repository.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        pushes = Rule(
            self,
            "Pushes",
            name=f"{name}-push",
            pattern=_push(self.repository.arn, branch),
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
