"""The sandbox's contender: one whole loop on a deployed project, from `git push` to the first prediction from production."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.developer import Developer
from sandbox.demo import opening
from sandbox.demo.layout import Layout
from sandbox.demo.learning import build, train
from sandbox.demo.moments.approver import meet_approver
from sandbox.demo.moments.arrivals import await_run, by_data
from sandbox.demo.moments.checkout import Commit
from sandbox.demo.moments.clock import advance
from sandbox.demo.moments.delivery import Delivery
from sandbox.demo.moments.inputs import DATA
from sandbox.demo.moments.training import follow
from sandbox.demo.release import Release
from sandbox.demo.scene import Scene, Watch
from sandbox.demo.screen import Screen
from sandbox.settings import SandboxSettings

RUN, BETWEEN = "SageMaker pipeline", "between them: events, polling, approvals"
_PERSON = "Manual"  # the provider of an approval
PHASES = {  # CodeBuild's, by what they are to a reader
    "the build's machine: folder, role, log, source": ("QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE"),
    "INSTALL: pip brings uv, uv the packages": ("INSTALL",),
    "PRE_BUILD: the repository's tests": ("PRE_BUILD",),
    "BUILD: run_pipeline, the promoter, the smoke test": ("BUILD",),
    "after it: report, artifacts, log": ("POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING"),
}


@dataclass(frozen=True)
class Lap:
    """One loop: its seconds, those of each action and of the SageMaker run, and those of CodeBuild's phases in all its builds."""

    seconds: float
    moments: Mapping[str, float]
    phases: Mapping[str, float]


@dataclass(frozen=True)
class Loop:
    """A deployed project, its developer and its approver."""

    scene: Scene
    developer: Developer
    release: Release

    def lap(self) -> Lap:
        """With approvals given as soon as they are asked for. Training must be done anew; Preprocess does not hang on a rate."""
        scene, commit = self.scene, self.developer.commit()
        started = time.perf_counter()
        self.developer.push()
        building = scene.building.of_commit(commit)
        execution, version = train(scene, "Training", build(scene, Commit(commit, "a learning rate"), building))
        promotion, _ = self.release.bring_live(version)
        seconds = time.perf_counter() - started
        if "Train" in execution.cached:
            raise SystemExit("Train came out of the cache: this round has trained nothing")
        return self._told(seconds, run=execution.arn, building=building, deploying=promotion.execution)

    def _told(self, seconds: float, *, run: str, building: str, deploying: str) -> Lap:
        scene = self.scene
        first, second = scene.building.actions(building), scene.deploying.actions(deploying)
        moments = {_name(scene.building, action): _length(action) for action in first}
        moments[RUN] = _run_length(scene, run)
        moments |= {_name(scene.deploying, action): _length(action) for action in second if not _of_a_person(action)}
        moments[BETWEEN] = seconds - sum(moments.values())
        return Lap(seconds, moments, _phases(scene, [*first, *second]))


def deployed(layout: Layout, settings: SandboxSettings, screen: Screen) -> Loop:
    """As the demo does it: the CDK CLI, data, a person with the approvers' policy."""
    scene = opening.deploy(Watch(layout, screen), settings)
    opening.upload(scene, DATA)
    project = scene.project
    developer = Developer(url_of(scene, project.names.model_build), project.settings.branch, layout.home / "developer")
    developer.clone()
    name = f"{project.names.project}-approver"
    return Loop(
        scene,
        developer,
        Release(scene, meet_approver(scene.clients, settings, name=name, policy=project.approver_policy), DATA),
    )


def let_data_settle(scene: Scene) -> None:
    """What was uploaded starts a run once it has been quiet for a while; that must not fall into the measuring."""
    with scene.watch.moment("First data"):
        advance(scene.settings, timedelta(minutes=2 * scene.project.settings.data.quiet_minutes))
        run = await_run(scene.clients, scene.project, by_data, known=())
        follow(scene.clients, run, scene.layout, lambda _: None)


def url_of(scene: Scene, repository: str) -> str:
    found = scene.clients.codecommit.get_repository(repositoryName=repository)
    return str(found["repositoryMetadata"]["cloneUrlHttp"])


def _of_a_person(action: Mapping[str, Any]) -> bool:
    return bool(action["input"]["actionTypeId"]["provider"] == _PERSON)


def _name(delivery: Delivery, action: Mapping[str, Any]) -> str:
    stage, name = action["stageName"], action["actionName"]
    return f"{delivery.pipeline}: {stage if stage == name else f'{stage} {name}'}"


def _length(action: Mapping[str, Any]) -> float:
    return float((action["lastUpdateTime"] - action["startTime"]).total_seconds())


def _run_length(scene: Scene, arn: str) -> float:
    found = scene.clients.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    return (found["LastModifiedTime"] - found["CreationTime"]).total_seconds()


def _phases(scene: Scene, actions: list[Mapping[str, Any]]) -> dict[str, float]:
    """The seconds of CodeBuild's phases, summed over the builds of these actions."""
    results = [action["output"]["executionResult"] for action in actions if _is_build(action)]
    builds = scene.clients.codebuild.batch_get_builds(ids=[each["externalExecutionId"] for each in results])["builds"]
    phases = [phase for build in builds for phase in build["phases"] if "endTime" in phase]
    return {
        told: sum(
            (each["endTime"] - each["startTime"]).total_seconds() for each in phases if each["phaseType"] in kinds
        )
        for told, kinds in PHASES.items()
    }


def _is_build(action: Mapping[str, Any]) -> bool:
    return bool(action["input"]["actionTypeId"]["provider"] == "CodeBuild")
