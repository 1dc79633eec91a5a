"""The stacks, which only compose: what everything stands on, the side that builds, and the side that deploys."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App

from infra.parts.git_host import GitHost
from infra.parts.repository import Repository
from infra.parts.unit import ProjectStack
from infra.settings import Settings, Stage
from infra.units.data_arrival import DataArrival
from infra.units.data_check import DataCheck
from infra.units.foundation import Foundation
from infra.units.model_build import ModelBuild
from infra.units.model_deploy import ModelDeploy
from infra.units.model_seal import ModelSeal
from infra.units.notices import Notices
from infra.units.reconciler import Reconciler
from infra.units.retraining import Retraining
from infra.units.review import Review
from infra.units.stage_account import StageAccount


class FoundationStack(ProjectStack):
    """Buckets, key, registry, topic, roles; and what people are told."""

    def __init__(self, scope: App, settings: Settings, *, functions: Path) -> None:
        super().__init__(scope, "foundation", settings=settings)
        host = GitHost.of(settings)
        self.foundation = Foundation(self, "Foundation", settings=settings, git_host=host, functions=functions)
        Notices(self, "Notices", foundation=self.foundation, settings=settings)


class BuildStack(ProjectStack):
    """From a push, the clock or new data to a registered version."""

    def __init__(self, scope: App, settings: Settings, *, foundation: Foundation, seed: Path | None) -> None:
        super().__init__(scope, "build", settings=settings)
        build = ModelBuild(self, "ModelBuild", foundation=foundation, settings=settings, git_host=GitHost.of(settings))
        check = DataCheck(self, "DataCheck", foundation=foundation, settings=settings.data)
        seal = ModelSeal(self, "ModelSeal", foundation=foundation)
        for function in (check.function, seal.function):  # the first build starts the first run
            build.pipeline.add_resource_dependency(function.resource)
        if seed is not None:
            name, branch = settings.names.model_build, settings.branch
            source = Repository(self, "Repository", name=name, branch=branch, seed=seed, foundation=foundation)
            build.pipeline.add_resource_dependency(source.repository)
        if settings.retraining.enabled:
            Retraining(self, "Retraining", foundation=foundation, settings=settings.retraining)
        if settings.data.start_on_arrival:
            DataArrival(self, "DataArrival", foundation=foundation, settings=settings.data)


class DeployStack(ProjectStack):
    """From an approved version to production."""

    def __init__(self, scope: App, settings: Settings, *, foundation: Foundation, seed: Path | None) -> None:
        super().__init__(scope, "deploy", settings=settings)
        deploy = ModelDeploy(
            self, "ModelDeploy", foundation=foundation, settings=settings, git_host=GitHost.of(settings)
        )
        if seed is not None:
            name, branch = settings.names.model_deploy, settings.branch
            source = Repository(self, "Repository", name=name, branch=branch, seed=seed, foundation=foundation)
            deploy.pipeline.add_resource_dependency(source.repository)
        reconciler = Reconciler(self, "Reconciler", foundation=foundation, settings=settings)
        review = Review(self, "Review", foundation=foundation, production=settings.production)
        # A pipeline starts when it is made, and its build and production's review ask these functions.
        for function in (reconciler.function, review.function):
            deploy.pipeline.add_resource_dependency(function.resource)


class StageAccountStack(ProjectStack):
    """What the account of a foreign stage has to know."""

    def __init__(self, scope: App, settings: Settings, *, stage: Stage, foundation: Foundation) -> None:
        super().__init__(scope, f"{stage.name}-account", settings=settings, account=stage.account)
        StageAccount(self, "StageAccount", foundation=foundation, settings=settings, stage=stage)
