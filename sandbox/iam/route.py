"""GET /_sandbox/permissions: the report on roles; DELETE begins it anew."""

from __future__ import annotations

import json

from sandbox.iam.decision import RolesOf
from sandbox.iam.report import document
from sandbox.iam.usage import Usage
from sandbox.protocol import Response
from sandbox.routes import Request, Route

PATH = "/_sandbox/permissions"
_TEXT = {"Content-Type": "text/plain"}


def permissions(usage: Usage, roles_of: RolesOf) -> Route:
    def answer(request: Request) -> Response:
        if request.path != PATH:
            return 404, _TEXT, f"There is nothing at {request.path}; the report is at {PATH}.\n".encode()
        if request.method == "GET":
            report = document(roles_of(), usage.all())
            return 200, {"Content-Type": "application/json"}, json.dumps(report).encode()
        if request.method == "DELETE":
            usage.forget()
            return 204, {}, b""
        return 405, {**_TEXT, "Allow": "GET, DELETE"}, b"The report is read by GET and begun anew by DELETE.\n"

    return answer
