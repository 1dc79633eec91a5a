"""The stacks, which only compose: what everything stands on, the side that builds, and the side that deploys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Environment, Stack
from constructs import Construct

from infra.data_arrival import DataArrival
from infra.foundation import Foundation
from infra.git_host import GitHost
from infra.model_build import ModelBuild
from infra.model_deploy import ModelDeploy
from infra.notices import Notices
from infra.reconciler import Reconciler
from infra.repository import Repository
from infra.retraining import Retraining
from infra.settings import Settings, Stage
from infra.stage_account import StageAccount

Seed = Mapping[str, Path]  # path in the repository -> file


class FoundationStack(Stack):
    """Buckets, key, registry, topic, roles; and what people are told."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, f"{settings.project}-foundation", env=_environment(settings))
        self.foundation = Foundation(self, "Foundation", settings=settings, git_host=GitHost.of(settings))
        Notices(self, "Notices", foundation=self.foundation)


class BuildStack(Stack):
    """From a push, the clock or new data to a registered version."""

    def __init__(self, scope: Construct, settings: Settings, *, foundation: Foundation, seed: Seed | None) -> None:
        super().__init__(scope, f"{settings.project}-build", env=_environment(settings))
        build = ModelBuild(self, "ModelBuild", foundation=foundation, settings=settings, git_host=GitHost.of(settings))
        if seed is not None:
            name, branch = settings.names.model_build, settings.branch
            source = Repository(self, "Repository", name=name, branch=branch, seed=seed, foundation=foundation)
            build.pipeline.add_resource_dependency(source.repository)
        if settings.retraining.enabled:
            Retraining(self, "Retraining", foundation=foundation, settings=settings.retraining)
        if settings.data.start_on_arrival:
            DataArrival(self, "DataArrival", foundation=foundation, settings=settings.data)


class DeployStack(Stack):
    """From an approved version to production."""

    def __init__(self, scope: Construct, settings: Settings, *, foundation: Foundation, seed: Seed | None) -> None:
        super().__init__(scope, f"{settings.project}-deploy", env=_environment(settings))
        deploy = ModelDeploy(
            self, "ModelDeploy", foundation=foundation, settings=settings, git_host=GitHost.of(settings)
        )
        if seed is not None:
            name, branch = settings.names.model_deploy, settings.branch
            source = Repository(self, "Repository", name=name, branch=branch, seed=seed, foundation=foundation)
            deploy.pipeline.add_resource_dependency(source.repository)
        Reconciler(self, "Reconciler", foundation=foundation, settings=settings)


class StageAccountStack(Stack):
    """What the account of a foreign stage has to know."""

    def __init__(self, scope: Construct, settings: Settings, *, stage: Stage, foundation: Foundation) -> None:
        environment = Environment(account=stage.account, region=settings.region)
        super().__init__(scope, f"{settings.project}-{stage.name}-account", env=environment)
        StageAccount(self, "StageAccount", foundation=foundation, settings=settings, stage=stage)


def _environment(settings: Settings) -> Environment:
    """None stands for the account and region of whoever deploys, which synth need not know."""
    return Environment(account=settings.account, region=settings.region)
