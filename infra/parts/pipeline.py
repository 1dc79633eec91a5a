"""A CodePipeline, and what both pipelines say in the same words: arguments of the promoter, where reports lie."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_codepipeline as codepipeline
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.settings import Stage
from infra.settings.names import REPORTS, Names

EXECUTION = "#{codepipeline.PipelineExecutionId}"


class Pipeline(codepipeline.Pipeline):
    """Of type V2, with the project's key; every action acts in the pipeline's own role, unless it has a role of its own.

    The artifact bucket and its key are imported, by their ARNs: the pipeline would write into their policies what its roles may
    do, which both policies say already (`infra.iam`), and they lie in another stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        role: iam.IRole,
        artifacts: s3.Bucket,
        mode: codepipeline.ExecutionMode,
        stages: Sequence[codepipeline.StageProps],
        variables: Sequence[codepipeline.Variable] = (),
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            pipeline_name=name,
            pipeline_type=codepipeline.PipelineType.V2,
            execution_mode=mode,
            role=role,
            use_pipeline_role_for_actions=True,
            artifact_bucket=_imported(scope, artifacts),
            stages=[*stages],
            variables=[*variables],
        )


def _imported(scope: Construct, bucket: s3.Bucket) -> s3.IBucket:
    key = bucket.encryption_key
    return s3.Bucket.from_bucket_attributes(
        scope,
        "ArtifactBucket",
        bucket_arn=bucket.bucket_arn,
        bucket_name=bucket.bucket_name,
        encryption_key=None if key is None else kms.Key.from_key_arn(scope, "ArtifactKey", key.key_arn),
    )


def promoter_arguments(*stages: Stage) -> str:
    """What `buildspec.yml` hands to the promoter, besides the version."""
    return " ".join([*(f"--config {stage.name}-config.json" for stage in stages), "--output-dir ."])


def build_report(bucket: s3.IBucket, names: Names, *, project: str) -> str:
    """Where a build leaves its bill of materials, one for each execution: the packages that were installed in it (CycloneDX)."""
    return f"s3://{bucket.bucket_name}/{names.build_reports(project)}{EXECUTION}"


def stage_report(stage: str) -> str:
    """The folder of the report of a stage's test, one for each execution of the deploy pipeline."""
    return f"{REPORTS}{EXECUTION}/{stage}"
