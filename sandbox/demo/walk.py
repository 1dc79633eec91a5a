"""The golden path from end to end: each moment shown, timed, and handed what the one before it made."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.demo import interrupts
from sandbox.demo.building import MODULE, ROOT, Execution, execution_arn, follow
from sandbox.demo.children import Prepared, prepared
from sandbox.demo.clients import Clients, connect, refusals
from sandbox.demo.failure import DemoFailure
from sandbox.demo.foundation import Foundation, lay_foundation, project_variables
from sandbox.demo.inputs import Inputs, upload_inputs
from sandbox.demo.layout import Layout
from sandbox.demo.outcome import Outcome, Prediction
from sandbox.demo.prediction import pick, predict
from sandbox.demo.promotion import Promoter
from sandbox.demo.registered import Version, approve, read_version
from sandbox.demo.screen import Moment, Screen
from sandbox.environment import variables
from sandbox.process import SandboxError, up
from sandbox.settings import SandboxSettings

_DISCARD = 9  # the port at which nothing answers (RFC 863)


def walk(layout: Layout, screen: Screen, data: Path) -> Outcome:
    """Start, lay, upload, train, approve, promote, predict. The sandbox is left running."""
    started = time.monotonic()
    # The SDK makes a boto3 session while it is imported; until the sandbox has an address, that leads nowhere.
    nowhere = variables(SandboxSettings(home=layout.home, port=_DISCARD))
    with prepared(MODULE, root=ROOT, environment=nowhere, log=layout.log_of("build")) as builder:
        path = _Path(layout, screen, start_sandbox(layout, screen), data)
        foundation = path.lay_foundation()
        inputs = path.upload(foundation)
        execution = path.train(builder, foundation, inputs)
    version = path.approve(execution.model_package_arn)
    staging, prod = path.promote(version, foundation)
    predictions = path.predict(prod, version)
    return Outcome(
        model_package_arn=version.arn,
        metrics=version.metrics,
        staging_endpoint=staging,
        prod_endpoint=prod,
        predictions=predictions,
        steps=execution.steps,
        seconds=round(time.monotonic() - started, 1),
    )


def start_sandbox(layout: Layout, screen: Screen) -> SandboxSettings:
    with screen.moment("Sandbox") as moment:
        try:
            with interrupts.held():  # a sandbox is stopped by its lock, so it must have one first
                settings = up(layout.home)
        except SandboxError as error:
            raise DemoFailure("the start of the sandbox", str(error), log=layout.sandbox_log) from error
        moment.say(f"{settings.endpoint_url}, state in {layout.home}")
    return settings


@dataclass(frozen=True)
class _Path:
    """The moments in a running sandbox."""

    layout: Layout
    screen: Screen
    settings: SandboxSettings
    data: Path
    clients: Clients = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clients", connect(self.settings))

    def lay_foundation(self) -> Foundation:
        with self._moment("Foundation") as moment:
            foundation = lay_foundation(self.clients.cloudformation)
            moment.say(f"bucket {foundation.bucket}, model package group {foundation.model_package_group}, two roles")
        return foundation

    def upload(self, foundation: Foundation) -> Inputs:
        with self._moment("Data") as moment:
            inputs = upload_inputs(self.clients.s3, foundation.bucket, self.data)
            moment.say(f"{inputs.rows} rows to {inputs.data_uri[:60]}...")
        return inputs

    def train(self, builder: Prepared, foundation: Foundation, inputs: Inputs) -> Execution:
        with self._moment("Pipeline") as moment:
            moment.say("publishing the definition")
            data = {"INPUT_DATA_URI": inputs.data_uri, "BATCH_DATA_URI": inputs.batch_uri}
            arn = execution_arn(builder.run(self._environment(foundation) | data))
            moment.say(f"execution {arn.rpartition('/')[2]}")
            execution = follow(self.clients, arn, self.layout, moment.steps)
            cached = sum(step.cached for step in execution.steps)
            moment.say(f"{len(execution.steps)} steps" + (f", {cached} of them from the cache" if cached else ""))
        return execution

    def approve(self, arn: str) -> Version:
        with self._moment("Approval") as moment:
            version = read_version(self.clients.sagemaker, self.clients.s3, arn, self.layout.reports)
            approve(self.clients.sagemaker, arn)
            moment.say(
                f"version {version.number}, mse {version.metrics['mse']:.3f} on {version.test_rows} rows it was not trained on"
            )
        return version

    def promote(self, version: Version, foundation: Foundation) -> tuple[str, str]:
        """Production gets what staging was tested with; a failed smoke test ends the walk before it."""
        promoter = Promoter(self._environment(foundation), self.layout)
        with self._moment("Staging") as moment:
            promoter.export(version.arn)
            staging = promoter.deploy(self.clients.cloudformation, "staging")
            moment.say(f"endpoint {staging.endpoint} in service")
        with self._moment("Smoke test") as moment:
            promoter.smoke_test(staging)
            moment.say("golden rows answered as at training, bad rows refused")
        with self._moment("Production") as moment:
            prod = promoter.deploy(self.clients.cloudformation, "prod")
            moment.say(f"endpoint {prod.endpoint} in service")
        return staging.endpoint, prod.endpoint

    def predict(self, endpoint: str, version: Version) -> tuple[Prediction, ...]:
        with self._moment("Prediction") as moment:
            predictions = predict(self.clients.runtime, endpoint, pick(version.golden_rows), self.data)
            moment.say(f"{len(predictions)} rows through {endpoint}")
        self.screen.predictions(predictions)
        return predictions

    def _environment(self, foundation: Foundation) -> dict[str, str]:
        return variables(self.settings) | project_variables(foundation)

    @contextmanager
    def _moment(self, title: str) -> Iterator[Moment]:
        with self.screen.moment(title) as moment, refusals(title.lower(), self.layout):
            yield moment
