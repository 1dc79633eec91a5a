"""Notices of a CodeBuild project: a build failed, timed out, or was stopped."""

from __future__ import annotations

from collections.abc import Mapping

from . import console
from .event import Event, last_part
from .notice import Facts, Notice

BUILD = "CodeBuild Build State Change"
_ENDINGS = {
    "FAILED": "failed",
    "FAULT": "broke off",
    "TIMED_OUT": "timed out",
    "STOPPED": "was stopped",
    "SUCCEEDED": "succeeded",
}


def build(event: Event, facts: Facts) -> Notice:
    project, identity = event.detail("project-name"), last_part(event.detail("build-id"))
    status = event.detail("build-status")
    ending = _ENDINGS.get(status, f"is {status or 'in an unknown state'}")
    return Notice(
        headline=f"build {project} {ending}",
        what=f"Build {identity} of {project} {ending}. What comes after it was not reached.",
        why="\n".join([*_contexts(event), *facts.reasons]),
        next="correct the cause and push again. The whole log is in the console; the build's phases:",
        link=event.detail("additional-information", "logs", "deep-link") or console.codebuild(event, identity),
        commands=(f"aws codebuild batch-get-builds --ids {project}:{identity} --region {event.region}",),
    )


def _contexts(event: Event) -> list[str]:
    """The context of every phase that did not succeed. AWS encloses it in brackets: "[COMMAND_EXECUTION_ERROR: ...]"."""
    phases = event.at("detail", "additional-information", "phases")
    found = [each for each in phases if isinstance(each, Mapping)] if isinstance(phases, list) else []
    failed = [each for each in found if each.get("phase-status") not in (None, "SUCCEEDED")]
    contexts = [(each.get("phase-type"), line) for each in failed for line in _list(each.get("phase-context"))]
    return [f"{phase}: {str(line).strip('[] ')}" for phase, line in contexts if str(line).strip("[] ")]


def _list(found: object) -> list[object]:
    return found if isinstance(found, list) else []
