"""A secret by the reference that a build specification has: `secret-id:json-key:version-stage:version-id` (env/secrets-manager)."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from sandbox.codebuild.running.failure import PhaseFailed

_CODE = "Secrets Manager Error Message"
_PARTS_OF_AN_ARN = 7  # arn:aws:secretsmanager:<region>:<account>:secret:<name>


def secret(secretsmanager: Any, reference: str) -> str:
    """The value, or the member of it that `json-key` names. Raises PhaseFailed."""
    parts = reference.split(":")
    own = _PARTS_OF_AN_ARN if parts[0] == "arn" else 1
    identifier = ":".join(parts[:own])
    key, stage, version = [*parts[own:], "", "", ""][:3]
    request = {"SecretId": identifier} | ({"VersionStage": stage} if stage else {})
    request |= {"VersionId": version} if version else {}
    try:
        text = str(secretsmanager.get_secret_value(**request).get("SecretString", ""))
    except ClientError as error:
        raise PhaseFailed(_CODE, str(error)) from error
    return _member(text, key, identifier) if key else text


def _member(text: str, key: str, identifier: str) -> str:
    try:
        members = json.loads(text)
    except ValueError as error:
        raise PhaseFailed(_CODE, f"{identifier} is not JSON, so it has no key {key}") from error
    if not isinstance(members, dict) or key not in members:
        raise PhaseFailed(_CODE, f"{identifier} has no key {key}")
    found = members[key]
    return found if isinstance(found, str) else json.dumps(found)
