"""PROVISIONING: the build takes on its project's role, and its log is opened in that role's name."""

from __future__ import annotations

from urllib.parse import quote

from botocore.exceptions import ClientError

from sandbox.acting import Actor
from sandbox.codebuild.projects import arn_of
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.log import BuildLog, Log, NoLog
from sandbox.codebuild.running.record import Record
from sandbox.codebuild.service import CodeBuild
from sandbox.identity import AccessDenied
from sandbox.store import Document

_CODE = "ACCESS_DENIED"


def provision(codebuild: CodeBuild, record: Record) -> tuple[Actor, Log]:
    """Raises PhaseFailed when the role cannot be taken on, or may not write the log."""
    build = record.build
    role, identity = build["serviceRole"], build["id"].partition(":")[2]
    try:
        actor = codebuild.around.take_on(
            role,
            service="codebuild",
            session=f"AWSCodeBuild-{identity}",
            source_arn=arn_of(codebuild, build["projectName"]),
        )
    except AccessDenied as error:
        raise PhaseFailed(
            _CODE, f"CodeBuild is not authorized to perform: sts:AssumeRole on {role}. {error.message}"
        ) from error
    place = _place(codebuild, build)
    if place is None:
        return actor, NoLog()
    log = BuildLog(actor.client("logs"), group=place["groupName"], stream=place["streamName"])
    try:
        log.open()
    except ClientError as error:
        raise PhaseFailed(
            _CODE,
            f"Service role {role} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams"
            f" for build {build['arn']}. Error message: {error.response['Error'].get('Message', error)}",
        ) from error
    record.note({"logs": place})
    return actor, log


def _place(codebuild: CodeBuild, build: Document) -> Document | None:
    """API_LogsLocation; None when the project wants no log."""
    config = build["_project"].get("logsConfig", {}).get("cloudWatchLogs", {"status": "ENABLED"})
    if config["status"] != "ENABLED":
        return None
    region, account = codebuild.settings.region, codebuild.settings.account
    group = config.get("groupName") or f"/aws/codebuild/{build['projectName']}"
    stream = "/".join(filter(None, [config.get("streamName"), build["id"].partition(":")[2]]))
    console = f"https://console.aws.amazon.com/cloudwatch/home?region={region}"
    return {
        "groupName": group,
        "streamName": stream,
        "deepLink": f"{console}#logsV2:log-groups/log-group/{_twice(group)}/log-events/{_twice(stream)}",
        "cloudWatchLogsArn": f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}",
        "cloudWatchLogs": config,
    }


def _twice(name: str) -> str:
    """The console escapes names twice, with $ for the second %."""
    return quote(quote(name, safe=""), safe="").replace("%", "$")
