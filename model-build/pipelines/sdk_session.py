"""The SageMaker SDK's session, with everything switched off that would call anything but the AWS endpoints in use."""

from __future__ import annotations

import logging
import os
import warnings

import boto3
from sagemaker.core.telemetry import telemetry_logging
from sagemaker.core.workflow.pipeline_context import PipelineSession

from pipelines.settings import Settings

# What the SDK warns of at each build of each pipeline, as it should be: jobs are described and not started, their names are
# SageMaker's to give, and the Lambda functions of the steps are infra's to update.
_EXPECTED_WARNINGS = ("Running within a PipelineSession", "Lambda function won't be updated")
_EXPECTED_LOG = "from the pipeline definition by default since it will be overridden at pipeline execution time"


class SdkChanged(RuntimeError):
    """The SDK no longer has the hook by which its telemetry is switched off."""


def sdk_session(settings: Settings) -> PipelineSession:
    """A session in which jobs are described and not started; credentials and AWS_ENDPOINT_URL come from the environment."""
    _switch_telemetry_off()
    _keep_expected_warnings_quiet()
    # Else the SDK has IAM simulate the role's policies at each create and update, which a narrow role may not do.
    os.environ["SAGEMAKER_VALIDATE_ROLE"] = "false"
    return PipelineSession(boto_session=boto3.Session(region_name=settings.region), default_bucket=settings.bucket)


def _switch_telemetry_off() -> None:
    """Every event of sagemaker 3.27 leaves through this one function, in a thread, to a bucket of AWS.

    The documented switch, a defaults config file, is validated again at every call of the SDK: 2.6 s for a build.
    """
    if not callable(getattr(telemetry_logging, "_send_telemetry_request", None)):
        raise SdkChanged("sagemaker.core.telemetry sends by another function now: find it, or set TelemetryOptOut.")
    telemetry_logging._send_telemetry_request = _send_nothing


def _send_nothing(*_: object, **__: object) -> None:
    """Stands where the SDK sends telemetry."""


def _keep_expected_warnings_quiet() -> None:
    for message in _EXPECTED_WARNINGS:
        warnings.filterwarnings("ignore", message=message)
    logging.getLogger("sagemaker.core.workflow.utilities").addFilter(_is_unexpected)


def _is_unexpected(record: logging.LogRecord) -> bool:
    return _EXPECTED_LOG not in record.getMessage()
