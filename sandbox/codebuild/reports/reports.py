"""Reports and their test cases: describe, list, delete (CodeBuild API reference)."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.codebuild.reports.groups import CASE, GROUP, PAGE, REPORT, remove_report
from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.service import Service
from sandbox.store import Document


def batch_get_reports(codebuild: Service, request: Document) -> Document:
    found = {arn: codebuild.store.get(REPORT, arn) for arn in request["reportArns"]}
    return {
        "reports": [report for report in found.values() if report],
        "reportsNotFound": [arn for arn, report in found.items() if not report],
    }


def list_reports(codebuild: Service, request: Document) -> Document:
    return _listed(codebuild.store.all(REPORT), request)


def list_reports_for_report_group(codebuild: Service, request: Document) -> Document:
    arn = request["reportGroupArn"]
    if codebuild.store.get(GROUP, arn) is None:
        raise DeclaredError("ResourceNotFoundException", f"Report group cannot be found: {arn}")
    return _listed(codebuild.store.all(REPORT, parent=arn), request)


def _listed(reports: Sequence[Document], request: Document) -> Document:
    """The newest first, unless asked otherwise."""
    status = request.get("filter", {}).get("status")
    chosen, more = page(
        [report for report in reports if status in (None, report["status"])],
        order=lambda report: [report["created"], report["arn"]],
        size=request.get("maxResults", PAGE),
        token=request.get("nextToken"),
        descending=request.get("sortOrder", "DESCENDING") == "DESCENDING",
    )
    return {"reports": [report["arn"] for report in chosen], "nextToken": more}


def describe_test_cases(codebuild: Service, request: Document) -> Document:
    """`filter` chooses by status, and by a keyword in the name or the prefix."""
    arn = request["reportArn"]
    if codebuild.store.get(REPORT, arn) is None:
        raise DeclaredError("ResourceNotFoundException", f"Report cannot be found: {arn}")
    cases: list[Document] = (codebuild.store.get(CASE, arn) or {"cases": []})["cases"]
    wanted = request.get("filter", {})
    numbered: list[Document] = [{"at": number, "case": case} for number, case in enumerate(cases)]
    chosen, more = page(
        [row for row in numbered if _is_wanted(row["case"], wanted)],
        order=lambda row: [row["at"]],
        size=request.get("maxResults", PAGE),
        token=request.get("nextToken"),
    )
    return {"testCases": [row["case"] for row in chosen], "nextToken": more}


def _is_wanted(case: Document, wanted: Document) -> bool:
    keyword = wanted.get("keyword", "")
    return wanted.get("status") in (None, case["status"]) and (keyword in case["name"] or keyword in case["prefix"])


def delete_report(codebuild: Service, request: Document) -> Document:
    with codebuild.store.transaction():
        remove_report(codebuild, request["arn"])
    return {}


OPERATIONS = {
    "BatchGetReports": batch_get_reports,
    "ListReports": list_reports,
    "ListReportsForReportGroup": list_reports_for_report_group,
    "DescribeTestCases": describe_test_cases,
    "DeleteReport": delete_report,
}
