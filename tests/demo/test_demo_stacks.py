from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.demo.failure import DemoFailure
from sandbox.demo.stacks import Stack, deploy


class CloudFormation:
    """Enough of the service: each operation ends in the status it is told, after one poll in progress."""

    def __init__(self, *ends: str, present: str | None = None, unchanged: bool = False) -> None:
        self.ends, self.status, self.unchanged = list(ends), present, unchanged
        self.called: list[str] = []
        self.pending: str | None = None

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:
        status, self.status, self.pending = self.status, self.pending or self.status, None
        if status in (None, "GONE"):
            raise _refusal("DescribeStacks", f"Stack with id {StackName} does not exist")
        outputs = [{"OutputKey": "EndpointName", "OutputValue": "abalone-staging"}]
        return {"Stacks": [{"StackName": StackName, "StackStatus": status, "Outputs": outputs}]}

    def create_stack(self, **_: Any) -> None:
        self._begin("create", "CREATE_IN_PROGRESS")

    def delete_stack(self, **_: Any) -> None:
        self._begin("delete", "DELETE_IN_PROGRESS")

    def update_stack(self, **_: Any) -> None:
        if self.unchanged:
            raise _refusal("UpdateStack", "No updates are to be performed.")
        self._begin("update", "UPDATE_IN_PROGRESS")

    def describe_stack_events(self, *, StackName: str) -> dict[str, Any]:
        def event(resource: str, status: str, reason: str = "") -> dict[str, str]:
            physical = "id" if resource == StackName else resource
            return {
                "StackId": "id",
                "PhysicalResourceId": physical,
                "LogicalResourceId": resource,
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
            }

        return {
            "StackEvents": [
                event(StackName, "ROLLBACK_COMPLETE"),
                event("Config", "CREATE_FAILED", "Resource creation cancelled"),
                event("Endpoint", "CREATE_FAILED", "the model has another digest"),
                event(StackName, "CREATE_IN_PROGRESS"),
                event("Old", "CREATE_FAILED", "of an operation before"),
            ]
        }

    def _begin(self, name: str, status: str) -> None:
        self.called.append(name)
        self.status, self.pending = status, self.ends.pop(0)


def _refusal(operation: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, operation)


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    template = tmp_path / "endpoint.yaml"
    template.write_text("Resources: {}")
    return Stack("abalone-deploy-staging", template, parameters={"StageName": "staging"})


@pytest.mark.parametrize(
    ("service", "called"),
    [
        (CloudFormation("CREATE_COMPLETE"), ["create"]),
        (CloudFormation("UPDATE_COMPLETE", present="CREATE_COMPLETE"), ["update"]),
        (CloudFormation(present="UPDATE_COMPLETE", unchanged=True), []),
        (CloudFormation("GONE", "CREATE_COMPLETE", present="ROLLBACK_COMPLETE"), ["delete", "create"]),
    ],
    ids=["new", "changed", "unchanged", "left over from a failed creation"],
)
def test_a_stack_is_brought_to_its_template(service: CloudFormation, called: list[str], stack: Stack) -> None:
    assert deploy(service, stack) == {"EndpointName": "abalone-staging"}  # type: ignore[arg-type]  # a stand-in
    assert service.called == called


def test_a_failed_stack_is_told_by_the_resource_that_failed_first(stack: Stack) -> None:
    service = CloudFormation("ROLLBACK_COMPLETE")
    with pytest.raises(DemoFailure) as failed:
        deploy(service, stack)  # type: ignore[arg-type]
    assert failed.value.where == "stack abalone-deploy-staging"
    assert failed.value.reason == "Endpoint: the model has another digest (the stack is ROLLBACK_COMPLETE)"


def test_a_refused_update_is_not_taken_for_an_unchanged_one(stack: Stack) -> None:
    service = CloudFormation(present="CREATE_COMPLETE")
    service.update_stack = _refuse  # type: ignore[method-assign]
    with pytest.raises(ClientError, match="not authorized"):
        deploy(service, stack)  # type: ignore[arg-type]


def _refuse(**_: Any) -> None:
    raise _refusal("UpdateStack", "not authorized")
