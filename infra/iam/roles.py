"""One role for each actor: who may assume it, and which of the named permissions it has. Read this to audit the project."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.iam import delivery, functions, sagemaker, stages, triggers, trust
from infra.iam.arns import ForeignRoles, ProjectArns
from infra.iam.role_set import RoleSet
from infra.iam.statements import allow, approve_only_what_it_registers
from infra.settings import Settings


class Roles(RoleSet):
    """The roles of the project's own account; a foreign stage's are in `stage_account`."""

    def __init__(self, scope: Construct, construct_id: str, *, arns: ProjectArns, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        self._arns, self._settings = arns, settings
        self._of_sagemaker()
        self._of_builds()
        self.cloudformation = self._of_stages()
        self._of_pipelines()
        self._of_triggers()
        self._of_functions()
        for role in (self.events, self.retraining, self.data_arrival, *self.cloudformation.values()):
            self._keep_exported(role)
        people = f"For the people who approve the versions of {settings.project}, and for no one else"
        self.approver = self.policy(
            "Approver",
            triggers.approve(arns, before_production=settings.approval.before_production),
            description=people,
        )

    def _keep_exported(self, role: iam.IRole) -> None:
        """Whether or not another stack uses the role now: a setting can leave each of these unused.

        A setting that takes the use away changes this stack before the other one, and CloudFormation lets no export go
        that is still imported. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
        """
        Stack.of(self).export_value(role.role_arn)

    def _of_sagemaker(self) -> None:
        arns, settings, principal = self._arns, self._settings, trust.sagemaker(self._arns)
        self.job = self.role("Job", principal, sagemaker.run_job(arns, settings))
        self.endpoint = self.role("Endpoint", principal, sagemaker.serve(arns, in_vpc=self._endpoints_in_vpc))
        self.sagemaker_pipeline = self.role(
            "SageMakerPipeline",
            principal,
            sagemaker.run_pipeline(arns, settings, job=self.job),
            refusal=self._approve_by_gates() if settings.approval.by_gates else None,
        )

    def _approve_by_gates(self) -> iam.ManagedPolicy:
        return self.policy(
            "ApproveByGates",
            approve_only_what_it_registers(self._arns),
            description="Of the SageMaker pipeline: a run that passed its gates registers an approved version, and nothing else",
        )

    def _of_builds(self) -> None:
        arns, names = self._arns, self._arns.names
        build = delivery.build(arns, self._settings, sagemaker_pipeline=self.sagemaker_pipeline)
        self.build = self.role("Build", trust.codebuild(arns, names.model_build), build)
        self.deploy = self.role("Deploy", trust.codebuild(arns, names.model_deploy), delivery.deploy(arns))
        tests = delivery.smoke_test(arns, self._settings)
        trusted, name = trust.codebuild(arns, names.smoke_test), arns.role_name("smoke-test")
        self.smoke_test = self.role("SmokeTest", trusted, tests, name=name)

    def _of_stages(self) -> dict[str, iam.IRole]:
        """Of a foreign stage too, as long as no pipeline uses it: a stage that moved away has left a stack here, which
        CloudFormation deletes in this role's name. Called by their place among the stages, which a new name does not change.
        """
        arns, principal = self._arns, trust.cloudformation(self._arns)
        return {
            stage.name: self.role(
                f"CloudFormation{which}", principal, stages.change_endpoint(arns, stage=stage, endpoint=self.endpoint)
            )
            for which, stage in zip(("Staging", "Production"), self._settings.stages, strict=True)
        }

    def _of_pipelines(self) -> None:
        arns, names = self._arns, self._arns.names
        home, foreign = self._settings.home_stages, self._settings.foreign_stages
        build = [
            delivery.fetch_source(arns, self._settings.git_host, repository=names.model_build),
            *delivery.codepipeline(arns, name=names.model_build, projects=[names.model_build]),
        ]
        deploy = [
            delivery.fetch_source(arns, self._settings.git_host, repository=names.model_deploy),
            *delivery.codepipeline(arns, name=names.model_deploy, projects=[names.model_deploy, names.smoke_test]),
            *stages.deploy_stages(
                arns,
                roles={stage.name: self.cloudformation[stage.name] for stage in home},
                production=self._settings.production.name,
            ),
            allow("AskForTheReview", ["lambda:InvokeFunction"], [arns.function(names.review)]),
            *stages.assume_stage_roles([ForeignRoles.of(stage, arns=arns).deployer for stage in foreign]),
        ]
        self.build_pipeline = self.role("BuildPipeline", trust.codepipeline(arns, names.model_build), build)
        trusted, name = trust.codepipeline(arns, names.model_deploy), arns.role_name("deploy-pipeline")
        self.deploy_pipeline = self.role("DeployPipeline", trusted, deploy, name=name)

    def _of_triggers(self) -> None:
        arns, names = self._arns, self._arns.names
        pushes = triggers.start_codepipelines(arns, names=[names.model_build, names.model_deploy])
        self.events = self.role("Events", trust.events(arns), pushes)
        invoked = [names.data_arrival, names.reconciler, names.retraining]
        self.timer = self.role("Timer", trust.scheduler(arns), triggers.invoke(arns, functions=invoked))

    def _of_functions(self) -> None:
        arns, principal = self._arns, trust.functions(self._arns)
        reconcile = functions.reconcile(arns, production=self._settings.production)
        self.reconciler = self.role("Reconciler", principal, reconcile, name=arns.role_name("reconciler"))
        review = functions.review(arns, production=self._settings.production)
        self.review = self.role("Review", principal, review, name=arns.role_name("review"))
        gather = functions.gather_data(arns, data=self._settings.data, timer=self.timer)
        self.data_arrival = self.role("DataArrival", principal, gather)
        self.data_check = self.role("DataCheck", principal, functions.check_data(arns, data=self._settings.data))
        self.model_seal = self.role("ModelSeal", principal, functions.seal_models(arns))
        retrain = functions.retrain(arns, timer=self.timer if self._settings.retraining.queues else None)
        self.retraining = self.role("Retraining", principal, retrain)
        self.notices = self.role("Notices", principal, functions.notify(arns))

    @property
    def _endpoints_in_vpc(self) -> bool:
        return any(stage.vpc for stage in self._settings.home_stages)
