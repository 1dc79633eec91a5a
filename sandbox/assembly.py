"""Which services the sandbox's process runs: ministack's, and our own beside them or in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sandbox import plugin
from sandbox.backplane import S3Objects, client
from sandbox.clock import Clock
from sandbox.codebuild import cloudformation as codebuild_types
from sandbox.codebuild import operations as codebuild_operations
from sandbox.codebuild.from_pipeline import PipelineBuilds
from sandbox.codebuild.running.recovery import recover as recover_builds
from sandbox.codebuild.service import CodeBuild
from sandbox.codecommit import cloudformation as codecommit_types
from sandbox.codecommit import operations as codecommit_operations
from sandbox.codecommit.archive import archive
from sandbox.codecommit.references import tell_what_was_missed
from sandbox.codecommit.service import CodeCommit
from sandbox.codecommit.smart_http import PREFIX, git_over_http
from sandbox.codepipeline import cloudformation as codepipeline_types
from sandbox.codepipeline import operations as codepipeline_operations
from sandbox.codepipeline.actions.contract import Neighbours
from sandbox.codepipeline.actions.providers import PROVIDERS
from sandbox.codepipeline.running.recovery import recover as recover_executions
from sandbox.codepipeline.service import CodePipeline
from sandbox.containers.runner import Runner
from sandbox.control import controls
from sandbox.delivery.post_office import PostOffice
from sandbox.durability import StateKeeper
from sandbox.enforcement import Enforcement, enforcement
from sandbox.frontend import control_plane
from sandbox.managed_key import with_managed_key
from sandbox.reach import InProcess
from sandbox.routes import Route
from sandbox.sagemaker import cloudformation
from sandbox.sagemaker.operations import OPERATIONS, recover
from sandbox.sagemaker.runtime import runtime
from sandbox.sagemaker.service import SageMaker
from sandbox.service import Service
from sandbox.settings import SandboxSettings
from sandbox.store import Store
from sandbox.supplements import supplements
from sandbox.surroundings import Surroundings


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Our own services, and what keeps ministack's."""

    sagemaker: SageMaker
    codecommit: CodeCommit
    codebuild: CodeBuild
    codepipeline: CodePipeline
    others: Sequence[Service]
    post_office: PostOffice
    keeper: StateKeeper
    enforcement: Enforcement
    routes: Mapping[str, Route]

    def recover(self) -> None:
        """Once the port answers: mark what a kill interrupted, start the endpoints again, tell of pushes not yet told."""
        recover(self.sagemaker)
        recover_builds(self.codebuild)
        recover_executions(self.codepipeline)
        self.post_office.start()
        tell_what_was_missed(self.codecommit)

    def close(self) -> None:
        self.post_office.close()
        for service in (self.sagemaker, *self.others):
            service.close()
        self.enforcement.close()


def _surroundings(settings: SandboxSettings, iam: Enforcement) -> Surroundings:
    return Surroundings(
        emit=plugin.emit,
        guard=iam.guard,
        take_on=iam.take_on,
        arn_of=iam.identity.arn_of,
        clock=Clock(Store(settings.database("clock"))),
    )


def assemble(settings: SandboxSettings, runner: Runner) -> Assembly:
    """ministack with our own services added, and everything durable."""
    objects = S3Objects(client("s3", settings, plugin.wire))
    plugin.trust_loopback()
    plugin.join_in_conditions()
    plugin.guard_exports()
    plugin.execute_changes_of_outputs()
    plugin.tell_failed_writes()
    plugin.log_as_lambda_does()
    iam = enforcement(settings)
    around = _surroundings(settings, iam)
    sagemaker = SageMaker(
        settings=settings, operations=OPERATIONS, reach=InProcess(objects), runner=runner, around=around
    )
    codecommit = CodeCommit(
        settings=settings, operations=codecommit_operations.OPERATIONS, objects=objects, around=around
    )
    codebuild = CodeBuild(
        settings=settings,
        operations=codebuild_operations.OPERATIONS,
        runner=runner,
        repositories=lambda name: codecommit.folder(codecommit.repository(name)["repositoryId"]),
        around=around,
    )
    codepipeline = CodePipeline(
        settings=settings,
        operations=codepipeline_operations.OPERATIONS,
        providers=PROVIDERS,
        neighbours=Neighbours(
            archive=lambda repository, commit: archive(codecommit, repository=repository, commit=commit),
            builds=PipelineBuilds(codebuild),
        ),
        around=around,
    )
    others: Sequence[Service] = (codecommit, codebuild, codepipeline)
    for service in (sagemaker, *others):
        plugin.add_service(service.name, control_plane(service))
    plugin.add_service("sagemaker-runtime", runtime(sagemaker))
    plugin.route_runtime("sagemaker", "sagemaker-runtime", r"/endpoints/")
    types = {
        **cloudformation.resource_types(sagemaker),
        **codecommit_types.resource_types(codecommit),
        **codebuild_types.resource_types(codebuild),
        **codepipeline_types.resource_types(codepipeline),
    }
    plugin.add_resource_types(types)
    clients = cache(lambda service: client(service, settings, plugin.wire))
    plugin.complete_resource_types(supplements(clients), besides=types.keys())
    plugin.amend_headers("s3", with_managed_key(settings))
    iam.over((sagemaker, *others))
    post_office = PostOffice(settings, around)
    post_office.install()
    keeper = plugin.make_durable(settings)
    plugin.refuse_absent_services()
    return Assembly(
        sagemaker=sagemaker,
        codecommit=codecommit,
        codebuild=codebuild,
        codepipeline=codepipeline,
        others=others,
        post_office=post_office,
        keeper=keeper,
        enforcement=iam,
        routes={**iam.routes, **controls(post_office), PREFIX: git_over_http(codecommit)},
    )
