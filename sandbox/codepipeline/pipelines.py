"""Pipelines: create, change, describe, list, delete. Every structure that a pipeline ever had is kept as a version."""

from __future__ import annotations

from typing import Any

from sandbox.codepipeline import tags
from sandbox.codepipeline.structure import check
from sandbox.errors import DeclaredError
from sandbox.pages import page
from sandbox.service import Service
from sandbox.store import Document

KIND, VERSION = "pipeline", "pipeline-version"
_PAGE = 1000


def create_pipeline(codepipeline: Service, request: Document) -> Document:
    structure = _filled(request["pipeline"])
    check(structure)
    name, account = structure["name"], codepipeline.settings.account
    with codepipeline.store.transaction():
        if codepipeline.store.get(KIND, name) is not None:
            raise DeclaredError(
                "PipelineNameInUseException", f"A pipeline with the name '{name}' already exists in account '{account}'"
            )
        pipeline = _put(codepipeline, structure, version=1, created=codepipeline.now())
        given = request.get("tags", [])
        tags.put(codepipeline, codepipeline.arn(name), {tag["key"]: tag["value"] for tag in given})
    return {"pipeline": pipeline, "tags": given}


def update_pipeline(codepipeline: Service, request: Document) -> Document:
    """ "Increases the version number of the pipeline by 1" (API_UpdatePipeline); the version given is not looked at."""
    structure = _filled(request["pipeline"])
    check(structure)
    with codepipeline.store.transaction():
        known = named(codepipeline, structure["name"])
        pipeline = _put(codepipeline, structure, version=known["version"] + 1, created=known["created"])
    return {"pipeline": pipeline}


def _filled(pipeline: Document) -> Document:
    """As AWS answers it: with the defaults of what was left out."""
    stages = [{**stage, "actions": [_action(action) for action in stage["actions"]]} for stage in pipeline["stages"]]
    return {"executionMode": "SUPERSEDED", "pipelineType": "V1", **pipeline, "stages": stages}


def _action(action: Document) -> Document:
    empty: dict[str, Any] = {"runOrder": 1, "configuration": {}, "inputArtifacts": [], "outputArtifacts": []}
    return {**empty, **action}


def _put(codepipeline: Service, structure: Document, *, version: int, created: float) -> Document:
    name = structure["name"]
    pipeline = {**structure, "version": version}
    about = {"name": name, "version": version, "created": created, "updated": codepipeline.now()}
    codepipeline.store.put(KIND, name, about)
    codepipeline.store.put(VERSION, f"{name}/{version}", pipeline, parent=name)
    return pipeline


def named(codepipeline: Service, name: str) -> Document:
    about = codepipeline.store.get(KIND, name)
    if about is None:
        account = codepipeline.settings.account
        raise DeclaredError(
            "PipelineNotFoundException", f"Account '{account}' does not have a pipeline with name '{name}'"
        )
    return about


def get_pipeline(codepipeline: Service, request: Document) -> Document:
    name = request["name"]
    about = named(codepipeline, name)
    version = request.get("version", about["version"])
    pipeline = codepipeline.store.get(VERSION, f"{name}/{version}")
    if pipeline is None:
        raise DeclaredError("PipelineVersionNotFoundException", f"Pipeline '{name}' has no version {version}")
    metadata = {"pipelineArn": codepipeline.arn(name), "created": about["created"], "updated": about["updated"]}
    return {"pipeline": pipeline, "metadata": metadata}


def list_pipelines(codepipeline: Service, request: Document) -> Document:
    chosen, more = page(
        codepipeline.store.all(KIND),
        order=lambda row: [row["name"]],
        size=request.get("maxResults", _PAGE),
        token=request.get("nextToken"),
    )
    return {"pipelines": [_summary(codepipeline, row) for row in chosen], "nextToken": more}


def _summary(codepipeline: Service, row: Document) -> Document:
    pipeline = codepipeline.store.get(VERSION, f"{row['name']}/{row['version']}") or {}
    return {**row, **{member: pipeline.get(member) for member in ("pipelineType", "executionMode")}}


def delete_pipeline(codepipeline: Service, request: Document) -> Document:
    """DeletePipeline of a name that is not there succeeds: the operation declares no PipelineNotFoundException."""
    name = request["name"]
    with codepipeline.store.transaction():
        for pipeline in codepipeline.store.all(VERSION, parent=name):
            codepipeline.store.delete(VERSION, f"{name}/{pipeline['version']}")
        codepipeline.store.delete(KIND, name)
        tags.forget(codepipeline, codepipeline.arn(name))
    return {}


OPERATIONS = {
    "UpdatePipeline": update_pipeline,
    "GetPipeline": get_pipeline,
    "ListPipelines": list_pipelines,
}
