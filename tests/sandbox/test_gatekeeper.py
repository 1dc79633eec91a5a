"""No web page and no other name reaches the sandbox, whatever a browser is made to send."""

from __future__ import annotations

import http.client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.gatekeeper import is_own
from sandbox.settings import SandboxSettings


def answer(settings: SandboxSettings, method: str = "POST", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=10)
    given = {
        "X-Amz-Target": "SageMaker.ListModels",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": (
            "AWS4-HMAC-SHA256 Credential=sandbox/20261121/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0"
        ),
    }
    connection.request(method, "/", body=b"{}", headers={**given, **headers})
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": ""}, 403),
    ],
)
def test_only_this_machine_is_answered(sandbox: SandboxSettings, headers: dict[str, str], status: int) -> None:
    assert answer(sandbox, **headers) == status


def test_a_pages_preflight_is_refused(sandbox: SandboxSettings) -> None:
    assert answer(sandbox, "OPTIONS", **{"Origin": "https://evil.example"}) == 403


@given(st.text(max_size=40))
def test_no_text_breaks_the_look_at_a_host(text: str) -> None:
    assert is_own(f"//{text}") in (True, False)


@given(st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,3}", fullmatch=True))
def test_a_name_of_the_internet_is_never_ours(name: str) -> None:
    assert not is_own(f"//{name}:80") or name.endswith(".localhost")
