"""A version's way to production: a person approves it, staging tests it, the person lets it go on, rows are predicted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.approver import APPROVAL, Approver, link_of
from sandbox.demo.moments.prediction import counted_rows, live_version, pick, predict
from sandbox.demo.moments.registered import Version
from sandbox.demo.outcome import Prediction, Promotion
from sandbox.demo.scene import Scene


@dataclass(frozen=True)
class Release:
    """From the person's decision to answers from production."""

    scene: Scene
    approver: Approver
    data: Path

    def bring_live(self, version: Version) -> tuple[Promotion, tuple[Prediction, ...]]:
        before = live_version(self.scene.clients.sagemaker, self.scene.project.prod_endpoint)
        execution = self._approve(version)
        self._stage(execution)
        self._let_go(execution, version)
        after = self._produce(execution, version)
        return Promotion(execution, before, after), self._predict(version)

    def _approve(self, version: Version) -> str:
        """The decision is an event; the reconciler answers it by starting the deploy pipeline with exactly this version."""
        delivery = self.scene.deploying
        with self.scene.watch.moment("Approval") as moment:
            known = delivery.known()
            self.approver.approve_version(version.arn)
            execution = delivery.of_version(version.arn, known=known)
            moment.say(f"version {version.number} by {self.approver.name}; the reconciler started {execution[:8]}")
        return execution

    def _stage(self, execution: str) -> None:
        with self.scene.watch.moment("Staging") as moment:
            moment.say(f"execution {execution[:8]}")
            self.scene.deploying.follow(execution, moment.steps, until=APPROVAL)
            moment.say(f"{self.scene.project.staging_endpoint} is tested, and {APPROVAL} waits for a person")

    def _let_go(self, execution: str, version: Version) -> None:
        delivery = self.scene.deploying
        with self.scene.watch.moment("Release") as moment:
            waiting = next(each for each in delivery.actions(execution) if each["actionName"] == APPROVAL)
            page = self.approver.read_report(link_of(waiting), version.reports)
            self.approver.release(delivery.pipeline, execution, APPROVAL)
            moment.say(f"{self.approver.name} read {page} and approved")

    def _produce(self, execution: str, version: Version) -> str:
        endpoint = self.scene.project.prod_endpoint
        with self.scene.watch.moment("Production") as moment:
            self.scene.deploying.follow(execution, moment.steps, after=APPROVAL)
            live = live_version(self.scene.clients.sagemaker, endpoint)
            if live != version.arn:
                raise DemoFailure("production", f"{endpoint} answers with {live}, not with {version.arn}")
            moment.say(f"{endpoint} answers with version {version.number}")
        return version.arn

    def _predict(self, version: Version) -> tuple[Prediction, ...]:
        endpoint = self.scene.project.prod_endpoint
        with self.scene.watch.moment("Prediction") as moment:
            rows = pick(counted_rows(version.golden_rows, self.data))
            predictions = predict(self.scene.clients.runtime, endpoint, rows, self.data)
            moment.say(f"{len(predictions)} rows through {endpoint}")
        self.scene.watch.screen.predictions(predictions)
        return predictions
