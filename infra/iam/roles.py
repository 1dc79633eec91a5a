"""One role for each actor: who may take it on, and which of the named permissions it has. Read this to audit the project."""

from __future__ import annotations

from infra.iam import delivery, functions, sagemaker, stages, triggers, trust
from infra.iam.arns import HomeGround
from infra.iam.role_set import RoleSet
from infra.iam.stage_roles import ForeignRoles
from infra.iam.statements import allow, approve_only_what_it_registers
from infra.parts.git_host import GitHost
from infra.parts.resource import Resource
from infra.parts.unit import Unit
from infra.settings import Settings


class Roles(RoleSet):
    """The roles of the project's own account; a foreign stage's are in `stage_account.py`."""

    def __init__(
        self, scope: Unit, construct_id: str, *, ground: HomeGround, settings: Settings, git_host: GitHost
    ) -> None:
        super().__init__(scope, construct_id)
        self._ground, self._settings, self._git_host = ground, settings, git_host
        self._of_sagemaker()
        self._of_builds()
        self.cloudformation = self._of_stages()
        self._of_pipelines()
        self._of_triggers()
        self._of_functions()
        for role in (self.events, self.retraining, self.data_arrival, *self.cloudformation.values()):
            role.keep_exported()  # a setting can leave each of them unused
        people = f"For the people who approve the versions of {settings.project}, and for nobody else"
        self.approver = self.policy(
            "Approver",
            triggers.approve(ground, before_production=settings.approval.before_production),
            description=people,
        )

    def _of_sagemaker(self) -> None:
        ground, settings, principal = self._ground, self._settings, trust.sagemaker(self._ground)
        self.job = self.role("Job", principal, sagemaker.run_job(ground, settings))
        self.endpoint = self.role("Endpoint", principal, sagemaker.serve(ground, in_vpc=self._endpoints_in_vpc))
        self.sagemaker_pipeline = self.role(
            "SageMakerPipeline",
            principal,
            sagemaker.run_pipeline(ground, settings, job=self.job),
            refusal=self._approve_by_gates() if settings.approval.by_gates else None,
        )

    def _approve_by_gates(self) -> Resource:
        return self.policy(
            "ApproveByGates",
            approve_only_what_it_registers(self._ground),
            description="Of the SageMaker pipeline: a run that passed its gates registers an approved version, and nothing else",
        )

    def _of_builds(self) -> None:
        ground, names = self._ground, self._ground.names
        build = delivery.build(ground, self._settings, sagemaker_pipeline=self.sagemaker_pipeline)
        self.build = self.role("Build", trust.codebuild(ground, names.model_build), build)
        self.deploy = self.role("Deploy", trust.codebuild(ground, names.model_deploy), delivery.deploy(ground))
        tests = delivery.smoke_test(ground, self._settings)
        trusted, name = trust.codebuild(ground, names.smoke_test), ground.role_name("smoke-test")
        self.smoke_test = self.role("SmokeTest", trusted, tests, name=name)

    def _of_stages(self) -> dict[str, Resource]:
        """Of a foreign stage too, as long as no pipeline uses it: a stage that moved away has left a stack here, which
        CloudFormation deletes in this role's name. Called by their place among the stages, which a new name does not change.
        """
        ground, principal = self._ground, trust.cloudformation(self._ground)
        return {
            stage.name: self.role(
                f"CloudFormation{which}", principal, stages.change_endpoint(ground, stage=stage, endpoint=self.endpoint)
            )
            for which, stage in zip(("Staging", "Production"), self._settings.stages, strict=True)
        }

    def _of_pipelines(self) -> None:
        ground, names = self._ground, self._ground.names
        home, foreign = self._settings.home_stages, self._settings.foreign_stages
        build = [
            self._git_host.fetch(ground, names.model_build),
            *delivery.codepipeline(ground, name=names.model_build, projects=[names.model_build]),
        ]
        deploy = [
            self._git_host.fetch(ground, names.model_deploy),
            *delivery.codepipeline(ground, name=names.model_deploy, projects=[names.model_deploy, names.smoke_test]),
            *stages.deploy_stages(
                ground,
                roles={stage.name: self.cloudformation[stage.name] for stage in home},
                production=self._settings.production.name,
            ),
            allow("AskForTheReview", ["lambda:InvokeFunction"], [ground.function(names.review)]),
            *stages.act_abroad([ForeignRoles.of(stage, ground=ground).deployer for stage in foreign]),
        ]
        self.build_pipeline = self.role("BuildPipeline", trust.codepipeline(ground, names.model_build), build)
        trusted, name = trust.codepipeline(ground, names.model_deploy), ground.role_name("deploy-pipeline")
        self.deploy_pipeline = self.role("DeployPipeline", trusted, deploy, name=name)

    def _of_triggers(self) -> None:
        ground, names = self._ground, self._ground.names
        pushes = triggers.start_codepipelines(ground, names=[names.model_build, names.model_deploy])
        self.events = self.role("Events", trust.events(ground), pushes)
        woken = [names.data_arrival, names.reconciler, names.retraining]
        self.timer = self.role("Timer", trust.scheduler(ground), triggers.wake(ground, functions=woken))

    def _of_functions(self) -> None:
        ground, principal = self._ground, trust.functions(self._ground)
        reconcile = functions.reconcile(ground, production=self._settings.production)
        self.reconciler = self.role("Reconciler", principal, reconcile, name=ground.role_name("reconciler"))
        review = functions.review(ground, production=self._settings.production)
        self.review = self.role("Review", principal, review, name=ground.role_name("review"))
        gather = functions.gather_data(ground, data=self._settings.data, timer=self.timer)
        self.data_arrival = self.role("DataArrival", principal, gather)
        self.data_check = self.role("DataCheck", principal, functions.check_data(ground, data=self._settings.data))
        self.model_seal = self.role("ModelSeal", principal, functions.seal_models(ground))
        retrain = functions.retrain(ground, timer=self.timer if self._settings.retraining.queues else None)
        self.retraining = self.role("Retraining", principal, retrain)
        self.notices = self.role("Notices", principal, functions.notify(ground))

    @property
    def _endpoints_in_vpc(self) -> bool:
        return any(stage.vpc for stage in self._settings.home_stages)
