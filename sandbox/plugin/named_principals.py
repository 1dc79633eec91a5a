"""The roles and users that the policies of buckets and keys name have to be there, as those of trust policies (`trusted`).

S3: MalformedPolicy (API_PutBucketPolicy; user guide, "Principals for bucket policies"). KMS: MalformedPolicyDocumentException
(API_PutKeyPolicy; developer guide, "Key policies", principals).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.plugin.services import Handler
from sandbox.plugin.trusted import unknown_principal
from sandbox.protocol import Response

_OF_STACKS = {"AWS::S3::BucketPolicy": "PolicyDocument", "AWS::KMS::Key": "KeyPolicy"}
_OF_KMS = ("TrentService.CreateKey", "TrentService.PutKeyPolicy")
_SENTENCES = {
    "AWS::S3::BucketPolicy": "Invalid principal in policy",
    "AWS::KMS::Key": "Policy contains a statement with one or more invalid principals.",
}


def check_named() -> None:
    """Wherever such a policy is written: by its API, or by a stack."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    app.SERVICE_HANDLERS["s3"] = _asked_first(app.SERVICE_HANDLERS["s3"], _refused_by_s3)
    app.SERVICE_HANDLERS["kms"] = _asked_first(app.SERVICE_HANDLERS["kms"], _refused_by_kms)
    for kind, member in _OF_STACKS.items():
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        checked = {verb: _checked(handlers[verb], kind, member) for verb in ("create", "update") if verb in handlers}
        provisioners._RESOURCE_HANDLERS[kind] = {**handlers, **checked}


_Refused = Callable[[str, dict[str, str], bytes, Any], Response | None]


def _asked_first(answer: Handler, refused: _Refused) -> Handler:
    async def handler(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Response:
        return refused(method, headers, body, query) or await answer(method, path, headers, body, query)

    return handler


def _refused_by_s3(method: str, headers: dict[str, str], body: bytes, query: Any) -> Response | None:  # noqa: ARG001 (_Refused)
    from ministack.services import s3  # noqa: PLC0415

    if method != "PUT" or "policy" not in query or unknown_principal(body.decode("utf-8", "replace")) is None:
        return None
    response: Response = s3._error("MalformedPolicy", _SENTENCES["AWS::S3::BucketPolicy"], 400)
    return response


def _refused_by_kms(method: str, headers: dict[str, str], body: bytes, query: Any) -> Response | None:  # noqa: ARG001 (_Refused)
    from ministack.core.responses import error_response_json  # noqa: PLC0415

    if headers.get("x-amz-target") not in _OF_KMS or unknown_principal(json.loads(body or b"{}").get("Policy")) is None:
        return None
    sentence = _SENTENCES["AWS::KMS::Key"]
    response: Response = error_response_json("MalformedPolicyDocumentException", sentence, 400)
    return response


def _checked(change: Callable[..., Any], kind: str, member: str) -> Callable[..., Any]:
    """The properties come second when a resource is made, and the new ones third when it is changed."""

    def checking(*arguments: Any, **keywords: Any) -> Any:
        given = [each for each in arguments if isinstance(each, dict)]
        found = unknown_principal(given[-1].get(member)) if given else None
        if found is not None:
            raise ValueError(f"{_SENTENCES[kind]} ({found})")
        return change(*arguments, **keywords)

    return checking
