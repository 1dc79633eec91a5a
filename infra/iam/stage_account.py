"""The roles in the account of a stage elsewhere: what the project's account may have done there, and nothing more."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.iam import sagemaker, stages, trust
from infra.iam.arns import AccountArns, Place, ProjectArns
from infra.iam.role_set import RoleSet
from infra.iam.statements import Statements, read_objects, read_versions, use_key
from infra.settings import Settings, Stage
from infra.settings.names import BUILT, MODELS


class StageAccount(RoleSet):
    """Their names are those that `ForeignRoles` derives, so that both accounts can name each other's roles.

    `project` are the ARNs of the project's own account.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        stage: Stage,
        place: Place,
        project: ProjectArns,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings, self._stage, self._project = settings, stage, project
        self._arns = AccountArns(
            place=place,
            names=settings.names,
            artifacts_arn=f"arn:{place.partition}:s3:::{project.place.artifact_bucket(settings.names)}",
            # A key has no name that could be known here; its own policy says which of these roles may use it.
            key_arn=f"arn:{place.partition}:kms:{settings.region}:{settings.account}:key/*",
            versions_arn=project.versions_arn,
        )
        self._deployment()
        self._looking()

    def _deployment(self) -> None:
        arns, stage, names = self._arns, self._stage.name, self._arns.names
        endpoint = self._role(
            "endpoint", trust.sagemaker(arns), sagemaker.serve(arns, in_vpc=self._stage.vpc is not None)
        )
        change = stages.change_endpoint(arns, stage=self._stage, endpoint=endpoint)
        cloudformation = self._role("cloudformation", trust.cloudformation(arns), change)
        deploy = [
            *stages.deploy_stages(arns, roles={stage: cloudformation}, production=self._settings.production.name),
            read_objects("ReadTemplates", arns.artifacts_arn, names.artifact_folders(names.model_deploy, BUILT)),
            use_key(arns, "s3"),
        ]
        self._role("deployer", self._home("deploy-pipeline"), deploy)

    def _looking(self) -> None:
        arns, only = self._arns, [self._stage.name]
        look = stages.look_at_endpoints(arns, stages=only)
        test = [
            *look,
            *stages.invoke_endpoints(arns, stages=only),
            read_versions(arns),
            read_objects("ReadModels", arns.artifacts_arn, [MODELS]),
            use_key(arns, "s3"),
        ]
        self._role("tester", self._home("smoke-test"), test)
        if self._stage == self._settings.production:
            self._role("observer", self._home("reconciler"), look)
            self._role("reviewer", self._home("review"), stages.review_change(arns, stage=self._stage.name))

    def _role(self, actor: str, principal: iam.IPrincipal, statements: Statements) -> iam.IRole:
        name = self._arns.names.stage_role(self._stage.name, actor)
        return self.role(actor.capitalize(), principal, statements, name=name)

    def _home(self, actor: str) -> iam.IPrincipal:
        return trust.role_at_home(self._project, self._project.role_name(actor))
