"""A Lambda function from a package of plain Python: its log, its role, its alarm, and where the calls go that it fails on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra import ROOT
from infra.parts.alarm import MINUTES, Alarm
from infra.parts.archive import tree
from infra.parts.log import Log
from infra.settings.names import Names

FUNCTIONS = ROOT / "infra" / "functions"


def function_files() -> dict[str, Path]:
    """The asset of all functions: their packages, and PyYAML, which the runtime does not have; it does without its C part."""
    library = tree(Path(yaml.__file__).parent, below="yaml")
    plain = {name: path for name, path in library.items() if path.suffix == ".py"}
    return tree(FUNCTIONS, below="functions") | plain


@dataclass(frozen=True, kw_only=True)
class FunctionDefaults:
    """What all functions of a stack share: one asset (together they are 100 KB), the key, and who hears of a failure."""

    names: Names
    code: lambda_.Code
    key: kms.IKey
    dead_letter_queue: sqs.IQueue
    topic: sns.ITopic

    def own_schedules(self, prefix: str, *, role: iam.IRole) -> dict[str, str]:
        """The variables of a function that sets one-time schedules for itself, whose names begin so (functions/runs/forms.py)."""
        return {
            "SCHEDULE_NAME": prefix,
            "SCHEDULE_GROUP_NAME": self.names.schedule_group,
            "SCHEDULER_ROLE_ARN": role.role_arn,
            "UNDELIVERED_QUEUE_ARN": self.dead_letter_queue.queue_arn,
        }


class Function(lambda_.Function):
    """Runs `handler.py` of a package of `functions/`, with the variables that its `settings.py` reads.

    It needs the boto3 of the runtime, and one package needs PyYAML.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        role: iam.IRole,
        environment: Mapping[str, str],
        defaults: FunctionDefaults,
        seconds: int = 30,
    ) -> None:
        """`seconds` is its longest run."""
        key, name = defaults.key, defaults.names.function(package)
        super().__init__(
            scope,
            construct_id,
            function_name=name,
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler=f"functions.{package}.handler.handler",
            code=defaults.code,
            role=role,
            environment=environment,
            environment_encryption=key,
            dead_letter_queue=defaults.dead_letter_queue,
            log_group=Log(scope, f"{construct_id}Log", name=f"/aws/lambda/{name}", key=key),
            memory_size=256,
            timeout=Duration.seconds(seconds),
            tracing=lambda_.Tracing.ACTIVE,
        )
        self._add_alarm(package, defaults)

    def _add_alarm(self, package: str, defaults: FunctionDefaults) -> None:
        names, name = defaults.names, defaults.names.function(package)
        Alarm(
            self,
            "Errors",
            name=names.errors(package),
            description=(
                f"{names.project}: the function {name} failed; the log group /aws/lambda/{name} says why. "
                "Lambda calls it twice more with the same event, and then keeps the event in the dead-letter queue."
            ),
            metric=self.metric_errors(statistic="Sum", period=Duration.minutes(MINUTES)),
            topic=defaults.topic,
        )
