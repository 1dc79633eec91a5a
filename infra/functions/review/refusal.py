"""Why a change does not come to the person who approves, each time with what to do next."""

from __future__ import annotations


class Refusal(Exception):
    """A sentence; CodePipeline shows it as the action's message."""


def superseded(version: str, *, last: str) -> str:
    """Told before a person is asked; the promoter's recheck tells it again after a person was."""
    decided = f"superseded by {_number(last)}" if last else "superseded: no version is approved any more"
    follows = (
        f"{last} was decided last, and goes this way in an execution of its own."
        if last
        else "Approve a version in the model registry."
    )
    return f"Version {_number(version)} is {decided}. Nothing is deployed and nobody is asked. {follows}"


def endpoint_gone(stack: str) -> str:
    """CloudFormation does not look whether a resource of a stack is still there: it would update what is not.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    return (
        f"The stack {stack} is there, but its endpoint {stack} is not: somebody has deleted it. CloudFormation would update "
        "what is gone. Delete the stack, then retry all actions of this stage, and it is made anew: "
        f"aws cloudformation delete-stack --stack-name {stack} && "
        f"aws cloudformation wait stack-delete-complete --stack-name {stack}"
    )


def _number(package: str) -> str:
    return package.rpartition("/")[2]
