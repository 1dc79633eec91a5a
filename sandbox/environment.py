"""The environment that points the stock clients at a sandbox, and at nothing else."""

from __future__ import annotations

from sandbox.settings import ADMINISTRATOR, SandboxSettings


def variables(settings: SandboxSettings) -> dict[str, str]:
    """Variables for a shell or a child process.

    The user's own profiles, endpoints and credentials are shut out: the configuration files are replaced by empty ones, since a
    profile there could name an endpoint for one service and send that one's calls to the real AWS.
    """
    return {
        "AWS_ENDPOINT_URL": settings.endpoint_url,
        "AWS_ACCESS_KEY_ID": ADMINISTRATOR,
        "AWS_SECRET_ACCESS_KEY": ADMINISTRATOR,
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }


UNSET = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")
