"""The action types the sandbox knows: how many artifacts go in and out, and what their configuration may and must hold.

From the user guide's "Action structure reference", one page an action type, and its table of input and output artifacts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.store import Document

_MANY = 5  # artifacts that a CodeBuild or Lambda action may have


@dataclass(frozen=True, kw_only=True)
class ActionType:
    """`inputs` and `outputs` are the least and the most artifacts; version is 1 for all of them."""

    inputs: tuple[int, int]
    outputs: tuple[int, int]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def faults(self, action: Document) -> Iterator[str]:
        name, configuration = action["name"], action.get("configuration", {})
        for key in configuration:
            if key not in (*self.required, *self.optional):
                yield f"Action configuration for action '{name}' contains unknown configuration '{key}'"
        for key in self.required:
            if not configuration.get(key):
                yield f"Action configuration for action '{name}' is missing required configuration '{key}'"
        for word, (least, most) in (("input", self.inputs), ("output", self.outputs)):
            count = len(action.get(f"{word}Artifacts", []))
            if not least <= count <= most:
                allowed = str(least) if least == most else f"{least} to {most}"
                yield f"Action {name} has {count} {word} artifacts; its type takes {allowed}"


_CODEBUILD = ActionType(
    inputs=(1, _MANY),
    outputs=(0, _MANY),
    required=("ProjectName",),
    optional=("PrimarySource", "BatchEnabled", "BuildspecOverride", "CombineArtifacts", "EnvironmentVariables"),
)
ACTION_TYPES = {
    ("Source", "AWS", "CodeCommit"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=("RepositoryName", "BranchName"),
        optional=("PollForSourceChanges", "OutputArtifactFormat"),
    ),
    ("Source", "AWS", "CodeStarSourceConnection"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=("ConnectionArn", "FullRepositoryId", "BranchName"),
        optional=("OutputArtifactFormat", "DetectChanges"),
    ),
    ("Source", "AWS", "S3"): ActionType(
        inputs=(0, 0),
        outputs=(1, 1),
        required=("S3Bucket", "S3ObjectKey"),
        optional=("PollForSourceChanges", "AllowOverrideForS3ObjectKey"),
    ),
    ("Build", "AWS", "CodeBuild"): _CODEBUILD,
    ("Test", "AWS", "CodeBuild"): _CODEBUILD,
    ("Deploy", "AWS", "CloudFormation"): ActionType(
        inputs=(0, 10),
        outputs=(0, 1),
        required=("ActionMode", "StackName"),
        optional=(
            *("Capabilities", "ChangeSetName", "OutputFileName", "ParameterOverrides", "RoleArn"),
            *("TemplateConfiguration", "TemplatePath"),
        ),
    ),
    ("Approval", "AWS", "Manual"): ActionType(
        inputs=(0, 0),
        outputs=(0, 0),
        optional=("NotificationArn", "CustomData", "ExternalEntityLink", "ApproverEmails"),
    ),
    ("Invoke", "AWS", "Lambda"): ActionType(
        inputs=(0, _MANY),
        outputs=(0, _MANY),
        required=("FunctionName",),
        optional=("UserParameters",),
    ),
    ("Invoke", "AWS", "StepFunctions"): ActionType(
        inputs=(0, 1),
        outputs=(0, 1),
        required=("StateMachineArn",),
        optional=("ExecutionNamePrefix", "InputType", "Input"),
    ),
}
