"""GET /_sandbox/permissions: the report on roles."""

from __future__ import annotations

import json

from sandbox.iam.decision import RolesOf
from sandbox.iam.report import PATH, document
from sandbox.iam.usage import Usage
from sandbox.protocol import Response
from sandbox.routes import Request, Route


def permissions(usage: Usage, roles_of: RolesOf) -> Route:
    def answer(request: Request) -> Response:
        if (request.method, request.path) != ("GET", PATH):
            return _json(404, {"message": f"There is no control {request.method} {request.path} in the sandbox."})
        return _json(200, document(roles_of(), usage.all()))

    return answer


def _json(status: int, body: object) -> Response:
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()
