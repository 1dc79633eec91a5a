"""Lines reach their stream, whoever made the group; a role that may not write them does its work all the same."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.cloudwatch_logs import CloudWatchLogs


class Exists(ClientError):
    """ResourceAlreadyExistsException."""


class Exceptions:
    ResourceAlreadyExistsException = Exists


class FakeLogs:
    """CloudWatch Logs of one group, for a role that is denied some operations."""

    exceptions = Exceptions

    def __init__(self, *denied: str, group: bool = False, code: str = "AccessDeniedException") -> None:
        self.denied, self.group, self.code = denied, group, code
        self.streams: dict[str, list[str]] = {}
        self.calls: list[str] = []

    def create_log_group(self, **_: str) -> None:
        self._called("create_log_group")
        self.group = True

    def create_log_stream(self, *, logStreamName: str, **_: str) -> None:
        self._called("create_log_stream")
        if not self.group:
            raise self._error("ResourceNotFoundException")
        if logStreamName in self.streams:
            raise Exists({"Error": {"Code": "ResourceAlreadyExistsException"}}, "CreateLogStream")
        self.streams[logStreamName] = []

    def put_log_events(self, *, logStreamName: str, logEvents: list[dict[str, Any]], **_: str) -> None:
        self._called("put_log_events")
        if logStreamName not in self.streams:
            raise self._error("ResourceNotFoundException")
        self.streams[logStreamName] += [event["message"] for event in logEvents]

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.denied:
            raise self._error(self.code)

    @staticmethod
    def _error(code: str) -> ClientError:
        return ClientError({"Error": {"Code": code, "Message": code}}, "Operation")


def written(fake: FakeLogs) -> dict[str, list[str]]:
    logs = CloudWatchLogs(fake)
    logs.stream(group="g", name="s")("line")
    logs.flush()
    return fake.streams


def test_the_first_line_makes_group_and_stream() -> None:
    assert written(FakeLogs()) == {"s": ["line"]}


def test_a_group_that_is_there_is_not_made_again() -> None:
    fake = FakeLogs("create_log_group", group=True)
    assert written(fake) == {"s": ["line"]}
    assert "create_log_group" not in fake.calls


def test_a_stream_that_is_there_is_written_on() -> None:
    fake = FakeLogs(group=True)
    fake.streams["s"] = ["earlier"]
    assert written(fake) == {"s": ["earlier", "line"]}


@pytest.mark.parametrize("denied", ["create_log_group", "create_log_stream", "put_log_events"])
def test_a_role_that_may_not_write_leaves_no_line_and_fails_nothing(denied: str) -> None:
    fake = FakeLogs(denied)
    assert written(fake).get("s", []) == []
    assert denied in fake.calls


def test_any_other_refusal_is_not_swallowed() -> None:
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        written(FakeLogs("create_log_stream", code="ServiceUnavailableException"))
