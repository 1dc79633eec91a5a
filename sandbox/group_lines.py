"""The lines of a CloudWatch log group, read from a running sandbox."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from sandbox.process import SandboxError
from sandbox.settings import SandboxSettings


def read(settings: SandboxSettings, group: str) -> list[str]:
    """Each behind the name of its stream."""
    logs = boto3.client(
        "logs",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region,
        aws_access_key_id=settings.root_key.id,
        aws_secret_access_key=settings.root_key.secret,
    )
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [f"{event['logStreamName']}  {event['message']}" for page in pages for event in page["events"]]
    except ClientError as error:
        raise SandboxError(f"{group}: {error.response['Error']['Message']}") from error
