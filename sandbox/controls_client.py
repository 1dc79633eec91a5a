"""How the command line asks a running sandbox's own controls: over HTTP, signed with the home's root key."""

from __future__ import annotations

import http.client
import json
from typing import Any

from sandbox.process import SandboxError
from sandbox.settings import HOST, SandboxSettings
from sandbox.store import Document

_SERVICE = "sandbox"  # the name in the signature's scope


def ask(
    settings: SandboxSettings, method: str, path: str, *, body: Document | None = None, patience: float = 60.0
) -> Document:
    """One exchange; `patience` is in seconds. Raises SandboxError when there is no answer, or a refusal."""
    content = b"" if body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection(HOST, settings.port, timeout=patience)
    try:
        connection.request(method, path, body=content, headers=_signed(settings, method, path, content))
        response = connection.getresponse()
        answer: Document = json.loads(response.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SandboxError(f"The sandbox at {settings.endpoint_url} did not answer {path}: {error!r}") from error
    finally:
        connection.close()
    if response.status != http.client.OK:
        raise SandboxError(str(answer.get("message", f"The sandbox answered {path} with {response.status}.")))
    return answer


def _signed(settings: SandboxSettings, method: str, path: str, content: bytes) -> dict[str, Any]:
    from botocore.auth import SigV4Auth  # noqa: PLC0415 (the verbs that ask nothing answer at once)
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import Credentials  # noqa: PLC0415

    request = AWSRequest(method, f"{settings.endpoint_url}{path}", {"Content-Type": "application/json"}, content)
    key = settings.root_key
    SigV4Auth(Credentials(key.id, key.secret), _SERVICE, settings.region).add_auth(request)
    return dict(request.headers)
