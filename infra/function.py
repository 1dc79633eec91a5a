"""A Lambda function from a folder of plain Python: its log, its role, and where events go that it fails on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration, IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.foundation import Foundation

_FUNCTIONS = Path(__file__).resolve().parent / "functions"


class Function(Construct):
    """`functions/<package>/handler.py`, which needs nothing but the boto3 of the runtime."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        role: iam.Role,
        foundation: Foundation,
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        name = foundation.names.function(package)
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
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler=f"{package}.handler.handler",
            code=_code_of(package),
            role=role.without_policy_updates(),  # its permissions are all in roles.py
            environment=dict(variables),
            environment_encryption=foundation.storage.key,
            dead_letter_queue=foundation.undelivered,
            log_group=log,
            memory_size=256,
            timeout=Duration.minutes(1),
        )


def _code_of(package: str) -> lambda_.Code:
    only = ["*", f"!{package}", f"!{package}/*.py"]
    return lambda_.Code.from_asset(str(_FUNCTIONS), exclude=only, ignore_mode=IgnoreMode.GIT)
