"""Change sets that change outputs alone: CloudFormation makes one with no changes in it that can be executed (aws/aws-cdk PR 2029).

For ministack there is nothing to execute then, and the CDK CLI, which is told so, deploys nothing: the export that a second stack
newly imports would never come to be.
"""

from __future__ import annotations

from typing import Any


def execute_changes_of_outputs() -> None:
    from ministack.services.cloudformation import handlers  # noqa: PLC0415 (only after `configure`)

    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def created(params: Any) -> Any:
        from ministack.services import cloudformation  # noqa: PLC0415

        known = set(cloudformation._change_sets)
        answer = create(params)
        for made in set(cloudformation._change_sets) - known:
            _mend(cloudformation._change_sets[made])
        return answer

    handlers._ACTION_HANDLERS["CreateChangeSet"] = created


def _mend(change_set: dict[str, Any]) -> None:
    from ministack.services import cloudformation  # noqa: PLC0415

    found_nothing = change_set["Status"] == "FAILED" and not change_set["Changes"]
    if change_set["ChangeSetType"] != "UPDATE" or not found_nothing:
        return
    before = cloudformation._stacks[change_set["StackName"]].get("_template", {})
    if change_set["_template"].get("Outputs", {}) != before.get("Outputs", {}):
        change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}
