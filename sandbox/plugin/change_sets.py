"""Change sets as CloudFormation makes them, where ministack does not.

- One that changes outputs alone has no changes in it and can be executed (aws/aws-cdk PR 2029). For ministack there is nothing to
  execute then, and the CDK CLI, which is told so, deploys nothing: the export that a second stack newly imports would never be.
- None is made for a stack that no update can start from: one that is being changed, or whose creation has failed. CloudFormation
  user guide, "Stack status codes"; the sentence is UpdateStack's own.
"""

from __future__ import annotations

from typing import Any

_NO_START = ("_IN_PROGRESS", "_FAILED")


def make_change_sets_as_cloudformation_does() -> None:
    from ministack.services.cloudformation import handlers  # noqa: PLC0415 (only after `configure`)

    create = handlers._ACTION_HANDLERS["CreateChangeSet"]

    def created(params: Any) -> Any:
        from ministack.services import cloudformation  # noqa: PLC0415

        if (refusal := _refusal(handlers, params)) is not None:
            return refusal
        known = set(cloudformation._change_sets)
        answer = create(params)
        for made in set(cloudformation._change_sets) - known:
            _mend(cloudformation._change_sets[made])
        return answer

    handlers._ACTION_HANDLERS["CreateChangeSet"] = created


def _refusal(handlers: Any, params: Any) -> Any:
    from ministack.services.cloudformation import helpers  # noqa: PLC0415

    if helpers._p(params, "ChangeSetType", "UPDATE") != "UPDATE":
        return None
    stack = handlers._resolve_stack(helpers._p(params, "StackName"))
    status = "" if stack is None else str(stack["StackStatus"])
    if not status.endswith(_NO_START) and status != "ROLLBACK_COMPLETE":
        return None
    return helpers._error("ValidationError", f"Stack:{stack['StackId']} is in {status} state and can not be updated.")


def _mend(change_set: dict[str, Any]) -> None:
    from ministack.services import cloudformation  # noqa: PLC0415

    found_nothing = change_set["Status"] == "FAILED" and not change_set["Changes"]
    if change_set["ChangeSetType"] != "UPDATE" or not found_nothing:
        return
    before = cloudformation._stacks[change_set["StackName"]].get("_template", {})
    if change_set["_template"].get("Outputs", {}) != before.get("Outputs", {}):
        change_set |= {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "StatusReason": ""}
