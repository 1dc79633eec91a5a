"""FilterLogEvents of the streams whose names begin with a word, as the API's reference has it."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from tests.conftest import ClientOf

GROUP = "/log-streams/prefix"


def test_only_the_streams_that_begin_so_are_searched(client: ClientOf) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName=GROUP)
    for stream in ("job-a/1", "job-a/2", "job-b/1"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": stream}
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[event])

    def found(**given: object) -> list[str]:
        return sorted(each["message"] for each in logs.filter_log_events(logGroupName=GROUP, **given)["events"])

    assert found() == ["job-a/1", "job-a/2", "job-b/1"]
    assert found(logStreamNamePrefix="job-a/") == ["job-a/1", "job-a/2"]
    assert found(logStreamNamePrefix="job-c/") == []
    with pytest.raises(ClientError, match="mutually exclusive"):
        found(logStreamNamePrefix="job-a/", logStreamNames=["job-b/1"])
