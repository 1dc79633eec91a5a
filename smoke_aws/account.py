"""Edge: boto3's clients, as the shell has them, and whether they are pointed at AWS at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from infra.commands.clients import ClientOf
from smoke_aws.deadline import SmokeFailure

_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 8})
_ELSEWHERE = "AWS_ENDPOINT_URL"


def refuse_a_sandbox(environment: Mapping[str, str] = os.environ) -> None:
    """A sandbox shows nothing of AWS, and a report of it would be believed."""
    pointed = sorted(name for name in environment if name.startswith(_ELSEWHERE) and environment[name])
    if pointed:
        raise SmokeFailure(
            "the check",
            f"{', '.join(pointed)} points this shell away from AWS. Take a shell without it; "
            "--in-sandbox is for the tests of this check, and proves nothing about AWS",
        )


def connect(region: str | None) -> ClientOf:
    session: Any = boto3.Session(region_name=region)
    return cache(lambda service: session.client(service, config=_RETRIES))


def identity(client: ClientOf) -> str:
    return str(client("sts").get_caller_identity()["Arn"])
