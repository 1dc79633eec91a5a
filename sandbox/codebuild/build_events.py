"""What CodeBuild tells EventBridge: "CodeBuild Build State Change" and "... Phase Change".

The shapes are those of the user guide, "Build notifications input format reference".
"""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.events import Event
from sandbox.store import Document


def state_change(build: Document) -> Event:
    """Once when a build begins, once when it has ended."""
    detail: Document = {
        "build-status": build["buildStatus"],
        "project-name": build["projectName"],
        "build-id": build["arn"],
        "additional-information": _information(build),
        "current-phase": build["currentPhase"],
        "current-phase-context": "[]",
        "version": "1",
    }
    return _event("CodeBuild Build State Change", build, detail)


def phase_change(build: Document, phase: Document) -> Event:
    """After each phase; COMPLETED is one, too."""
    ended: float = phase.get("endTime") or phase["startTime"]
    detail: Document = {
        "completed-phase": phase["phaseType"],
        "project-name": build["projectName"],
        "build-id": build["arn"],
        "completed-phase-context": f"[{', '.join(_contexts(phase))}]",
        "additional-information": _information(build),
        "completed-phase-status": phase.get("phaseStatus", build["buildStatus"]),
        "completed-phase-duration-seconds": phase.get("durationInSeconds", 0),
        "version": "1",
        "completed-phase-start": _time(phase["startTime"]),
        "completed-phase-end": _time(ended),
    }
    return _event("CodeBuild Build Phase Change", build, detail)


def _event(kind: str, build: Document, detail: Document) -> Event:
    return Event(source="aws.codebuild", detail_type=kind, detail=detail, resources=[build["arn"]])


def _information(build: Document) -> Document:
    environment, source = build["environment"], build["source"]
    information: Document = {
        "timeout-in-minutes": float(build["timeoutInMinutes"]),
        "build-complete": build["buildComplete"],
        "initiator": build["initiator"],
        "build-number": float(build["buildNumber"]),
        "build-start-time": _time(build["startTime"]),
        "environment": {
            "image": environment["image"],
            "privileged-mode": environment.get("privilegedMode", False),
            "image-pull-credentials-type": environment.get("imagePullCredentialsType", "CODEBUILD"),
            "compute-type": environment["computeType"],
            "type": environment["type"],
            "environment-variables": environment.get("environmentVariables", []),
        },
        "source": {"type": source["type"]} | ({"location": source["location"]} if source.get("location") else {}),
        "phases": [_phase(phase) for phase in build["phases"]],
    }
    artifact = {
        name: build["artifacts"][name] for name in ("md5sum", "sha256sum", "location") if build["artifacts"].get(name)
    }
    if artifact:
        information["artifact"] = artifact
    if build.get("sourceVersion"):
        information["source-version"] = build["sourceVersion"]
    if build.get("logs", {}).get("groupName"):
        logs = build["logs"]
        information["logs"] = {
            "group-name": logs["groupName"],
            "stream-name": logs["streamName"],
            "deep-link": logs["deepLink"],
        }
    return information


def _phase(phase: Document) -> Document:
    told: Document = {"start-time": _time(phase["startTime"]), "phase-type": phase["phaseType"]}
    if "endTime" in phase:
        told |= {
            "phase-context": [f"[{each}]" for each in _contexts(phase)],
            "end-time": _time(phase["endTime"]),
            "duration-in-seconds": phase["durationInSeconds"],
            "phase-status": phase["phaseStatus"],
        }
    return told


def _contexts(phase: Document) -> list[str]:
    return [f"{each['statusCode']}: {each['message']}" for each in phase.get("contexts", [])]


def _time(at: float) -> str:
    """Sep 1, 2017 4:12:29 PM."""
    then = datetime.fromtimestamp(at, UTC)
    return f"{then:%b} {then.day}, {then.year} {then.hour % 12 or 12}:{then:%M:%S %p}"
