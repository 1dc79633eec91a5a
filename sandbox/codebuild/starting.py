"""A build comes into being: numbered, recorded, told of, and begun."""

from __future__ import annotations

import uuid
from functools import partial

from sandbox.caller import caller
from sandbox.codebuild.build_events import state_change
from sandbox.codebuild.overrides import effective
from sandbox.codebuild.projects import named
from sandbox.codebuild.running.build import perform
from sandbox.codebuild.running.record import KIND
from sandbox.codebuild.service import CodeBuild
from sandbox.errors import DeclaredError
from sandbox.store import Document

_NUMBER = "build-number"
_FROM_THE_PROJECT = (
    *("source", "secondarySources", "secondarySourceVersions", "sourceVersion", "cache", "environment", "serviceRole"),
    *("timeoutInMinutes", "queuedTimeoutInMinutes", "encryptionKey"),
)


def start(codebuild: CodeBuild, request: Document, *, pipeline: Document | None = None) -> Document:
    """The build as StartBuild answers it. `pipeline` are the artifacts of the pipeline that asks for it (`from_pipeline`)."""
    name = request["projectName"].rpartition("/")[2]
    with codebuild.store.transaction():
        project = named(codebuild, name)
        chosen = effective(project, request)
        _limit(codebuild, project)
        build = _new(codebuild, chosen, _next_number(codebuild, name))
        build |= {"_project": chosen, "_request": request}
        if pipeline:
            build |= {"_pipeline": pipeline, "initiator": pipeline["initiator"]}
            first = next(iter(pipeline["outputs"].values()), None)
            build["artifacts"] = {"location": "arn:aws:s3:::{}/{}".format(*first)} if first else {}
            build["sourceVersion"] = "arn:aws:s3:::{}/{}".format(*pipeline["sources"][pipeline["primary"]])
        codebuild.store.put(KIND, build["id"], build, parent=name)
    codebuild.around.emit(state_change(build))
    codebuild.begin(build["id"], partial(perform, codebuild, build))
    return told(build)


def _limit(codebuild: CodeBuild, project: Document) -> None:
    """API_Project, concurrentBuildLimit: builds beyond it are not run."""
    limit = project.get("concurrentBuildLimit")
    if not limit or limit < 0:
        return
    under_way = [build for build in codebuild.store.all(KIND, parent=project["name"]) if not build["buildComplete"]]
    if len(under_way) >= limit:
        raise DeclaredError(
            "AccountLimitExceededException",
            f"Cannot have more than {limit} active builds for the project {project['name']}",
        )


def _next_number(codebuild: CodeBuild, project: str) -> int:
    number = int((codebuild.store.get(_NUMBER, project) or {"last": 0})["last"]) + 1
    codebuild.store.put(_NUMBER, project, {"last": number})
    return number


def _new(codebuild: CodeBuild, project: Document, number: int) -> Document:
    identity, now = f"{project['name']}:{uuid.uuid4()}", codebuild.now()
    submitted: Document = {
        "phaseType": "SUBMITTED",
        "phaseStatus": "SUCCEEDED",
        "startTime": now,
        "endTime": now,
        "durationInSeconds": 0,
    }
    logs = project.get("logsConfig", {}).get("cloudWatchLogs", {"status": "ENABLED"})
    return {
        **{member: project[member] for member in _FROM_THE_PROJECT if project.get(member)},
        "id": identity,
        "arn": codebuild.arn(f"build/{identity}"),
        "buildNumber": number,
        "projectName": project["name"],
        "startTime": now,
        "currentPhase": "QUEUED",
        "buildStatus": "IN_PROGRESS",
        "buildComplete": False,
        "phases": [submitted],
        "artifacts": {"location": ""},
        "logs": {"cloudWatchLogs": logs},
        "initiator": _initiator(codebuild),
    }


def _initiator(codebuild: CodeBuild) -> str:
    """A user's name, a role's session, or the account's root (API_Build, initiator)."""
    return codebuild.around.arn_of(caller()).rpartition(":")[2].removeprefix("user/").removeprefix("assumed-role/")


def told(build: Document) -> Document:
    """What AWS tells of a build."""
    return {member: value for member, value in build.items() if not member.startswith("_")}
