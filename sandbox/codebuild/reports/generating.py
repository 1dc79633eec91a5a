"""What a build makes of the test results that its commands left: one report a group (user guide, "Create test reports").

The role needs codebuild:CreateReportGroup, CreateReport, UpdateReport and BatchPutTestCases on the group
(user guide, "Test report permissions").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sandbox.acting import Actor
from sandbox.codebuild.buildspec.spec import Files
from sandbox.codebuild.reports import junit
from sandbox.codebuild.reports.groups import CASE, GROUP, REPORT, arn_of, make
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.globs import chosen
from sandbox.codebuild.running.site import Site
from sandbox.codebuild.service import CodeBuild
from sandbox.identity import AccessDenied
from sandbox.store import Document

_STATUSES = ("SUCCEEDED", "FAILED", "ERROR", "SKIPPED", "UNKNOWN")
_KEPT = 30 * 24 * 3600.0  # seconds: "Test reports expire 30 days after they are created"


def generate(codebuild: CodeBuild, build: Document, actor: Actor, wanted: Mapping[str, Files], site: Site) -> list[str]:
    """The reports' ARNs. Raises PhaseFailed."""
    groups = {name: _group(codebuild, build, actor, name) for name in wanted}
    return [_one(codebuild, build, groups[name], files, site) for name, files in wanted.items()]


def _group(codebuild: CodeBuild, build: Document, actor: Actor, name: str) -> str:
    """By ARN, one that exists; by name, <project>-<name>, made when it is not there."""
    arn = name if name.startswith("arn:") else arn_of(codebuild, f"{build['projectName']}-{name}")
    try:
        if not name.startswith("arn:"):
            actor.require("codebuild:CreateReportGroup", arn)
        for verb in ("CreateReport", "UpdateReport", "BatchPutTestCases"):
            actor.require(f"codebuild:{verb}", arn)
    except AccessDenied as error:
        raise PhaseFailed("CLIENT_ERROR", f"Error in UPLOAD_ARTIFACTS phase: {error.message}") from error
    if not name.startswith("arn:"):
        make(codebuild, f"{build['projectName']}-{name}")
    elif codebuild.store.get(GROUP, arn) is None:
        raise PhaseFailed("CLIENT_ERROR", f"Report group cannot be found: {arn}")
    return arn


def _one(codebuild: CodeBuild, build: Document, group: str, files: Files, site: Site) -> str:
    name = build["id"]
    arn = f"{group.replace(':report-group/', ':report/')}:{name.partition(':')[2]}"
    cases, status = _cases(files, site)
    now = codebuild.now()
    counts = Counter(case.status for case in cases)
    if status == "SUCCEEDED" and (counts["FAILED"] or counts["ERROR"]):
        status = "FAILED"
    expires = round(now + _KEPT, 3)
    report: Document = {
        "arn": arn,
        "type": "TEST",
        "name": name,
        "reportGroupArn": group,
        "executionId": build["arn"],
        "status": status,
        "created": now,
        "expired": expires,
        "exportConfig": {"exportConfigType": "NO_EXPORT"},
        "truncated": False,
        "testSummary": {
            "total": len(cases),
            "statusCounts": {each: counts[each] for each in _STATUSES},
            "durationInNanoSeconds": sum(case.nanoseconds for case in cases),
        },
    }
    with codebuild.store.transaction():
        codebuild.store.put(REPORT, arn, report, parent=group)
        codebuild.store.put(CASE, arn, {"cases": _told(cases, arn, expires)})
    return arn


def _told(cases: Iterable[junit.TestCase], arn: str, expires: float) -> list[Document]:
    return [
        {
            "reportArn": arn,
            "prefix": case.prefix,
            "name": case.name,
            "status": case.status,
            "durationInNanoSeconds": case.nanoseconds,
            "message": case.message,
            "expired": expires,
            "testSuiteName": case.suite,
        }
        for case in cases
    ]


def _cases(files: Files, site: Site) -> tuple[list[junit.TestCase], str]:
    """No file, or one that cannot be read, makes the report INCOMPLETE."""
    cases: list[junit.TestCase] = []
    status = "SUCCEEDED"
    try:
        found = chosen(files, site.source, within=site.root)
    except PhaseFailed:
        return [], "INCOMPLETE"
    for path in found.values():
        try:
            cases += junit.read(path.read_bytes())
        except ValueError:
            status = "INCOMPLETE"
    return cases, status
