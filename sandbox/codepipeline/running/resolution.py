"""References to variables, replaced by their values when an action starts or a rule is checked (user guide, "Variables").

A value is put in as it is: one with a quotation mark in it breaks a JSON text around the reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.codepipeline.variables import REFERENCE
from sandbox.store import Document

Scope = Mapping[str, Mapping[str, str]]  # namespace -> variable -> value


class UnresolvedVariable(Exception):
    """A configuration refers to a variable that the execution does not have."""


def scope(execution: Document) -> Scope:
    """What an execution's actions see: its own variables, and the outputs of the actions that have ended."""
    given = {variable["name"]: variable["resolvedValue"] for variable in execution["variables"]}
    own = {"PipelineExecutionId": execution["pipelineExecutionId"]}
    return {**execution["_outputs"], "variables": given, "codepipeline": own}


def resolved(configuration: Mapping[str, str], scope: Scope) -> dict[str, str]:
    def value(found: re.Match[str]) -> str:
        space, name = found[1], found[2]
        if name not in scope.get(space, {}):
            raise UnresolvedVariable(f"the variable #{{{space}.{name}}} has no value in this execution")
        return scope[space][name]

    return {key: REFERENCE.sub(value, text) for key, text in configuration.items()}
