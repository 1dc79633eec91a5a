"""What a CloudFormation action leaves: the stack's outputs, as variables and as a file."""

from __future__ import annotations

import json
from typing import Any

from sandbox.codepipeline.actions.artifacts import write, zipped
from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Work
from sandbox.codepipeline.actions.stacks import settled, url
from sandbox.store import Document


def outcome(work: Work, cloudformation: Any, identity: str, *, since: int) -> Done:
    external = External(id=identity, url=url(work, identity))
    work.say(external=external)
    return outputs_of(work, settled(work, cloudformation, identity, external=external, since=since))


def outputs_of(work: Work, stack: Document) -> Done:
    """The stack's outputs are the action's variables, and a file if the action has an output artifact."""
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    file = work.configuration.get("OutputFileName")
    if work.output is not None:
        if not file:
            raise ActionFailed("OutputFileName is required with an output artifact", code="ConfigurationError")
        write(work, work.output, zipped({file: json.dumps(outputs).encode()}))
    external = External(id=stack["StackId"], url=url(work, stack["StackId"]))
    return Done(variables=outputs, summary=f"Deployment of stack {stack['StackName']} succeeded", external=external)
