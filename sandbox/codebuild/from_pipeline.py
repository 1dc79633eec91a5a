"""A build for CodePipeline: StartBuild with the pipeline's artifacts, which the API itself cannot carry."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.codebuild.projects import named
from sandbox.codebuild.running.record import KIND
from sandbox.codebuild.service import CodeBuild
from sandbox.codebuild.starting import start
from sandbox.containers.objects import S3Location
from sandbox.errors import DeclaredError
from sandbox.service import service_model
from sandbox.store import Document
from sandbox.validation import check


@dataclass(frozen=True)
class PipelineBuilds:
    """CodeBuild, as an action of a pipeline needs it."""

    codebuild: CodeBuild

    def start_for_pipeline(  # noqa: PLR0913 (what one action hands over)
        self,
        request: Document,
        *,
        sources: Mapping[str, S3Location],
        primary: str,
        outputs: Mapping[str, S3Location],
        initiator: str,
        execution_id: str,
        encryption_key: str | None,
        revision: str = "",
    ) -> str:
        """The id of the build; `request` is one of StartBuild, and is allowed or refused as one (`sandbox.caller`).

        The project's role reads `sources` (`primary` is the one in CODEBUILD_SRC_DIR) and writes `outputs`: the first is the
        build specification's artifacts, unless a secondary artifact has its name. `revision` is the commit that the pipeline
        resolved for the primary source: CODEBUILD_RESOLVED_SOURCE_VERSION.
        """
        shape = service_model("codebuild").operation_model("StartBuild").input_shape
        if shape is not None:
            check(request, shape)
        self.codebuild.around.guard("codebuild", "StartBuild", request)
        project = named(self.codebuild, request["projectName"])
        if project["source"]["type"] != "CODEPIPELINE":
            raise _invalid(f"The project {project['name']} does not have its source from CodePipeline")
        if primary not in sources:
            raise _invalid(f"The primary source {primary!r} is not among the input artifacts")
        pipeline: Document = {
            "sources": {name: [place.bucket, place.key] for name, place in sources.items()},
            "primary": primary,
            "outputs": {name: [place.bucket, place.key] for name, place in outputs.items()},
            "initiator": initiator,
            "executionId": execution_id,
            "encryptionKey": encryption_key,
            "revision": revision,
        }
        return str(start(self.codebuild, request, pipeline=pipeline)["id"])

    def wait_for_build(self, build_id: str) -> None:
        """Until it is complete, or deleted."""
        self.codebuild.store.wait(KIND, build_id, until=_is_over, timeout=threading.TIMEOUT_MAX)


def _is_over(build: Document | None) -> bool:
    return build is None or bool(build["buildComplete"])


def _invalid(message: str) -> DeclaredError:
    return DeclaredError("InvalidInputException", message)
