"""Builds for CodePipeline: its artifacts in and out, in the name of the project's role."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sandbox.codebuild.running.recovery import recover
from sandbox.containers.objects import S3Location
from sandbox.errors import ServiceError
from sandbox.identity import AccessDenied
from sandbox.store import Document
from tests.sandbox.codebuild.alone import Alone

SPEC = """\
version: 0.2
env: {exported-variables: [SEEN]}
phases:
  build:
    commands:
      - export SEEN="$(cat one.txt) $(cat "$CODEBUILD_SRC_DIR_Second/two.txt")"
      - export SEEN="$SEEN $CODEBUILD_INITIATOR $CODEBUILD_RESOLVED_SOURCE_VERSION"
artifacts:
  files: [one.txt]
  secondary-artifacts: {Extra: {files: [buildspec.yml]}}
"""


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Alone]:
    made = Alone(tmp_path)
    yield made
    made.close()


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def start(alone: Alone, *, outputs: tuple[str, ...] = (), primary: str = "First", spec: str = SPEC) -> str:
    alone.s3.objects["b", "first.zip"] = zipped({"buildspec.yml": spec, "one.txt": "1"})
    alone.s3.objects["b", "second.zip"] = zipped({"two.txt": "2"})
    return alone.builds.start_for_pipeline(
        {"projectName": "pp"},
        sources={"First": S3Location("b", "first.zip"), "Second": S3Location("b", "second.zip")},
        primary=primary,
        outputs={name: S3Location("b", f"out/{name}") for name in outputs},
        initiator="codepipeline/pipe",
        execution_id="e",
        encryption_key="arn:aws:kms:us-east-1:000000000000:key/k",
        revision="c0ffee",
    )


def ended(alone: Alone, build_id: str) -> Document:
    alone.builds.wait_for_build(build_id)
    return alone.build(build_id)


def names(alone: Alone, key: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(alone.s3.objects["b", key])) as archive:
        return archive.namelist()


def test_a_pipelines_artifacts_come_in_and_go_out(alone: Alone) -> None:
    alone.project()
    build = ended(alone, start(alone, outputs=("Built", "Extra")))
    assert build["buildStatus"] == "SUCCEEDED", build
    assert build["exportedEnvironmentVariables"] == [{"name": "SEEN", "value": "1 2 codepipeline/pipe c0ffee"}]
    assert (names(alone, "out/Built"), names(alone, "out/Extra")) == (["one.txt"], ["buildspec.yml"])
    assert {request["SSEKMSKeyId"] for request in alone.s3.requests} == {"arn:aws:kms:us-east-1:000000000000:key/k"}
    assert (build["initiator"], build["sourceVersion"]) == ("codepipeline/pipe", "arn:aws:s3:::b/first.zip")
    assert build["artifacts"]["location"] == "arn:aws:s3:::b/out/Built"
    assert build["secondaryArtifacts"][0]["artifactIdentifier"] == "Extra"


def test_an_output_that_the_buildspec_does_not_make_fails_the_build(alone: Alone) -> None:
    alone.project()
    build = ended(alone, start(alone, outputs=("Built", "Other")))
    failed = next(phase for phase in build["phases"] if phase["phaseType"] == "UPLOAD_ARTIFACTS")
    assert "the buildspec has no artifacts (for the output Other)" in failed["contexts"][0]["message"]


def test_without_an_artifacts_section_a_build_succeeds_and_puts_nothing_out(alone: Alone) -> None:
    alone.project()
    build = ended(alone, start(alone, outputs=("Built",), spec=SPEC.partition("artifacts:")[0]))
    assert build["buildStatus"] == "SUCCEEDED", build
    assert ("b", "out/Built") not in alone.s3.objects


PATHS = """\
version: 0.2
env: {variables: {KEPT: one.txt}}
phases:
  build:
    commands:
      - export MADE=made OUT="$CODEBUILD_SRC_DIR/out"
      - mkdir -p "$OUT/deep" && echo x > "$OUT/deep/$MADE.txt" && echo x > "$OUT/deep/left.txt" && echo x > report.xml
artifacts:
  files: ["**/*"]
  base-directory: $OUT
  exclude-paths: ["deep/${NO_SUCH}left.txt"]
  secondary-artifacts:
    Extra: {files: ["$CODEBUILD_SRC_DIR/${KEPT}"]}
    Other: {files: ["*.txt"], base-directory: $CODEBUILD_SRC_DIR_Second}
"""


def test_variables_in_paths_are_those_that_the_commands_left(alone: Alone) -> None:
    """Of the build specification, of its commands, of CodeBuild; in every path, of another source, too."""
    alone.project()
    build = ended(alone, start(alone, outputs=("Built", "Extra", "Other"), spec=PATHS))
    assert build["buildStatus"] == "SUCCEEDED", build
    assert names(alone, "out/Built") == ["deep/made.txt"]
    assert (names(alone, "out/Extra"), names(alone, "out/Other")) == (["one.txt"], ["two.txt"])


def test_it_is_asked_for_as_startbuild(alone: Alone) -> None:
    alone.project()
    alone.refused.add("StartBuild")
    with pytest.raises(AccessDenied):
        start(alone)
    assert alone.asked[-1] == ("codebuild", "StartBuild")
    assert alone.codebuild.call("ListBuilds", {})["ids"] == []


@pytest.mark.parametrize(
    ("kind", "primary", "sentence"),
    [("CODEPIPELINE", "Third", "primary source 'Third'"), ("NO_SOURCE", "First", "not have its source")],
)
def test_what_does_not_go_together_is_refused(alone: Alone, kind: str, primary: str, sentence: str) -> None:
    alone.project(SPEC if kind == "NO_SOURCE" else "buildspec.yml", kind)
    with pytest.raises(ServiceError, match=sentence):
        start(alone, primary=primary)


def test_a_source_that_is_gone_fails_the_build_and_names_it(alone: Alone) -> None:
    alone.project()
    alone.s3.absent.add("first.zip")
    build = ended(alone, start(alone))
    failed = next(phase for phase in build["phases"] if phase["phaseType"] == "DOWNLOAD_SOURCE")
    assert "error while downloading key first.zip" in failed["contexts"][0]["message"]


def test_a_build_that_a_kill_interrupted_is_told_as_such(alone: Alone) -> None:
    alone.project("version: 0.2\nphases: {build: {commands: [sleep 600]}}\n", "NO_SOURCE")
    build = alone.codebuild.call("StartBuild", {"projectName": "pp"})["build"]
    alone.codebuild.store.wait(
        "build", build["id"], until=lambda b: bool(b and b["currentPhase"] == "BUILD"), timeout=20
    )
    stored = alone.codebuild.store.get("build", build["id"])
    alone.codebuild.stop(build["id"])
    ended(alone, build["id"])
    assert stored is not None
    alone.codebuild.store.put("build", build["id"], stored, parent="pp")  # what a kill would have left
    recover(alone.codebuild)
    found = alone.build(build["id"])
    assert (found["buildStatus"], found["buildComplete"], found["currentPhase"]) == ("FAULT", True, "COMPLETED")
    phase = next(each for each in found["phases"] if each["phaseType"] == "BUILD")
    assert phase["phaseStatus"] == "FAULT"
    assert f"aws codebuild retry-build --id {build['id']}" in phase["contexts"][0]["message"]


def test_a_sandbox_that_goes_down_ends_its_builds(tmp_path: Path) -> None:
    alone = Alone(tmp_path)
    alone.project("version: 0.2\nphases: {build: {commands: [sleep 600]}}\n", "NO_SOURCE")
    build = alone.codebuild.call("StartBuild", {"projectName": "pp"})["build"]
    alone.codebuild.store.wait(
        "build", build["id"], until=lambda b: bool(b and b["currentPhase"] == "BUILD"), timeout=20
    )
    alone.close()
    again = Alone(tmp_path)
    found = again.build(build["id"])
    again.close()
    assert (found["buildStatus"], found["buildComplete"]) == ("FAULT", True)
