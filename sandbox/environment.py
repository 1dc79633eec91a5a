"""The environment that points the stock clients at a sandbox, and at nothing else.

variables   what any process needs whose AWS is the sandbox: a shell, a build, a container
of_a_shell  and what other clients look at that a person has in a shell: the SageMaker SDK, the CDK CLI
FUNCTION    for the shell: the AWS CLI's version 1, which no variable closes
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sandbox.settings import SandboxSettings

UNSET = (
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN"),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"),
)
_KEY = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_OF_A_SERVICE = "AWS_ENDPOINT_URL_"  # one service's, which goes before AWS_ENDPOINT_URL


def variables(settings: SandboxSettings) -> dict[str, str]:
    """Variables for a shell or a child process.

    The user's own profiles, endpoints and credentials are shut out: the configuration files are replaced by empty ones, since a
    profile there could name an endpoint for one service and send that one's calls to the real AWS. Endpoints are not ignored,
    whatever the user ignores elsewhere, and no operation puts a word of its own before the address (StartSyncExecution's `sync-`).
    """
    return {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_ACCESS_KEY_ID": settings.root_key.id,
        "AWS_SECRET_ACCESS_KEY": settings.root_key.secret,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }


def of_a_shell(settings: SandboxSettings) -> dict[str, str]:
    """Also closes what the SageMaker SDK and the CDK CLI would ask of the world beside AWS's services.

    The SDK names the address of STS itself to learn the account for its default bucket, and sends telemetry to a bucket of AWS; its
    defaults file answers the one and switches the other off, in versions 2 and 3.
    """
    settings.sdk_defaults.write_text(_sdk_defaults(settings))
    return {
        **variables(settings),
        "SAGEMAKER_USER_CONFIG_OVERRIDE": str(settings.sdk_defaults),
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "CDK_NOTICES": "false",
    }


def without_key(given: Mapping[str, str]) -> dict[str, str]:
    """For a process that gets a role's credentials, or none."""
    return {name: value for name, value in given.items() if name not in _KEY}


def _sdk_defaults(settings: SandboxSettings) -> str:
    """The bucket has the name that the SDK makes of Region and account."""
    bucket = f"sagemaker-{settings.region}-{settings.account}"
    modules = {"TelemetryOptOut": True, "Session": {"DefaultS3Bucket": bucket}}
    return json.dumps({"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": {"Modules": modules}}}, indent=1) + "\n"


def unset(known: Mapping[str, str]) -> list[str]:
    """Names to take out of an environment such as `known`."""
    return [*UNSET, *sorted(name for name in known if name.startswith(_OF_A_SERVICE))]


# Version 1 of the AWS CLI gives sqs, emr, rds, docdb, neptune and health an address of AWS's own, as if the user had typed it
# (awscli/customizations/overridesslcommonname.py), so that only --endpoint-url overrides it; a second one, the user's, still wins.
FUNCTION = """\
unalias aws 2>/dev/null || true
aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url="$AWS_ENDPOINT_URL"} "$@"; }
if [ -n "${BASH_VERSION:-}" ]; then export -f aws; fi"""
