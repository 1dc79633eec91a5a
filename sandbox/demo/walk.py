"""The golden path from end to end: each chapter is handed what the one before it made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo import opening, week
from sandbox.demo.layout import Layout
from sandbox.demo.learning import Learned, push_and_train
from sandbox.demo.moments.approver import meet_approver
from sandbox.demo.moments.registered import Version
from sandbox.demo.outcome import Outcome, Prediction, Promotion
from sandbox.demo.release import Release
from sandbox.demo.scene import Scene, Watch
from sandbox.demo.screen import Screen


@dataclass(frozen=True)
class Live:
    """A version in production, and what it answered there."""

    version: Version
    promotion: Promotion
    predictions: tuple[Prediction, ...]


def walk(layout: Layout, screen: Screen, data: Path, *, whole: bool) -> Outcome:
    """To production; the whole walk goes on through a week, new data and the older version. The sandbox is left running."""
    started, watch = time.monotonic(), Watch(layout, screen)
    settings = opening.start_sandbox(watch)
    scene = opening.deploy(watch, settings)
    opening.upload(scene, data)
    learned = push_and_train(scene)
    name, policy = f"{scene.project.names.project}-approver", scene.project.approver_policy
    release = Release(scene, meet_approver(scene.clients, settings, name=name, policy=policy), data)
    live = [_bring_live(release, learned.version)]
    registered = [learned.version]
    if whole:
        registered += [*week.pass_by(scene), week.new_data(scene, data)]
        live.append(_bring_live(release, registered[1]))  # an older one: newer ones wait unapproved
    return _outcome(scene, learned, live, registered, time.monotonic() - started)


def _bring_live(release: Release, version: Version) -> Live:
    return Live(version, *release.bring_live(version))


def _outcome(scene: Scene, learned: Learned, live: list[Live], registered: list[Version], seconds: float) -> Outcome:
    last = live[-1]
    return Outcome(
        model_package_arn=last.version.arn,
        metrics=last.version.metrics,
        staging_endpoint=scene.project.staging_endpoint,
        prod_endpoint=scene.project.prod_endpoint,
        predictions=last.predictions,
        steps=learned.execution.steps,
        seconds=round(seconds, 1),
        commit=learned.commit.id,
        build_execution=learned.build_execution,
        promotions=tuple(each.promotion for each in live),
        registered=tuple(version.arn for version in registered),
        moments=tuple(scene.watch.elapsed),
    )
