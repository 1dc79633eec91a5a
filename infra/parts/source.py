"""Where a CodePipeline takes its source from: a CodeCommit repository of the stack's own, or a host behind a connection.

This is the one module that knows the difference, with the permission in `infra.iam.delivery.fetch_source`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import RemovalPolicy
from aws_cdk import aws_codecommit as codecommit
from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_codepipeline_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.parts.rule import Rule, pattern
from infra.settings import GitHostSettings

NAMESPACE = "SourceVariables"


class Repository(codecommit.Repository):
    """The seed counts at creation only: `cdk deploy` never touches a repository again, later changes are pushed.

    It outlives its stack, with every commit: another `gitHost.provider` leaves it where it is, and `make destroy` names it and
    removes it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, branch: str, seed: Path) -> None:
        asset = s3_assets.Asset(scope, f"{construct_id}Seed", path=str(seed), display_name=seed.stem)
        super().__init__(scope, construct_id, repository_name=name, code=codecommit.Code.from_asset(asset, branch))
        self.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self._name, self._branch = name, branch

    def start_on_push(
        self, pipeline: codepipeline.IPipeline, *, role: iam.IRole, dead_letter_queue: sqs.IQueue
    ) -> None:
        """A push to another branch, and a tag, start nothing."""
        detail = {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [self._branch],
        }
        push = pattern("aws.codecommit", "CodeCommit Repository State Change", detail, resources=[self.repository_arn])
        rule = Rule(self, "Pushes", name=f"{self._name}-push", pattern=push, dead_letter_queue=dead_letter_queue)
        rule.starts(pipeline.pipeline_arn, role=role)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One of the two repositories: `repository` where the stack creates it, else `full_name` on another Git host."""

    branch: str
    host: GitHostSettings
    full_name: str
    repository: Repository | None

    def action(self, output: codepipeline.Artifact) -> codepipeline.IAction:
        """Of a pipeline's first stage."""
        if self.repository is None:
            return self._from_connection(output)
        return self._from_repository(self.repository, output)

    def _from_repository(self, repository: Repository, output: codepipeline.Artifact) -> codepipeline.IAction:
        """A push reaches the pipeline as an event (`Repository.start_on_push`), so nothing polls."""
        return actions.CodeCommitSourceAction(
            action_name="Source",
            variables_namespace=NAMESPACE,
            repository=repository,
            branch=self.branch,
            trigger=actions.CodeCommitTrigger.NONE,
            output=output,
        )

    def _from_connection(self, output: codepipeline.Artifact) -> codepipeline.IAction:
        owner, _, name = self.full_name.rpartition("/")
        return actions.CodeStarConnectionsSourceAction(
            action_name="Source",
            variables_namespace=NAMESPACE,
            connection_arn=self.host.connection_arn,
            owner=owner,
            repo=name,
            branch=self.branch,
            trigger_on_push=True,
            output=output,
        )
