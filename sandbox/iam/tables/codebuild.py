"""CodeBuild's operations (Service Authorization Reference, "AWS CodeBuild"); builds are asked about as their projects."""

from __future__ import annotations

from sandbox.iam.asks import Asks, Resource, Table, on


def _project(build: str) -> str:
    """Of a build's id, `<project>:<uuid>`, or of its ARN."""
    return build.rpartition("/")[2].partition(":")[0]


def _group(report: str) -> str:
    """Of a report's ARN, `...:report/<group>:<id>`."""
    return report.rpartition("/")[2].partition(":")[0]


# "Filters access by the API corresponding argument value": of a project, the member of the same name.
_ARGUMENTS = (
    "artifacts.location",
    "cache.location",
    "cache.type",
    "concurrentBuildLimit",
    "encryptionKey",
    "environment.computeType",
    "environment.image",
    "environment.imagePullCredentialsType",
    "environment.privilegedMode",
    "environment.type",
    "environment.environmentVariables.name",
    "environment.environmentVariables.value",
    "logsConfig.s3Logs.location",
    "logsConfig.s3Logs.status",
    "serviceRole",
    "source.buildspec",
    "source.insecureSsl",
    "source.location",
    "vpcConfig.securityGroupIds",
    "vpcConfig.subnets",
    "vpcConfig.vpcId",
)
_PROJECT_KEYS = {f"codebuild:{argument}": argument for argument in _ARGUMENTS}
_OVERRIDES = {
    "codebuild:artifacts.location": "artifactsOverride.location",
    "codebuild:cache.location": "cacheOverride.location",
    "codebuild:cache.type": "cacheOverride.type",
    "codebuild:encryptionKey": "encryptionKeyOverride",
    "codebuild:environment.computeType": "computeTypeOverride",
    "codebuild:environment.environmentVariables.name": "environmentVariablesOverride.name",
    "codebuild:environment.environmentVariables.value": "environmentVariablesOverride.value",
    "codebuild:environment.image": "imageOverride",
    "codebuild:environment.imagePullCredentialsType": "imagePullCredentialsTypeOverride",
    "codebuild:environment.privilegedMode": "privilegedModeOverride",
    "codebuild:environment.type": "environmentTypeOverride",
    "codebuild:logsConfig.s3Logs.location": "logsConfigOverride.s3Logs.location",
    "codebuild:logsConfig.s3Logs.status": "logsConfigOverride.s3Logs.status",
    "codebuild:serviceRole": "serviceRoleOverride",
    "codebuild:source.buildspec": "buildspecOverride",
    "codebuild:source.insecureSsl": "insecureSslOverride",
    "codebuild:source.location": "sourceLocationOverride",
}
_BUILDS = (Resource("project", ("ids",), _project),)
_BUILD = (Resource("project", ("id",), _project),)

TABLE = Table(
    prefix="codebuild",
    principal="codebuild.amazonaws.com",
    arns={"project": "project/{}", "report-group": "report-group/{}"},
    operations={
        **{
            f"{verb}Project": Asks(on=on("project", "name"), keys=_PROJECT_KEYS, passes=("serviceRole",))
            for verb in ("Create", "Update")
        },
        "DeleteProject": Asks(on=on("project", "name")),
        "BatchGetProjects": Asks(on=on("project", "names")),
        "ListProjects": Asks(),
        "StartBuild": Asks(on=on("project", "projectName"), keys=_OVERRIDES, passes=("serviceRoleOverride",)),
        "RetryBuild": Asks(on=_BUILD),
        "StopBuild": Asks(on=_BUILD),
        "BatchGetBuilds": Asks(on=_BUILDS),
        "BatchDeleteBuilds": Asks(on=_BUILDS),
        "ListBuilds": Asks(),
        "ListBuildsForProject": Asks(on=on("project", "projectName")),
        "CreateReportGroup": Asks(on=on("report-group", "name")),
        "DeleteReportGroup": Asks(on=on("report-group", "arn")),
        "DeleteReport": Asks(on=(Resource("report-group", ("arn",), _group),)),
        "BatchGetReports": Asks(on=(Resource("report-group", ("reportArns",), _group),)),
        "BatchGetReportGroups": Asks(on=on("report-group", "reportGroupArns")),
        "DescribeTestCases": Asks(on=(Resource("report-group", ("reportArn",), _group),)),
        "ListReportGroups": Asks(),
        "ListReports": Asks(),
        "ListReportsForReportGroup": Asks(on=on("report-group", "reportGroupArn")),
    },
)
