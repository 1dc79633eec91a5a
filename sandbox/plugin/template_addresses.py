"""TemplateURL and StackPolicyURL in every form of an S3 address; ministack knows the bucket in the path alone.

The console shows, and copies, the bucket in the host's name (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
An address that is not S3's is refused as CloudFormation does: "TemplateURL must be a supported URL."
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

_REGION = r"(?:[.-](?:dualstack\.)?[a-z]{2}(?:-[a-z]+)+-\d)?"
_S3 = re.compile(rf"(?:(?P<bucket>.+)\.)?s3(?:\.dualstack)?{_REGION}\.amazonaws\.com(?:\.cn)?")
_HERE = ("127.0.0.1", "localhost")


def read_s3_addresses() -> None:
    """The two calls find the function in its module; nested stacks come through one of them."""
    from ministack.services.cloudformation import helpers  # noqa: PLC0415 (only after `configure`)

    resolve = helpers._resolve_document

    def resolved(params: Any, body_key: str, url_key: str, label: str) -> Any:
        url = helpers._p(params, url_key)
        if not url or helpers._p(params, body_key):
            return resolve(params, body_key, url_key, label)
        path = path_of(url)
        if path is None:
            return None, helpers._error("ValidationError", f"{url_key} must be a supported URL.")
        return resolve({**params, url_key: [f"https://s3.amazonaws.com/{path}"]}, body_key, url_key, label)

    helpers._resolve_document = resolved


def path_of(url: str) -> str | None:
    """`<bucket>/<key>`, or None for an address that is not S3's."""
    parts = urlsplit(url)
    host, path = parts.hostname or "", unquote(parts.path.lstrip("/"))
    if host in _HERE and parts.scheme == "http":
        return path
    found = _S3.fullmatch(host)
    if found is None or parts.scheme != "https":
        return None
    return f"{found['bucket']}/{path}" if found["bucket"] else path
