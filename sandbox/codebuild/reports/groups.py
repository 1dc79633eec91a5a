"""Report groups: create, describe, list, delete (CodeBuild API reference)."""

from __future__ import annotations

from sandbox.errors import DeclaredError, NotInTheSandbox
from sandbox.pages import page
from sandbox.service import Service
from sandbox.store import Document

GROUP, REPORT, CASE = "report-group", "report", "test-case"
PAGE = 100


def create_report_group(codebuild: Service, request: Document) -> Document:
    if request["type"] != "TEST":
        raise NotInTheSandbox(f"a report group of type {request['type']}")
    if request["exportConfig"].get("exportConfigType", "NO_EXPORT") != "NO_EXPORT":
        raise NotInTheSandbox("a report group that is exported to S3")
    with codebuild.store.transaction():
        arn = arn_of(codebuild, request["name"])
        if codebuild.store.get(GROUP, arn) is not None:
            raise DeclaredError("ResourceAlreadyExistsException", f"Report group already exists: {arn}")
        return {"reportGroup": make(codebuild, request["name"], tags=request.get("tags", []))}


def make(codebuild: Service, name: str, *, tags: list[Document] | None = None) -> Document:
    """The group, as it is or made now."""
    with codebuild.store.transaction():
        arn, now = arn_of(codebuild, name), codebuild.now()
        group = codebuild.store.get(GROUP, arn) or {
            "arn": arn,
            "name": name,
            "type": "TEST",
            "exportConfig": {"exportConfigType": "NO_EXPORT"},
            "created": now,
            "lastModified": now,
            "tags": tags or [],
            "status": "ACTIVE",
        }
        codebuild.store.put(GROUP, arn, group)
    return group


def batch_get_report_groups(codebuild: Service, request: Document) -> Document:
    found = {arn: codebuild.store.get(GROUP, arn) for arn in request["reportGroupArns"]}
    return {
        "reportGroups": [group for group in found.values() if group],
        "reportGroupsNotFound": [arn for arn, group in found.items() if not group],
    }


def list_report_groups(codebuild: Service, request: Document) -> Document:
    by = {"CREATED_TIME": "created", "LAST_MODIFIED_TIME": "lastModified"}.get(request.get("sortBy", ""), "name")
    chosen, more = page(
        codebuild.store.all(GROUP),
        order=lambda group: [group[by], group["arn"]],
        size=request.get("maxResults", PAGE),
        token=request.get("nextToken"),
        descending=request.get("sortOrder") == "DESCENDING",
    )
    return {"reportGroups": [group["arn"] for group in chosen], "nextToken": more}


def delete_report_group(codebuild: Service, request: Document) -> Document:
    """With its reports, if the request says so; otherwise only an empty one goes."""
    with codebuild.store.transaction():
        reports = codebuild.store.all(REPORT, parent=request["arn"])
        if reports and not request.get("deleteReports"):
            raise DeclaredError(
                "InvalidInputException", "Cannot delete a report group that has reports: set deleteReports"
            )
        for report in reports:
            remove_report(codebuild, report["arn"])
        codebuild.store.delete(GROUP, request["arn"])
    return {}


def remove_report(codebuild: Service, arn: str) -> None:
    codebuild.store.delete(REPORT, arn)
    codebuild.store.delete(CASE, arn)


def arn_of(codebuild: Service, name: str) -> str:
    return codebuild.arn(f"report-group/{name}")


OPERATIONS = {
    "CreateReportGroup": create_report_group,
    "BatchGetReportGroups": batch_get_report_groups,
    "ListReportGroups": list_report_groups,
    "DeleteReportGroup": delete_report_group,
}
