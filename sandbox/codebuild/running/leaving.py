"""UPLOAD_ARTIFACTS: what a build leaves behind, artifacts first, then reports and cache."""

from __future__ import annotations

from sandbox.acting import Actor
from sandbox.codebuild.reports.generating import generate
from sandbox.codebuild.running.artifacts import Artifacts
from sandbox.codebuild.running.cache import save
from sandbox.codebuild.running.expansion import as_the_build_ended
from sandbox.codebuild.running.preparing import Workplace
from sandbox.codebuild.running.record import Record
from sandbox.codebuild.service import CodeBuild


def leave_results(codebuild: CodeBuild, record: Record, actor: Actor, work: Workplace) -> None:
    """Reports come also when the artifacts are not there: tests that failed are why one reads them."""
    spec = as_the_build_ended(work)
    try:
        arns = generate(codebuild, record.build, actor, spec.reports, work.site)
        if arns:
            record.note({"reportArns": arns})
    finally:
        uploaded = Artifacts(build=record.build, actor=actor, site=work.site, spec=spec).upload()
        record.note(uploaded)
    save(codebuild, record.build, actor, work.site, spec)
