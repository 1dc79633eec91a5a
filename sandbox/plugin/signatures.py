"""Signatures of requests: ministack checks those of users and sessions, and here the root's and those of the sandbox's controls.

ministack takes the keys "test", any twelve digits, an unsigned S3 request and its configured key for the account's root, and asks
none of them for a signature. Here the root is who signs with the home's key, and an unsigned request is anonymous.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qs

_pinning: ContextVar[bool] = ContextVar("pinning", default=False)


def check_every_signature() -> None:
    """Have the root's requests checked as everybody's are, and none other taken for the root's."""
    from ministack import app  # noqa: PLC0415 (only after `configure`)
    from ministack.core import iam_evaluator  # noqa: PLC0415
    from ministack.services import sts  # noqa: PLC0415

    resolve, pin = iam_evaluator.resolve_principal, iam_evaluator.pin_signed_request

    def is_root(access_key_id: str) -> bool:
        return access_key_id == os.environ["AWS_ACCESS_KEY_ID"]

    def pin_signed_request(*request: Any, **options: Any) -> None:
        token = _pinning.set(True)  # while set, no key is excused from its signature
        try:
            pin(*request, **options)
        finally:
            _pinning.reset(token)

    def resolve_principal(access_key_id: str, account_id: str, credential: Any = None) -> Any:
        return resolve(access_key_id, account_id, credential) if access_key_id else _anonymous(account_id)

    iam_evaluator.is_root_access_key = sts.is_root_access_key = is_root
    iam_evaluator._is_root_key = lambda key: not _pinning.get() and is_root(key)
    iam_evaluator.pin_signed_request = app.pin_signed_request = pin_signed_request
    iam_evaluator.resolve_principal = resolve_principal


def _anonymous(account_id: str) -> Any:
    """Nobody: what a resource's policy allows everybody, and nothing else.

    The account is the resource's, so that its policy alone decides; a policy that names the account looks for it in the ARN.
    """
    from ministack.core.iam_evaluator import PrincipalInfo  # noqa: PLC0415

    return PrincipalInfo(arn="anonymous", type="Anonymous", account=account_id, policies=[])


def root_signed(method: str, path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
    """Whether the account's root has signed this request (Signature Version 4, in the header)."""
    from ministack.core import iam_evaluator  # noqa: PLC0415

    iam_evaluator.pin_signed_request(method, path, parse_qs(query, keep_blank_values=True), headers)
    iam_evaluator.pin_signed_body(body)
    checked = iam_evaluator.authenticate(os.environ["AWS_ACCESS_KEY_ID"], os.environ["MINISTACK_ACCOUNT_ID"])
    return isinstance(checked, iam_evaluator.ResolvedCredential)
