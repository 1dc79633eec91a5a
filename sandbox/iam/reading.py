"""`python -m sandbox permissions`: asks a running sandbox for the report on roles, over HTTP."""

from __future__ import annotations

import http.client
import json

from sandbox.iam.report import PATH
from sandbox.process import SandboxError
from sandbox.settings import HOST, SandboxSettings
from sandbox.store import Document

_PATIENCE = 60.0


def read(settings: SandboxSettings) -> Document:
    connection = http.client.HTTPConnection(HOST, settings.port, timeout=_PATIENCE)
    try:
        connection.request("GET", PATH)
        report: Document = json.load(connection.getresponse())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SandboxError(f"The sandbox at {settings.endpoint_url} did not tell its permissions: {error}") from error
    finally:
        connection.close()
    return report
