"""The parts of a CodePipeline in few words: a build as an action, an artifact store, names of artifacts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.settings import Stage as StageSettings
from infra.settings.names import Names
from infra.units.storage import Storage

Action = dict[str, object]  # as AWS::CodePipeline::Pipeline declares it, and the stage below
Stage = dict[str, object]


def action_type(category: str, provider: str) -> dict[str, str]:
    return {"Category": category, "Owner": "AWS", "Provider": provider, "Version": "1"}


@dataclass(frozen=True, kw_only=True)
class CodeBuildRun:
    """One run of a CodeBuild project on the source, with variables of its own."""

    name: str
    project: str
    source: str
    category: str = "Build"
    variables: Mapping[str, str] = field(default_factory=dict)
    namespace: str | None = None
    output: str | None = None
    run_order: int = 1

    def action(self) -> Action:
        configuration = {"ProjectName": self.project}
        if self.variables:
            listed = [{"name": key, "value": value, "type": "PLAINTEXT"} for key, value in self.variables.items()]
            configuration["EnvironmentVariables"] = json.dumps(listed)
        return {
            "Name": self.name,
            "RunOrder": self.run_order,
            "ActionTypeId": action_type(self.category, "CodeBuild"),
            "Configuration": configuration,
            "InputArtifacts": [{"Name": self.source}],
            **({"Namespace": self.namespace} if self.namespace else {}),
            **({"OutputArtifacts": [{"Name": self.output}]} if self.output else {}),
        }


def promoter_arguments(*stages: StageSettings) -> str:
    """What `buildspec.yml` hands to the promoter, beside the version."""
    return " ".join([*(f"--config {stage.name}-config.json" for stage in stages), "--output-dir ."])


def build_report(bucket: str, names: Names, *, project: str) -> str:
    """Where a build leaves its bill of materials, one for each execution: the packages that were installed in it (CycloneDX)."""
    return f"s3://{bucket}/{names.build_reports(project)}#{{codepipeline.PipelineExecutionId}}"


def artifact_store(storage: Storage) -> dict[str, object]:
    key = {"Id": storage.key.arn, "Type": "KMS"}
    return {"Type": "S3", "Location": storage.artifacts.name, "EncryptionKey": key}
