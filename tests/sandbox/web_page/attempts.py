"""What a page of somebody else's makes the browser send: each request with a valid signature of the account's root.

No page has such a signature. Here it has one, so that who is at the gate, and nothing behind it, is what stops the request.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from botocore.auth import S3SigV4QueryAuth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.settings import SandboxSettings

BUCKET = "what-a-page-wants"
REPOSITORY = "what-a-page-wants"
PRECIOUS = "precious.txt"
SECRETS = {  # what each way of including another's file shows of it to a page
    "script": ("secret.js", "text/javascript", b"self.stolen = 'the secret'"),
    "stylesheet": ("secret.css", "text/css", b"#probe { width: 77px }"),
    "image": ("secret.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" width="7" height="8"/>'),
    "text": ("secret.txt", "text/plain", b"the secret"),
    "events": ("secret.events", "text/event-stream", b"data: the secret\n\n"),
}
# Each way of a GET, and which secret it would show a page; "" where a browser shows none of another address.
GETS = {
    "image": "image",
    "quietImage": "image",
    "redirectedImage": "image",
    "script": "script",
    "module": "script",
    "worker": "script",
    "stylesheet": "stylesheet",
    "fetchShared": "text",
    "xhr": "text",
    "events": "events",
    **dict.fromkeys(("preload", "font", "audio", "object", "frame", "quietFrame", "redirectedFrame"), ""),
    **dict.fromkeys(("formGet", "link", "quietLink", "open", "quietOpen"), ""),
    **dict.fromkeys(("fetchOpaque", "redirectedFetch", "socket"), ""),
}
ACTING = ("image", "script", "frame", "formGet", "link", "redirectedImage")
_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One request, and the way by which the page has the browser send it (a function of attempts.js)."""

    tag: str
    way: str
    url: str
    method: str = "GET"
    fields: Mapping[str, str] = field(default_factory=dict)
    """of a form"""
    body: str = ""
    type: str = ""
    reads: bool = False
    """the page learns something by it, where nobody stops it"""


class _OverBody(SigV4QueryAuth):
    """A signature in the address over a body that is sent beside it; botocore's own moves the body into the address."""

    def __init__(self, *given: Any, body: str) -> None:
        super().__init__(*given)
        self._digest = hashlib.sha256(body.encode()).hexdigest()

    def payload(self, request: AWSRequest) -> str:  # noqa: ARG002 (botocore's signature)
        return self._digest


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Addresses at one of the sandbox's names, signed by the root."""

    settings: SandboxSettings
    host: str

    def address(self, service: str, method: str, path: str, query: Mapping[str, str], *, body: str = "") -> str:
        key = self.settings.root_key
        given = (Credentials(key.id, key.secret), service, self.settings.region)
        signer = S3SigV4QueryAuth(*given) if service == "s3" else _OverBody(*given, body=body)
        url = f"http://{self.host}:{self.settings.port}{path}?{urlencode(query)}"
        request = AWSRequest(method, url)
        signer.add_auth(request)
        return str(request.url)


def new_user(signer: Signer, tag: str) -> str:
    """A GET that would make a user of this name."""
    query = {"Action": "CreateUser", "UserName": tag, "Version": "2010-05-08", "tag": tag}
    return signer.address("iam", "GET", "/", query)


def secret(signer: Signer, tag: str, kind: str) -> str:
    return signer.address("s3", "GET", f"/{BUCKET}/{SECRETS[kind][0]}", {"tag": tag})


def stack(tag: str, marker: Path) -> dict[str, str]:
    """CreateStack with a custom resource, whose function writes the marker: code that runs on this machine."""
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    code = (
        "import json, pathlib, urllib.request\n"
        "def handler(event, context):\n"
        f"    pathlib.Path({str(marker)!r}).touch()\n"
        "    told = {name: event[name] for name in ('StackId', 'RequestId', 'LogicalResourceId')}\n"
        "    body = json.dumps(dict(told, Status='SUCCESS', PhysicalResourceId='made')).encode()\n"
        "    urllib.request.urlopen(urllib.request.Request(event['ResponseURL'], data=body, method='PUT'))\n"
    )
    resources = {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}},
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"ZipFile": code},
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Runtime": "python3.11",
            },
        },
        "Custom": {"Type": "Custom::Marker", "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}},
    }
    return {
        "Action": "CreateStack",
        "StackName": tag,
        "Version": "2010-05-15",
        "Capabilities.member.1": "CAPABILITY_IAM",
        "TemplateBody": json.dumps({"Resources": resources}),
        "tail": "",  # last, for what an encoding puts behind the last field
    }


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """All that one page tries: each way with a tag of its own."""

    signer: Signer
    page: str
    marker: Path
    """what the function of a stack would write"""
    commit: str
    """of the branch that a page would delete"""

    def all(self) -> list[Attempt]:
        return [*self.gets(), *self.posts()]

    def gets(self) -> Iterator[Attempt]:
        """By each way of a GET one that reads, and by some one that acts."""
        for way, kind in GETS.items():
            tag = f"{self.page}-{way}-read"
            yield Attempt(tag=tag, way=way, url=secret(self.signer, tag, kind or "text"), reads=bool(kind))
        for way in ACTING:
            tag = f"{self.page}-{way}-act"
            yield Attempt(tag=tag, way=way, url=new_user(self.signer, tag))

    def posts(self) -> Iterator[Attempt]:
        """What a form, a script or a link may send unasked; then what a browser asks the sandbox for before (a preflight)."""
        for way in ("formFields", "redirectedForm", "sendOpaque", "sendShared", "xhr", "beacon", "redirectedSend"):
            yield self._stack(way)
        yield self._upload("formFiles")
        yield self._upload("ping")
        yield self._deletion("formText")
        yield self._deletion("beacon")
        yield self._clock("sendLast")
        yield self._clock("sendShared")
        yield self._object("PUT")
        yield self._object("DELETE")
        yield self._push()

    def _stack(self, way: str) -> Attempt:
        tag = f"{self.page}-{way}-stack"
        fields = stack(tag, self.marker)
        body = urlencode(fields)
        url = self.signer.address("cloudformation", "POST", "/", {"tag": tag}, body=body)
        reads = way in ("sendShared", "xhr")
        return Attempt(
            tag=tag, way=way, url=url, method="POST", fields=fields, body=body, type=_URLENCODED, reads=reads
        )

    def _upload(self, way: str) -> Attempt:
        """The start of an upload in parts, whose signature is over no body."""
        tag = f"{self.page}-{way}-upload"
        url = self.signer.address("s3", "POST", f"/{BUCKET}/{tag}", {"uploads": "", "tag": tag})
        return Attempt(tag=tag, way=way, url=url, method="POST", fields={"any": "thing"})

    def _deletion(self, way: str) -> Attempt:
        """XML, though a form sends `name=value` and the end of a line."""
        tag = f"{self.page}-{way}-deletion"
        name, value = f"<Delete><Object><Key>{PRECIOUS}</Key></Object></Delete><!--", "-->"
        url = self.signer.address("s3", "POST", f"/{BUCKET}", {"delete": "", "tag": tag})
        body = f"{name}={value}\r\n"
        return Attempt(tag=tag, way=way, url=url, method="POST", fields={name: value}, body=body, type="text/plain")

    def _clock(self, way: str) -> Attempt:
        tag = f"{self.page}-{way}-clock"
        body = json.dumps({"advance": 5})
        url = self.signer.address("sandbox", "POST", "/_sandbox/clock", {"tag": tag}, body=body)
        return Attempt(
            tag=tag, way=way, url=url, method="POST", body=body, type="text/plain", reads=way == "sendShared"
        )

    def _object(self, method: str) -> Attempt:
        tag = f"{self.page}-{method}"
        url = self.signer.address("s3", method, f"/{BUCKET}/{PRECIOUS}", {"tag": tag})
        body = "spoiled" if method == "PUT" else ""
        return Attempt(tag=tag, way="sendShared", url=url, method=method, body=body, reads=True)

    def _push(self) -> Attempt:
        """A push that deletes a branch; Git over HTTP asks nobody for a password."""
        tag = f"{self.page}-push"
        command = f"{self.commit} {'0' * 40} refs/heads/precious\0report-status"
        return Attempt(
            tag=tag,
            way="sendShared",
            url=f"http://{self.signer.host}:{self.signer.settings.port}/v1/repos/{REPOSITORY}/git-receive-pack?tag={tag}",
            method="POST",
            body=f"{len(command) + 4:04x}{command}0000",
            type="application/x-git-receive-pack-request",
            reads=True,
        )
