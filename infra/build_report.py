"""Where a build leaves its bill of materials: the packages that were installed in it, with versions and hashes (CycloneDX)."""

from __future__ import annotations

from infra.storage import REPORTS


def folder(project: str) -> str:
    """Of the artifact bucket: one project's builds may write there, no other's."""
    return f"{REPORTS}{project}/"


def uri(bucket: str, project: str) -> str:
    """In an action's variables; one for each execution of the pipeline."""
    return f"s3://{bucket}/{folder(project)}#{{codepipeline.PipelineExecutionId}}"
