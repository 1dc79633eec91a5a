"""Permissions that ministack's services do not ask for, asked before they see the request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable

from sandbox.caller import access_key_of, called_by
from sandbox.iam.call import Call
from sandbox.iam.needs import Need
from sandbox.iam.stack_roles import StackRoles
from sandbox.identity import AccessDenied, Identity
from sandbox.plugin.services import Handler
from sandbox.protocol import Response

Query = dict[str, list[str]]
Needs = Callable[[Call], Iterable[Need]]  # what a request takes beside its own action

# Of a refused key, where it is not the service's AccessDenied (API_Publish, API_SendMessage); ssm's is told by its code alone.
_CODES = {"sns": "KMSAccessDenied", "sqs": "KMS.AccessDeniedException", "ssm": "AccessDeniedException"}


def ask_before(name: str, *, needs: Needs, identity: Identity) -> None:
    """Have a service of ministack's refuse a caller who may not do all that the request takes."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)

    answer = app.SERVICE_HANDLERS[name]

    async def handler(method: str, path: str, headers: dict[str, str], body: bytes, query: Query) -> Response:
        key = access_key_of(headers)
        if key and not identity.unrestricted(key):
            call = Call(method=method, path=path, headers=headers, body=body, query=query)
            try:
                for need in needs(call):
                    identity.require(key, need.action, need.resource, need.keys)
            except AccessDenied as error:
                return _refused(name, headers, error, code=_CODES.get(name, "AccessDenied"))
        response: Response = await answer(method, path, headers, body, query)
        return response

    app.SERVICE_HANDLERS[name] = handler


def act_for_stacks(roles: StackRoles) -> None:
    """Have CloudFormation change resources of our own types in the name of the stack's role, or else of the caller."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)

    answer: Handler = app.SERVICE_HANDLERS["cloudformation"]

    async def handler(method: str, path: str, headers: dict[str, str], body: bytes, query: Query) -> Response:
        try:
            actor = roles.actor(body, access_key_of(headers))
        except AccessDenied as error:
            return _refused("cloudformation", headers, error, code="ValidationError")
        with called_by(actor):  # what a stack's tasks call is called in the context that they are made in
            response = await answer(method, path, headers, body, query)
        if response[0] == 200:  # noqa: PLR2004 (HTTP's)
            roles.accepted(body, response[2])
        return response

    app.SERVICE_HANDLERS["cloudformation"] = handler


def _refused(service: str, headers: dict[str, str], error: AccessDenied, *, code: str) -> Response:
    """In the service's own protocol."""
    from ministack.core.iam_actions import access_denied_response  # noqa: PLC0415

    kept = "" if code == "AccessDenied" else code
    response: Response = access_denied_response(
        service, "", "", secrets.token_hex(16), error_code=kept, message=error.message, headers=headers
    )
    return response
