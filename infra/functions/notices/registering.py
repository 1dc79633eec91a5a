"""The notice of the registry: a version was registered, and waits for a person's decision."""

from __future__ import annotations

from . import console
from .event import Event
from .notice import Facts, Notice, Registered, version

PACKAGE = "SageMaker Model Package State Change"
WAITS = "PendingManualApproval"
_REPORT = "report.html"  # model-build leaves it beside evaluation.json


def package(event: Event, facts: Facts) -> Notice:
    arn, status = event.detail("ModelPackageArn"), event.detail("ModelApprovalStatus")
    number = event.detail("ModelPackageVersion")
    if status != WAITS:
        return Notice(
            headline=f"version {number} is {status or 'changed'}",
            what=f"The registry has version {version(arn)} as {status or 'changed'}.",
            next="nothing.",
            link=console.studio(event),
            package=arn,
        )
    found = facts.registered or Registered()
    report = f"{found.evaluation.rpartition('/')[0]}/{_REPORT}" if found.evaluation else ""
    fetch = (f"aws s3 cp {report} version-{number}.html --region {event.region}",) if report else ()
    return Notice(
        headline=f"version {number} waits for approval",
        what=f"A run has passed its gates and registered version {version(arn)}. Nothing is deployed until a person approves it.",
        next="read the evaluation report, then approve or reject the version:"
        if fetch
        else "approve or reject the version:",
        link=console.s3_object(event, report) if report else console.studio(event),
        package=arn,
        metrics="\n".join(found.metrics),
        data=_data(found),
        report=report,
        commands=(*fetch, *(_decide(event, arn, status) for status in ("Approved", "Rejected"))),
    )


def _data(found: Registered) -> str:
    if found.same_data_as:
        return f"{found.data}, unchanged since version {version(found.same_data_as)}"
    return found.data


def _decide(event: Event, arn: str, status: str) -> str:
    change = f"--model-package-arn {arn} --model-approval-status {status} --approval-description REASON"
    return f"aws sagemaker update-model-package {change} --region {event.region}"
