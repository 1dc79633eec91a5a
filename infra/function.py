"""A Lambda function from a package of plain Python: its log, its role, and where the calls go that it fails on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import CfnResource
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.archive import in_bootstrap_bucket, tree
from infra.foundation import Foundation
from infra.log import Log

_FUNCTIONS = Path(__file__).resolve().parent / "functions"


@dataclass(frozen=True)
class Program:
    """A package of `functions/` with a `handler.py`, the variables that its `settings.py` reads, and its longest run."""

    package: str
    variables: Mapping[str, str]
    seconds: int = 30


class Function(Construct):
    """Needs nothing but the boto3 of the runtime. All functions share one asset: together they are a few KB.

    Written as a plain resource: aws_lambda brings aws_ec2 along, and the two cost a fifth of a second at each synth.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, program: Program, role: iam.CfnRole, foundation: Foundation
    ) -> None:
        super().__init__(scope, construct_id)
        name, key = foundation.names.function(program.package), foundation.storage.key
        log = Log(self, "Log", name=f"/aws/lambda/{name}", key=key)
        code = in_bootstrap_bucket(self, "functions", tree(_FUNCTIONS))
        self.resource = CfnResource(
            self,
            "Function",
            type="AWS::Lambda::Function",
            properties={
                "FunctionName": name,
                "Runtime": "python3.14",
                "Handler": f"{program.package}.handler.handler",
                "Code": {"S3Bucket": code.bucket_name, "S3Key": code.object_key},
                "Role": role.attr_arn,  # all its permissions are in roles.py
                "Environment": {"Variables": dict(program.variables)},
                "KmsKeyArn": key.key_arn,
                "DeadLetterConfig": {"TargetArn": foundation.undelivered.queue_arn},
                "LoggingConfig": {"LogGroup": log.name},
                "MemorySize": 256,
                "Timeout": program.seconds,
                "TracingConfig": {"Mode": "Active"},
            },
        )

    @property
    def arn(self) -> str:
        return self.resource.get_att("Arn").to_string()
