"""Edge: boto3 clients of the project's region, for the verbs that look at an account (doctor, destroy)."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import boto3

from infra.settings import Settings

ClientOf = Callable[[str], Any]  # a boto3 client by its service's name


def region_of(settings: Settings) -> str | None:
    """As the CDK finds it; boto3 by itself does not look at AWS_REGION."""
    return settings.region or os.environ.get("AWS_REGION") or boto3.Session().region_name


def clients(settings: Settings) -> ClientOf:
    session: Any = boto3.Session(region_name=region_of(settings))  # Any: the services are not literals
    return cache(session.client)
