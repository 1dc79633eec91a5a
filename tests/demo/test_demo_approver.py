from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.approver import APPROVAL, Approver, link_of

REPORT = (
    "https://us-east-1.console.aws.amazon.com/s3/object/bucket?region=us-east-1&prefix=reports/e-2/staging/report.html"
)


class Waiting:
    """CodePipeline whose approval waits in execution e-2, and S3 with the report."""

    def __init__(self) -> None:
        self.approved: dict[str, Any] = {}

    def get_pipeline_state(self, **_: Any) -> dict[str, Any]:
        actions = [{"actionName": APPROVAL, "latestExecution": {"status": "InProgress", "token": "t-1"}}]
        stage = {
            "stageName": "DeployStaging",
            "latestExecution": {"pipelineExecutionId": "e-2"},
            "actionStates": actions,
        }
        return {"stageStates": [{"stageName": "Source", "actionStates": []}, stage]}

    def put_approval_result(self, **request: Any) -> None:
        self.approved = request

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        content = f"{Bucket} {Key}".encode()
        return {"Body": SimpleNamespace(read=lambda: content)}


def person(waiting: Waiting) -> Approver:
    clients: Any = SimpleNamespace(codepipeline=waiting, s3=waiting)
    return Approver("ann", clients)


def test_the_person_approves_with_the_token_of_the_very_execution() -> None:
    waiting = Waiting()
    person(waiting).release("deploy", "e-2", APPROVAL)
    assert (waiting.approved["stageName"], waiting.approved["token"]) == ("DeployStaging", "t-1")
    assert waiting.approved["result"]["status"] == "Approved"


def test_the_person_approves_nothing_of_another_execution() -> None:
    waiting = Waiting()
    with pytest.raises(DemoFailure, match="execution e-1 does not wait"):
        person(waiting).release("deploy", "e-1", APPROVAL)
    assert waiting.approved == {}


def test_the_person_reads_the_report_that_the_approval_links_to(tmp_path: Path) -> None:
    link = link_of({"input": {"resolvedConfiguration": {"ExternalEntityLink": REPORT}}})
    page = person(Waiting()).read_report(link, tmp_path)
    assert page.read_text() == "bucket reports/e-2/staging/report.html"
