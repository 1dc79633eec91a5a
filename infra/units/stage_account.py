"""The roles in the account of a foreign stage: what the project's account may have done there, and nothing more."""

from __future__ import annotations

from infra.iam import sagemaker, stages, trust
from infra.iam.arns import Ground
from infra.iam.role_set import RoleSet
from infra.iam.statements import Statement, Statements, read_objects, read_versions, use_key
from infra.parts.resource import Resource
from infra.parts.unit import ProjectStack
from infra.settings import Settings, Stage
from infra.settings.names import BUILT, MODELS
from infra.units.foundation import Foundation


class StageAccount(RoleSet):
    """Their names are those that `ForeignRoles` derives, so that both accounts can name each other's roles."""

    def __init__(
        self, scope: ProjectStack, construct_id: str, *, foundation: Foundation, settings: Settings, stage: Stage
    ) -> None:
        super().__init__(scope, construct_id)
        self._foundation, self._settings, self._stage = foundation, settings, stage
        self._ground = Ground(
            place=self.stack.place,
            names=foundation.names,
            artifacts_arn=f"arn:{self.stack.place.partition}:s3:::{foundation.ground.place.artifact_bucket(foundation.names)}",
            # A key has no name that could be known here; its own policy says which of these roles may use it.
            key_arn=f"arn:{self.stack.place.partition}:kms:{settings.region}:{settings.account}:key/*",
            versions_arn=foundation.ground.versions_arn,
        )
        self._deployment()
        self._looking()

    def _deployment(self) -> None:
        ground, stage, names = self._ground, self._stage.name, self._ground.names
        endpoint = self._role(
            "endpoint", trust.sagemaker(ground), sagemaker.serve(ground, in_vpc=self._stage.vpc is not None)
        )
        change = stages.change_endpoint(ground, stage=self._stage, endpoint=endpoint)
        cloudformation = self._role("cloudformation", trust.cloudformation(ground), change)
        deploy = [
            *stages.deploy_stages(ground, roles={stage: cloudformation}, production=self._settings.production.name),
            read_objects("ReadTemplates", ground.artifacts_arn, names.artifact_folders(names.model_deploy, BUILT)),
            use_key(ground, "s3"),
        ]
        self._role("deployer", self._home("deploy-pipeline"), deploy)

    def _looking(self) -> None:
        ground, only = self._ground, [self._stage.name]
        look = stages.look_at_endpoints(ground, stages=only)
        test = [
            *look,
            *stages.invoke_endpoints(ground, stages=only),
            read_versions(ground),
            read_objects("ReadModels", ground.artifacts_arn, [MODELS]),
            use_key(ground, "s3"),
        ]
        self._role("tester", self._home("smoke-test"), test)
        if self._stage == self._settings.production:
            self._role("observer", self._home("reconciler"), look)
            self._role("reviewer", self._home("review"), stages.review_change(ground, stage=self._stage.name))

    def _role(self, actor: str, principal: Statement, statements: Statements) -> Resource:
        name = self._ground.names.stage_role(self._stage.name, actor)
        return self.role(actor.capitalize(), principal, statements, name=name)

    def _home(self, actor: str) -> Statement:
        return trust.role_at_home(self._foundation.ground, self._foundation.ground.role_name(actor))
