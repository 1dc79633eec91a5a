"""The SageMaker SDK's session, with everything switched off that would call anything but the AWS endpoints in use."""

from __future__ import annotations

import os

import boto3
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.telemetry import telemetry_logging

from pipelines.settings import Settings


class SdkChanged(RuntimeError):
    """The SDK no longer has the hook by which its telemetry is switched off."""


def sdk_session(settings: Settings) -> Session:
    """A session on the settings' region and bucket; credentials and AWS_ENDPOINT_URL come from the environment."""
    _switch_telemetry_off()
    # Else the SDK has IAM simulate the role's policies at each create and update, which a narrow role may not do.
    os.environ["SAGEMAKER_VALIDATE_ROLE"] = "false"
    return Session(boto_session=boto3.Session(region_name=settings.region), default_bucket=settings.bucket)


def _switch_telemetry_off() -> None:
    """Every event of sagemaker 3.27 leaves through this one function, in a thread, to a bucket of AWS.

    The documented switch, a defaults config file, is validated again at every call of the SDK: 2.6 s for a build.
    """
    if not callable(getattr(telemetry_logging, "_send_telemetry_request", None)):
        raise SdkChanged("sagemaker.core.telemetry sends by another function now: find it, or set TelemetryOptOut.")
    telemetry_logging._send_telemetry_request = _send_nothing


def _send_nothing(*_: object, **__: object) -> None:
    """Stands where the SDK sends telemetry."""
