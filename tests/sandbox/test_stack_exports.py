"""What a stack exports: it stays while another stack imports it, and can be all that changes."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError, WaiterError

from tests.conftest import ClientOf
from tests.sandbox.stacks import FAST


class Pair:
    """A stack that exports the name of a log group, and one whose log group has that name in its own."""

    def __init__(self, client: ClientOf) -> None:
        self.cloudformation = client("cloudformation")
        self.name = f"e-{uuid.uuid4().hex[:8]}"
        self.user = f"{self.name}-user"

    def export(self, verb: str, value: str | None) -> None:
        outputs = {"Out": {"Value": value, "Export": {"Name": self.name}}} if value else {"Out": {"Value": "kept"}}
        self._deploy(verb, self.name, {"Resources": {"It": _group(f"/{self.name}")}, "Outputs": outputs})

    def use(self, verb: str, name: object) -> None:
        self._deploy(verb, self.user, {"Resources": {"It": _group(name)}})

    def _deploy(self, verb: str, stack: str, template: dict[str, object]) -> None:
        getattr(self.cloudformation, f"{verb}_stack")(StackName=stack, TemplateBody=json.dumps(template))
        self.cloudformation.get_waiter(f"stack_{verb}_complete").wait(StackName=stack, WaiterConfig=FAST)

    @property
    def status(self) -> str:
        return str(self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"])

    @property
    def reasons(self) -> set[str]:
        events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return {each.get("ResourceStatusReason", "") for each in events}

    @property
    def exported(self) -> str | None:
        listed = self.cloudformation.list_exports()["Exports"]
        return next((each["Value"] for each in listed if each["Name"] == self.name), None)


def _group(name: object) -> dict[str, object]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}}


@pytest.fixture
def pair(client: ClientOf) -> Pair:
    made = Pair(client)
    made.export("create", "/one")
    made.use("create", {"Fn::Join": ["/", ["", made.name, {"Fn::ImportValue": made.name}]]})
    return made


@pytest.mark.parametrize(("value", "change"), [(None, "deleted"), ("/two", "updated")])
def test_an_export_in_use_is_neither_deleted_nor_updated(pair: Pair, value: str | None, change: str) -> None:
    with pytest.raises(WaiterError):
        pair.export("update", value)
    assert pair.status == "UPDATE_ROLLBACK_COMPLETE"
    assert f"Export {pair.name} cannot be {change} as it is in use by {pair.user}" in pair.reasons
    assert pair.exported == "/one"


def test_an_export_goes_once_nobody_imports_it(pair: Pair) -> None:
    pair.use("update", f"/{pair.name}/own")
    pair.export("update", None)
    assert pair.exported is None
    with pytest.raises((ClientError, WaiterError)):
        pair.use("update", {"Fn::ImportValue": pair.name})


def test_a_change_set_of_an_export_alone_has_no_changes_and_can_be_executed(pair: Pair) -> None:
    """As the CDK CLI deploys a stack of which another one newly uses something."""
    outputs = {"Out": {"Value": "/one", "Export": {"Name": pair.name}}, "New": {"Value": "new"}}
    template = {"Resources": {"It": _group(f"/{pair.name}")}, "Outputs": outputs}
    asked = {"StackName": pair.name, "ChangeSetName": "outputs"}
    pair.cloudformation.create_change_set(**asked, TemplateBody=json.dumps(template))
    made = pair.cloudformation.describe_change_set(**asked)
    assert (made["Status"], made["ExecutionStatus"], made["Changes"]) == ("CREATE_COMPLETE", "AVAILABLE", [])
    pair.cloudformation.execute_change_set(**asked)
    pair.cloudformation.get_waiter("stack_update_complete").wait(StackName=pair.name, WaiterConfig=FAST)
    stack = pair.cloudformation.describe_stacks(StackName=pair.name)["Stacks"][0]
    assert {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]} == {"Out": "/one", "New": "new"}


def test_a_change_set_without_any_change_fails(pair: Pair) -> None:
    asked = {"StackName": pair.name, "ChangeSetName": "nothing"}
    template = pair.cloudformation.get_template(StackName=pair.name)["TemplateBody"]
    pair.cloudformation.create_change_set(**asked, TemplateBody=json.dumps(template))
    made = pair.cloudformation.describe_change_set(**asked)
    assert (made["Status"], made["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in made["StatusReason"]


def test_an_export_that_stays_the_same_is_in_nobodys_way(pair: Pair) -> None:
    with pytest.raises(ClientError, match="No updates are to be performed"):
        pair.export("update", "/one")
