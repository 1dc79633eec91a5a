"""A Lambda function from a package of plain Python: its log, its role, and where the calls go that it fails on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from infra import ROOT
from infra.parts.alarm import Alarm, Watch
from infra.parts.archive import in_bootstrap_bucket, tree
from infra.parts.log import Log
from infra.parts.resource import Resource
from infra.parts.unit import ProjectStack, Unit
from infra.units.foundation import Foundation

FUNCTIONS = ROOT / "infra" / "functions"


def function_files() -> dict[str, Path]:
    """The asset of all functions: their packages, and PyYAML, which the runtime does not have; it does without its C part."""
    library = tree(Path(yaml.__file__).parent, below="yaml")
    plain = {name: path for name, path in library.items() if path.suffix == ".py"}
    return tree(FUNCTIONS, below="functions") | plain


@dataclass(frozen=True)
class Program:
    """A package of `functions/` with a `handler.py`, the variables that its `settings.py` reads, and its longest run."""

    package: str
    variables: Mapping[str, str]
    seconds: int = 30


class Function(Unit):
    """Needs the boto3 of the runtime, and one of them PyYAML. All functions share one asset: together they are 100 KB."""

    def __init__(
        self, scope: ProjectStack | Unit, construct_id: str, *, program: Program, role: Resource, foundation: Foundation
    ) -> None:
        super().__init__(scope, construct_id)
        name, key = foundation.names.function(program.package), foundation.storage.key
        log = Log(self, "Log", name=f"/aws/lambda/{name}", key=key)
        code = in_bootstrap_bucket(self.stack, foundation.functions)
        self.resource = Resource(
            self,
            "Function",
            type="AWS::Lambda::Function",
            properties={
                "FunctionName": name,
                "Runtime": "python3.14",
                "Handler": f"functions.{program.package}.handler.handler",
                "Code": {"S3Bucket": code.bucket_name, "S3Key": code.object_key},
                "Role": role.arn,  # all its permissions are in roles.py
                "Environment": {"Variables": dict(program.variables)},
                "KmsKeyArn": key.arn,
                "DeadLetterConfig": {"TargetArn": foundation.undelivered.arn},
                "LoggingConfig": {"LogGroup": log.name},
                "MemorySize": 256,
                "Timeout": program.seconds,
                "TracingConfig": {"Mode": "Active"},
            },
        )

        Alarm(self, "Errors", watch=_errors(program.package, foundation), names=foundation.names)

    @property
    def arn_within(self) -> dict[str, object]:
        return self.resource.arn_within


def _errors(package: str, foundation: Foundation) -> Watch:
    name = foundation.names.function(package)
    return Watch(
        name=foundation.names.errors(package),
        namespace="AWS/Lambda",
        metric="Errors",
        dimension=("FunctionName", name),
        statistic="Sum",
        description=(
            f"{foundation.names.project}: the function {name} failed; the log group /aws/lambda/{name} says why. "
            "Lambda calls it twice more with the same event, and then keeps the event in the queue of the undelivered."
        ),
    )
