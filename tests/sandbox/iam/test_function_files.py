"""What others may not read of a function's archive, the function cannot read either."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.plugin.function_files import unreadable
from tests.conftest import ClientOf
from tests.sandbox.function_archive import function_archive
from tests.sandbox.iam.conftest import MakeRole, Role, allow
from tests.sandbox.stacks import OneResource

FILES = {"work/__init__.py": "\n", "work/main.py": "def handler(event, context):\n    return 'ran'\n"}
LOGS = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"])


@pytest.fixture(name="acting")
def execution_role(role: MakeRole) -> Role:
    return role(LOGS, trusted={"Service": "lambda.amazonaws.com"})


def made(client: ClientOf, name: str, role: Role, archive: bytes, runtime: str = "python3.12") -> None:
    """Lambda takes the archive whatever its modes are."""
    client("lambda").create_function(
        FunctionName=name, Role=role.arn, Runtime=runtime, Handler="work.main.handler", Code={"ZipFile": archive}
    )


def answer(client: ClientOf, name: str) -> Any:
    return json.loads(client("lambda").invoke(FunctionName=name)["Payload"].read())


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_function_whose_code_is_its_owners_alone_ends_at_its_import(
    client: ClientOf, unique: str, acting: Role, mode: int
) -> None:
    made(client, unique, acting, function_archive(FILES, mode=mode))
    told = answer(client, unique)
    assert told["errorType"] == "Runtime.ImportModuleError"
    assert told["errorMessage"] == (
        "Unable to import module 'work.main': [Errno 13] Permission denied: '/var/task/work/__init__.py'"
    )
    events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{unique}")["events"]
    assert any("Permission denied: '/var/task/work/__init__.py'" in event["message"] for event in events)


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o444])
def test_a_function_whose_code_everybody_may_read_runs(client: ClientOf, unique: str, acting: Role, mode: int) -> None:
    made(client, unique, acting, function_archive(FILES, mode=mode))
    assert answer(client, unique) == "ran"


def test_new_code_that_can_be_read_is_what_mends_it(client: ClientOf, unique: str, acting: Role) -> None:
    made(client, unique, acting, function_archive(FILES, mode=0o600))
    assert "errorType" in answer(client, unique)
    client("lambda").update_function_code(FunctionName=unique, ZipFile=function_archive(FILES))
    assert answer(client, unique) == "ran"


def test_code_that_a_template_holds_inline_can_be_read(client: ClientOf, acting: Role) -> None:
    stack = OneResource(client, "AWS::Lambda::Function")
    code = {"ZipFile": "def handler(event, context):\n    return 'inline'\n"}
    stack.create({"Code": code, "Handler": "index.handler", "Role": acting.arn, "Runtime": "python3.12"})
    assert answer(client, stack.physical_id) == "inline"


@pytest.mark.parametrize("at", [40, -30])
def test_corrupt_code_is_refused_in_lambdas_words(client: ClientOf, unique: str, acting: Role, at: int) -> None:
    """In its files, or in the directory at its end."""
    whole = function_archive(FILES)
    corrupt = bytearray(whole)
    corrupt[at] ^= 0xFF
    made(client, unique, acting, whole)
    for call in (
        lambda: made(client, f"{unique}-2", acting, bytes(corrupt)),
        lambda: client("lambda").update_function_code(FunctionName=unique, ZipFile=bytes(corrupt)),
    ):
        with pytest.raises(ClientError, match=r"Could not unzip uploaded file\. Please check your file") as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert answer(client, unique) == "ran"


def test_an_archive_of_nameless_files_keeps_nobody_out() -> None:
    packed = function_archive({"x": "1"}).replace(b"x", b"\0")
    assert unreadable(packed, "index.handler") is None
