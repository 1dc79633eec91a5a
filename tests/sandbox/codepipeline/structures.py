"""A pipeline as a user would write it, and ways to change it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

ROLE = "arn:aws:iam::000000000000:role/pipeline"
Structure = dict[str, Any]


def action(name: str, kind: str, *, category: str = "Build", **more: Any) -> Structure:
    type_id = {"category": category, "owner": "AWS", "provider": kind, "version": "1"}
    return {"name": name, "actionTypeId": type_id, **more}


def artifacts(*names: str) -> list[Structure]:
    return [{"name": name} for name in names]


def structure(name: str = "p") -> Structure:
    """Source, Build, and a stage with a deployment, an approval and a second deployment."""
    repository = {"RepositoryName": "r", "BranchName": "main"}
    source = action(
        "Source", "CodeCommit", category="Source", outputArtifacts=artifacts("Code"), configuration=repository
    )
    build = action(
        *("Build", "CodeBuild"),
        inputArtifacts=artifacts("Code"),
        outputArtifacts=artifacts("Built"),
        namespace="BuildVariables",
        configuration={"ProjectName": "b", "EnvironmentVariables": '[{"name":"V","value":"#{variables.Version}"}]'},
    )
    stack = {"ActionMode": "CREATE_UPDATE", "StackName": "#{BuildVariables.STACK}"}
    deploy = action(
        "Deploy", "CloudFormation", category="Deploy", inputArtifacts=artifacts("Built"), configuration=stack
    )
    approve = action("Approve", "Manual", category="Approval", runOrder=2)
    return {
        "name": name,
        "roleArn": ROLE,
        "artifactStore": {"type": "S3", "location": "bucket"},
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "variables": [{"name": "Version", "defaultValue": "latest"}],
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Build", "actions": [build]},
            {"name": "Staging", "actions": [{**deploy, "runOrder": 1}, approve]},
        ],
    }


def changed(change: Callable[[Structure], object]) -> Structure:
    whole = copy.deepcopy(structure())
    change(whole)
    return whole


def capitalised(value: Any) -> Any:
    """As a template spells it; a configuration's keys are the action type's own."""
    if isinstance(value, list):
        return [capitalised(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key[:1].upper() + key[1:]: item if key == "configuration" else capitalised(item) for key, item in value.items()
    }
