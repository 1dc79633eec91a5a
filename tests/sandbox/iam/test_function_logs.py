"""What a function of Python's logs is in its log group, in Lambda's form."""

from __future__ import annotations

import json
import re

from tests.conftest import ClientOf
from tests.sandbox.function_archive import function_archive
from tests.sandbox.iam.conftest import MakeRole, allow

CODE = """
import logging

LOG = logging.getLogger(__name__)
LOG.setLevel(logging.INFO)

def handler(event, context):
    logging.getLogger("other").info("below its logger's level")
    LOG.info("trained %s", event["model"])
    print("printed")
    return context.aws_request_id
"""
LINE = re.compile(r"\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t(\S+)\ttrained (\w)")


def test_each_invocations_lines_carry_its_own_request(role: MakeRole, client: ClientOf, unique: str) -> None:
    acting = role(
        allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
        trusted={"Service": "lambda.amazonaws.com"},
    )
    functions = client("lambda")
    functions.create_function(
        FunctionName=unique,
        Role=acting.arn,
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": function_archive({"index.py": CODE})},
        Timeout=30,
    )
    requests = {}
    for model in "ab":
        answer = functions.invoke(FunctionName=unique, Payload=json.dumps({"model": model}))
        requests[model] = json.loads(answer["Payload"].read())
    events = client("logs").filter_log_events(logGroupName=f"/aws/lambda/{unique}")["events"]
    lines = [event["message"] for event in events]
    found = {match[2]: match[1] for line in lines if (match := LINE.fullmatch(line.rstrip()))}
    assert found == requests, lines
    assert sum("printed" in line for line in lines) == 2
    assert not any("below" in line for line in lines)
