"""What is said of builds that a kill interrupted: they do not survive the process that ran them."""

from __future__ import annotations

import shutil

from sandbox.codebuild.running.record import KIND, Record
from sandbox.codebuild.running.site import TRASH
from sandbox.codebuild.service import CodeBuild

_MESSAGE = "The sandbox stopped while the build was running. Start it again: aws codebuild retry-build --id {id}"


def recover(codebuild: CodeBuild) -> None:
    """Once the port answers: the phase that was under way, and the build, end as FAULT."""
    shutil.rmtree(codebuild.folder / TRASH, ignore_errors=True)
    for build in codebuild.store.all(KIND):
        if build["buildComplete"]:
            continue
        record = Record(codebuild, build)
        if "endTime" in build["phases"][-1]:  # between two phases
            record.enter("FINALIZING")
        record.leave("FAULT", code="INTERNAL_SERVICE_ERROR", message=_MESSAGE.format(id=build["id"]))
        record.complete()
