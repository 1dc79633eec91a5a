"""The parts of a CodePipeline in few words: a build as an action, an artifact store, names of artifacts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_codepipeline as codepipeline

from infra.settings import Stage as StageSettings
from infra.storage import Storage

Action = codepipeline.CfnPipeline.ActionDeclarationProperty
Stage = codepipeline.CfnPipeline.StageDeclarationProperty
SOURCE, BUILT = "Source", "Built"  # artifacts
STAGING, PRODUCTION = "DeployStaging", "DeployProd"  # stages that deploy
APPROVAL = "Approve"


def action_type(category: str, provider: str) -> codepipeline.CfnPipeline.ActionTypeIdProperty:
    return codepipeline.CfnPipeline.ActionTypeIdProperty(category=category, owner="AWS", provider=provider, version="1")


@dataclass(frozen=True, kw_only=True)
class CodeBuildRun:
    """One run of a CodeBuild project on the source, with variables of its own."""

    name: str
    project: str
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
        outputs = [codepipeline.CfnPipeline.OutputArtifactProperty(name=self.output)] if self.output else None
        return Action(
            name=self.name,
            namespace=self.namespace,
            run_order=self.run_order,
            action_type_id=action_type(self.category, "CodeBuild"),
            configuration=configuration,
            input_artifacts=[codepipeline.CfnPipeline.InputArtifactProperty(name=SOURCE)],
            output_artifacts=outputs,
        )


def promoter_arguments(*stages: StageSettings) -> str:
    """What `buildspec.yml` hands to the promoter, beside the version."""
    return " ".join([*(f"--config {stage.name}-config.json" for stage in stages), "--output-dir ."])


def artifact_store(storage: Storage) -> codepipeline.CfnPipeline.ArtifactStoreProperty:
    return codepipeline.CfnPipeline.ArtifactStoreProperty(
        type="S3",
        location=storage.artifacts.bucket_name,
        encryption_key=codepipeline.CfnPipeline.EncryptionKeyProperty(id=storage.key.key_arn, type="KMS"),
    )
