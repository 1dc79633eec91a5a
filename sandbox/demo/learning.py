"""A push of a change to model-build, the pipeline that tests it, and the training that this starts."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.demo.moments.checkout import Checkout, Commit
from sandbox.demo.moments.registered import Version, read_version
from sandbox.demo.moments.training import Execution, execution_of_commit, follow
from sandbox.demo.scene import Scene


@dataclass(frozen=True)
class Learned:
    """The commit, the execution of the build pipeline, the execution of the SageMaker pipeline, and the version."""

    commit: Commit
    build_execution: str
    execution: Execution
    version: Version


def push_and_train(scene: Scene) -> Learned:
    commit, build_execution = push(scene)
    started = build(scene, commit, build_execution)
    execution, version = train(scene, "Training", started)
    return Learned(commit, build_execution, execution, version)


def push(scene: Scene) -> tuple[Commit, str]:
    """The push is an event, which starts the build pipeline; nobody else does."""
    names = scene.project.names
    with scene.watch.moment("Push") as moment:
        found = scene.clients.codecommit.get_repository(repositoryName=names.model_build)["repositoryMetadata"]
        checkout = Checkout(found["cloneUrlHttp"], scene.project.settings.branch, scene.layout)
        commit = checkout.push_change()
        execution = scene.building.of_commit(commit.id)
        moment.say(f'{commit.short} "{commit.subject}" to {names.model_build}')
    return commit, execution


def build(scene: Scene, commit: Commit, execution: str) -> str:
    """Creating a pipeline starts it as well: what it began with is built first, where that is still under way."""
    delivery = scene.building
    earlier = next(iter(delivery.under_way()), execution)
    if earlier != execution:
        with scene.watch.moment("First build") as moment:
            moment.say(f"execution {earlier[:8]}, which began before the push")
            delivery.follow(earlier, moment.steps)
    with scene.watch.moment("Build") as moment:
        moment.say(f"execution {execution[:8]} of commit {commit.short}")
        delivery.follow(execution, moment.steps)
        return execution_of_commit(scene.clients.sagemaker, scene.project.names.sagemaker_pipeline, commit.id)


def train(scene: Scene, title: str, arn: str) -> tuple[Execution, Version]:
    """What registers a version measures it first."""
    clients = scene.clients
    with scene.watch.moment(title) as moment:
        moment.say(f"execution {arn.rpartition('/')[2]}")
        execution = follow(clients, arn, scene.layout, moment.steps)
        arn = execution.model_package_arn
        version = read_version(clients.sagemaker, clients.s3, arn, scene.layout.reports_of(arn))
        cached = f"; {', '.join(execution.cached)} from the cache" if execution.cached else ""
        moment.say(
            f"version {version.number}, mse {version.metrics['mse']:.3f} on {version.test_rows} unseen rows{cached}"
        )
    return execution, version
