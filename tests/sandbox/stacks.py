"""Stacks of one resource, for the tests of resource types."""

from __future__ import annotations

import json
import uuid
from typing import Any

from botocore.exceptions import WaiterError

from tests.conftest import ClientOf

FAST = {"Delay": 0.1, "MaxAttempts": 300}


class OneResource:
    """A stack with one resource `It`, under a name of its own."""

    def __init__(self, client: ClientOf, kind: str) -> None:
        self.cloudformation, self.kind = client("cloudformation"), kind
        self.name = f"s-{uuid.uuid4().hex[:8]}"

    def create(self, properties: dict[str, Any], **outputs: Any) -> dict[str, str]:
        return self._deploy("create", properties, outputs)

    def update(self, properties: dict[str, Any], **outputs: Any) -> dict[str, str]:
        return self._deploy("update", properties, outputs)

    def delete(self) -> None:
        self.cloudformation.delete_stack(StackName=self.name)
        self.cloudformation.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=FAST)

    def refusal(self, properties: dict[str, Any]) -> str:
        """Why CloudFormation could not make it."""
        try:
            self.create(properties)
        except WaiterError:
            events = self.cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
            return " ".join(event.get("ResourceStatusReason", "") for event in events)
        raise AssertionError("it was made")

    @property
    def physical_id(self) -> str:
        resources = self.cloudformation.describe_stack_resources(StackName=self.name)["StackResources"]
        return str(resources[0]["PhysicalResourceId"])

    def _deploy(self, verb: str, properties: dict[str, Any], outputs: dict[str, Any]) -> dict[str, str]:
        template = {
            "Resources": {"It": {"Type": self.kind, "Properties": properties}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        getattr(self.cloudformation, f"{verb}_stack")(StackName=self.name, TemplateBody=json.dumps(template))
        self.cloudformation.get_waiter(f"stack_{verb}_complete").wait(StackName=self.name, WaiterConfig=FAST)
        stack = self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
