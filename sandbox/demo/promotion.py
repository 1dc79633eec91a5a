"""A version's way to a stage: the promoter writes it down, CloudFormation makes it so, the smoke test looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.demo.children import Command, run
from sandbox.demo.foundation import PROJECT
from sandbox.demo.layout import REPOSITORY, Layout
from sandbox.demo.stacks import Stack, deploy

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STAGES = ("staging", "prod")
SMOKE_TEST_PAGE = Path("smoke-test/report.html")
_ROOT = "model-deploy"
_TEMPLATE = REPOSITORY / _ROOT / "endpoint.yaml"


@dataclass(frozen=True)
class Deployed:
    """What endpoint.yaml puts out."""

    endpoint: str
    model_package_arn: str
    latency_budget_ms: str


@dataclass(frozen=True)
class Promoter:
    """model-deploy's commands, in a project's environment."""

    environment: Mapping[str, str]
    layout: Layout

    def export(self, model_package_arn: str) -> None:
        """Verify the version and write down what each stage's stack shall be."""
        configs = [argument for stage in STAGES for argument in ("--config", f"../{stage}-config.json")]
        chosen = ["--output-dir", str(self._exports), "--model-package-arn", model_package_arn]
        self._run("promoter", ["promoter", *configs, *chosen])

    def deploy(self, cloudformation: CloudFormationClient, stage: str) -> Deployed:
        """Returns when the stage's endpoint is in service."""
        exported = json.loads((self._exports / f"{stage}-config-export.json").read_bytes())
        name = f"{PROJECT}-deploy-{stage}"
        stack = Stack(name, _TEMPLATE, parameters=exported["Parameters"], tags=exported["Tags"])
        outputs = deploy(cloudformation, stack)
        return Deployed(outputs["EndpointName"], outputs["ModelPackageArn"], outputs["LatencyBudgetMs"])

    def smoke_test(self, deployed: Deployed) -> None:
        """Its report is left among the demo's reports."""
        folder = (self.layout.reports / SMOKE_TEST_PAGE).parent.resolve()
        tested = ["--endpoint-name", deployed.endpoint, "--model-package-arn", deployed.model_package_arn]
        measured = ["--latency-budget-ms", deployed.latency_budget_ms, "--report", str(folder)]
        self._run("smoke test", ["promoter.smoke_test", *tested, *measured])

    @property
    def _exports(self) -> Path:
        return (self.layout.home / "promotion").resolve()

    def _run(self, name: str, arguments: list[str]) -> None:
        log = self.layout.log_of(name.replace(" ", "-"))
        run(Command(name=f"the {name}", arguments=arguments, root=_ROOT, environment=self.environment, log=log))
