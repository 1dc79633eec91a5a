"""A Lambda function from a package of plain Python: its log, its role, and where the calls go that it fails on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.foundation import Foundation

_FUNCTIONS = Path(__file__).resolve().parent / "functions"


@dataclass(frozen=True)
class Program:
    """A package of `functions/` with a `handler.py`, the variables that its `settings.py` reads, and its longest run."""

    package: str
    variables: Mapping[str, str]
    seconds: int = 30


class Function(Construct):
    """Needs nothing but the boto3 of the runtime. All functions share one asset: together they are a few KB."""

    def __init__(
        self, scope: Construct, construct_id: str, *, program: Program, role: iam.Role, foundation: Foundation
    ) -> None:
        super().__init__(scope, construct_id)
        name = foundation.names.function(program.package)
        log = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{name}",
            encryption_key=foundation.storage.key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler=f"{program.package}.handler.handler",
            code=lambda_.Code.from_asset(str(_FUNCTIONS), exclude=["**/__pycache__", "*.pyc"]),
            role=role.without_policy_updates(),  # its permissions are all in roles.py
            environment=dict(program.variables),
            environment_encryption=foundation.storage.key,
            dead_letter_queue=foundation.undelivered,
            log_group=log,
            memory_size=256,
            timeout=Duration.seconds(program.seconds),
            tracing=lambda_.Tracing.ACTIVE,
        )
