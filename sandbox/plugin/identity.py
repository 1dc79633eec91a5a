"""IAM and STS inside ministack: sessions of roles, decisions over calls, the wire on which a role's calls are decided."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sandbox import source_keys
from sandbox.identity import AccessDenied, Context, Credentials, Unauthenticated
from sandbox.protocol import Response
from sandbox.settings import HOST, SandboxSettings

_RULES = "events"  # the principal that takes on the roles of rules' targets
_SESSION = 64  # characters of a RoleSessionName (API_AssumeRole)


class MinistackIdentity:
    """See `sandbox.identity.Identity`."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._rules: dict[str, str] = {}

    def assume(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Credentials:
        from ministack.services import sts  # noqa: PLC0415

        account, name, role = self._settings.account, role_arn.rpartition("/")[2], self._role(role_arn)
        if role is None or not self._lets_in(role, role_arn, service, source_arn):
            raise AccessDenied(
                f"User: {service}.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
                + ("" if role else " (there is no such role)")
            )
        credentials = Credentials(
            access_key_id=f"ASIA{secrets.token_hex(8).upper()}",
            secret_access_key=secrets.token_urlsafe(30),
            session_token=secrets.token_urlsafe(60),
            arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session[:_SESSION]}",
        )
        known = {
            "Arn": credentials.arn,
            "UserId": f"{role.get('RoleId', name)}:{session[:_SESSION]}",
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
        }
        sts.register_session(credentials.access_key_id, known)
        if service == _RULES:
            self._rules[credentials.access_key_id] = source_arn
        return credentials

    def keeps_out(self, role_arn: str, *, service: str, source_arn: str = "") -> bool:
        """Whether there is such a role, and its trust policy does not let the service in."""
        role = self._role(role_arn)
        return role is not None and not self._lets_in(role, role_arn, service, source_arn)

    def _role(self, role_arn: str) -> dict[str, Any] | None:
        from ministack.services import iam  # noqa: PLC0415

        role: dict[str, Any] | None = iam._roles.get_scoped(self._settings.account, None, role_arn.rpartition("/")[2])
        return role

    def _lets_in(self, role: dict[str, Any], role_arn: str, service: str, source_arn: str) -> bool:
        from ministack.core.iam_evaluator import EvalContext, evaluate_trust_policy  # noqa: PLC0415

        account, principal = self._settings.account, f"{service}.amazonaws.com"
        context = EvalContext(
            principal_arn=principal,
            principal_type="Service",
            principal_account=account,
            action="sts:AssumeRole",
            resource_arn=role_arn,
            region=self._settings.region,
            service_context=dict(source_keys.of_request(self._settings.home, service, account=account, arn=source_arn)),
        )
        trust = _of_service(role.get("AssumeRolePolicyDocument", {}), principal)
        return bool(evaluate_trust_policy(trust, principal, context))

    def unrestricted(self, access_key_id: str | None) -> bool:
        from ministack.core.iam_evaluator import is_root_access_key  # noqa: PLC0415

        # To ministack a request without a signature is the root's; here it is nobody's.
        return access_key_id is None or (access_key_id != "" and is_root_access_key(access_key_id))

    def require(self, access_key_id: str | None, action: str, resource: str, context: Context | None = None) -> None:
        from ministack.core import iam_evaluator  # noqa: PLC0415

        if access_key_id is None:
            return
        if not access_key_id:
            raise Unauthenticated("Request is missing Authentication Token")
        iam_evaluator.pin_request_origin(HOST, True)  # a thread of the sandbox's own carries no request
        service = action.partition(":")[0]
        denied = iam_evaluator.enforce(
            access_key_id,
            action,
            service,
            self._settings.region,
            resource_arn=resource,
            service_context=dict(context or {}),
        )
        if denied is None:
            return
        if isinstance(denied, iam_evaluator.AuthError):
            raise AccessDenied(denied.message)
        raise AccessDenied(denial(denied.principal_arn, action, resource, explicit=denied.decision == "Deny"))

    def arn_of(self, access_key_id: str | None) -> str:
        from ministack.core.iam_evaluator import resolve_caller_identity  # noqa: PLC0415

        known = resolve_caller_identity(access_key_id) if access_key_id else None
        return str(known["userArn"]) if known else f"arn:aws:iam::{self._settings.account}:root"

    def rule_of(self, access_key_id: str | None) -> str | None:
        return self._rules.get(access_key_id or "")


def denial(principal: str, action: str, resource: str, *, explicit: bool) -> str:
    """AWS's sentence (IAM user guide, "Troubleshoot access denied error messages")."""
    why = (
        "with an explicit deny in an identity-based policy"
        if explicit
        else f"because no identity-based policy allows the {action} action"
    )
    return f"User: {principal} is not authorized to perform: {action} on resource: {resource} {why}"


def _of_service(trust: str | dict[str, Any], principal: str) -> dict[str, Any]:
    """The statements of a trust policy that name the service, in the form that the evaluator matches exactly."""
    document = json.loads(trust) if isinstance(trust, str) else trust
    statements = document.get("Statement", [])
    named = []
    for statement in statements if isinstance(statements, list) else [statements]:
        given = statement.get("Principal", {})
        services = given.get("Service", []) if isinstance(given, dict) else []
        if principal in ([services] if isinstance(services, str) else services):
            named.append({**statement, "Principal": "*"})
    return {"Statement": named}


def enforced_wire(
    _: str, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
) -> Response:
    """As `wire`, with the caller's policies consulted first, as for a request from outside; the service is told by it."""
    from ministack import app  # noqa: PLC0415
    from ministack.core import iam_evaluator  # noqa: PLC0415

    async def dispatch(*request: Any) -> Any:
        iam_evaluator.pin_request_origin(HOST, True)  # as `trust_loopback` has it for requests from outside
        return await app._dispatch_service_request(*request, secrets.token_hex(16))

    status, answer_headers, answer = app.call_service_handler_sync(dispatch, method, path, headers, body, query)
    return status, answer_headers, answer
