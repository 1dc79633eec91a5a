"""Requests to ministack's services are decided on AWS's own ARNs and condition keys."""

from __future__ import annotations

import pytest

from sandbox.iam.resources import log_stream, metric_namespace, parameter, schedule
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, refusal

PLACE = "us-east-1:000000000000"


@pytest.mark.parametrize(
    ("operation", "members", "resource"),
    [
        ("PutLogEvents", {"logGroupName": "/g", "logStreamName": "s"}, "log-group:/g:log-stream:s"),
        ("CreateLogGroup", {"logGroupName": "/g"}, "log-group:/g:log-stream:"),
        ("DescribeLogGroups", {}, None),
        ("TagLogGroup", {"logGroupName": "/g"}, None),
    ],
)
def test_logs_are_asked_about_by_stream(operation: str, members: dict[str, str], resource: str | None) -> None:
    assert log_stream(operation, members) == resource


def test_a_schedule_is_asked_about_in_its_group() -> None:
    assert schedule("/schedules/n", {"GroupName": "g"}, {}) == "schedule/g/n"
    assert schedule("/schedules/n", {}, {"groupName": ["g"]}) == "schedule/g/n"
    assert schedule("/schedules/n", {}, {}) == "schedule/default/n"
    assert schedule("/schedule-groups/g", {}, {}) is None


def test_a_parameter_is_asked_about_without_its_label() -> None:
    assert parameter({"Names": ["/a/b:3"]}) == "parameter/a/b"
    assert parameter({"Names": [f"arn:aws:ssm:{PLACE}:parameter/a/b:label"]}) == "parameter/a/b"
    assert parameter({}) is None


def test_a_metrics_namespace_is_found_in_each_protocol() -> None:
    assert metric_namespace({"Namespace": "n"}, {}) == "n"
    assert metric_namespace({}, {"Namespace": ["n"]}) == "n"
    assert metric_namespace({}, {}) is None


def test_a_log_is_written_with_permissions_on_its_streams(role: MakeRole, client: ClientOf, unique: str) -> None:
    group = f"/aws/codebuild/{unique}"
    client("logs").create_log_group(logGroupName=group)
    streams = f"arn:aws:logs:{PLACE}:log-group:{group}:log-stream:*"
    logs = role(allow(["logs:CreateLogStream", "logs:PutLogEvents"], streams)).client("logs")
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    line = {"timestamp": 1, "message": "m"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[line])
    message = refusal(logs.put_log_events, logGroupName=f"{group}x", logStreamName="s", logEvents=[line])
    assert f"on resource: arn:aws:logs:{PLACE}:log-group:{group}x:log-stream:s because" in message


def test_a_permission_on_schedules_of_one_group_is_none_on_another(
    role: MakeRole, client: ClientOf, unique: str
) -> None:
    client("scheduler").create_schedule_group(Name=unique)
    own = f"arn:aws:scheduler:{PLACE}:schedule/{unique}/*"
    target = role(trusted={"Service": "scheduler.amazonaws.com"}).arn
    scheduler = role(allow("scheduler:*", own), allow("iam:PassRole", target)).client("scheduler")
    request = {
        "Name": "s",
        "ScheduleExpression": "rate(1 day)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": f"arn:aws:lambda:{PLACE}:function:f", "RoleArn": target},
    }
    assert scheduler.create_schedule(**request, GroupName=unique)["ScheduleArn"].endswith(f"{unique}/s")
    assert scheduler.get_schedule(Name="s", GroupName=unique)["GroupName"] == unique
    assert "schedule/default/s" in refusal(scheduler.create_schedule, **request)


def test_metrics_are_put_into_the_namespaces_that_a_policy_names(role: MakeRole) -> None:
    only = {"cloudwatch:namespace": "/aws/sagemaker/*"}
    cloudwatch = role(allow("cloudwatch:PutMetricData", StringLike=only)).client("cloudwatch")
    data = [{"MetricName": "m", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="/aws/sagemaker/jobs", MetricData=data)
    refusal(cloudwatch.put_metric_data, Namespace="other", MetricData=data)


def test_every_parameter_of_a_request_is_asked_about(role: MakeRole, client: ClientOf, unique: str) -> None:
    names = [f"/{unique}/a", f"/{unique}/b"]
    for name in names:
        client("ssm").put_parameter(Name=name, Value="v", Type="String")
    arns = [f"arn:aws:ssm:{PLACE}:parameter{name}" for name in names]
    half = role(allow("ssm:GetParameters", arns[0])).client("ssm")
    assert arns[1] in refusal(half.get_parameters, Names=names)
    assert len(role(allow("ssm:GetParameters", arns)).client("ssm").get_parameters(Names=names)["Parameters"]) == 2
