"""Lambda functions act as their roles: a role must let Lambda in, and allow the log that the platform writes in its name."""

from __future__ import annotations

from typing import Any

from sandbox.iam.call import Call
from sandbox.iam.passing import roles_of_request
from sandbox.identity import AccessDenied
from sandbox.plugin.identity import MinistackIdentity
from sandbox.protocol import Response

_LAMBDA = "lambda"
# API_CreateFunction: InvalidParameterValueException; a function whose role's trust was taken away later fails when it is invoked.
_NOT_ASSUMED = "The role defined for the function cannot be assumed by Lambda."


def mind_execution_roles(identity: MinistackIdentity) -> None:
    """Wherever a function is made, changed or run: by its API, by a stack, by an event."""
    _in_requests(identity)
    _in_stacks(identity)
    _in_invocations(identity)
    _in_logs(identity)


def _in_requests(identity: MinistackIdentity) -> None:
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.core.responses import error_response_json  # noqa: PLC0415

    answer = app.SERVICE_HANDLERS[_LAMBDA]

    async def handler(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Response:
        call = Call(method=method, path=path, headers=headers, body=body, query=query)
        if any(_refused(identity, role) for role in roles_of_request(_LAMBDA, call)):
            refused: Response = error_response_json("InvalidParameterValueException", _NOT_ASSUMED, 400)
            return refused
        response: Response = await answer(method, path, headers, body, query)
        return response

    app.SERVICE_HANDLERS[_LAMBDA] = handler


def _in_stacks(identity: MinistackIdentity) -> None:
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    make = handlers["create"]

    def create(logical_id: str, properties: Any, stack: str) -> Any:
        if _refused(identity, str(properties.get("Role", ""))):
            raise AccessDenied(f"{_NOT_ASSUMED} (Service: Lambda, Status Code: 400)")
        return make(logical_id, properties, stack)

    provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"] = {**handlers, "create": create}


def _in_invocations(identity: MinistackIdentity) -> None:
    from ministack.services import lambda_svc  # noqa: PLC0415

    run = lambda_svc._execute_function_dispatch

    def dispatch(function: Any, config: Any, event: Any, request_id: str, started: float) -> Any:
        if _refused(identity, config.get("Role", ""), config["FunctionArn"]):
            error = {"errorType": "AccessDeniedException", "errorMessage": _NOT_ASSUMED}
            return {"error": True, "body": error, "log": ""}
        return run(function, config, event, request_id, started)

    lambda_svc._execute_function_dispatch = dispatch


def _in_logs(identity: MinistackIdentity) -> None:
    """Without the permissions, a function runs and leaves no log (developer guide, "Sending Lambda function logs")."""
    from ministack.core.lambda_runtime import execution_credentials  # noqa: PLC0415
    from ministack.services import cloudwatch_logs, lambda_svc  # noqa: PLC0415

    write = lambda_svc._emit_lambda_logs

    def emit(function: Any, *arguments: Any, **keywords: Any) -> None:
        config = function.get("config") or function
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config['FunctionName']}"
        actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
        if group not in cloudwatch_logs._log_groups:
            actions.insert(0, "logs:CreateLogGroup")
        key = execution_credentials(config)["AWS_ACCESS_KEY_ID"]
        streams = f"{cloudwatch_logs._make_group_arn(group).removesuffix(':*')}:log-stream:[$LATEST]"
        try:
            for action in actions:
                identity.require(key, action, streams)
        except AccessDenied:
            return
        write(function, *arguments, **keywords)

    lambda_svc._emit_lambda_logs = emit


def _refused(identity: MinistackIdentity, role_arn: str, function_arn: str = "") -> bool:
    """Of a role that is there: one that is not is refused by ministack, which says so."""
    return bool(role_arn) and identity.keeps_out(role_arn, service=_LAMBDA, source_arn=function_arn)
