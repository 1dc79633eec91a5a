"""What a delivered repository installs when it is built: what its bill of materials names, and no archive of another hash."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from infra import ROOT
from infra.parts.seed import REPOSITORIES, seed_files
from tests.conftest import ClientOf
from tests.iam_roles import role

BILL, INSTALLER = "sbom.cdx.json", "requirements-installer.txt"
NAME = "installed-packages"
PATIENCE = 300.0  # seconds that a build may take on a busy machine
# Runs inside the build, over what was installed there beside what its image brings.
LOOK = """
import json, re, sysconfig
from importlib.metadata import distributions
from pathlib import Path


def test_what_is_installed_is_what_the_bill_names() -> None:
    components = json.loads(Path("sbom.cdx.json").read_text())["components"]
    named = {(each["name"], each["version"]) for each in components}
    installed = distributions(path=[sysconfig.get_path("purelib")])
    found = {(re.sub(r"[-_.]+", "-", each.name).lower(), each.version) for each in installed}
    assert {"pytest", "uv"} <= {name for name, _ in found}
    assert {each for each in found if each[0] != "pip"} <= named
"""


@pytest.fixture(scope="module")
def bucket(client: ClientOf) -> str:
    client("s3").create_bucket(Bucket=NAME)
    return NAME


def _build(client: ClientOf, bucket: str, repository: str, edits: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """How each phase of a build of the seed ended, and what the build told; its own tests run elsewhere, its module is Python's."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in seed_files(repository, stages=("staging", "prod")).items():
            if not name.startswith("tests/") and name not in edits:
                archive.write(path, name)
        for name, text in edits.items():
            archive.writestr(name, text)
    client("s3").put_object(Bucket=bucket, Key=f"{repository}.zip", Body=packed.getvalue())
    variables = {"BUILD_MODULE": "this", "BUILD_ARGUMENTS": "", "REPORT_URI": f"s3://{bucket}/reports/{repository}"}
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
        "environmentVariables": [{"name": name, "value": value} for name, value in variables.items()],
    }
    codebuild = client("codebuild")
    project = f"{NAME}-{repository}-{len(edits)}"
    codebuild.create_project(
        name=project,
        source={"type": "S3", "location": f"{bucket}/{repository}.zip"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment=environment,
        serviceRole=role(client, NAME, service="codebuild"),
    )
    built = _ended(codebuild, codebuild.start_build(projectName=project)["build"]["id"])
    place = {"logGroupName": built["logs"]["groupName"], "logStreamName": built["logs"]["streamName"]}
    events = client("logs").get_log_events(**place, startFromHead=True)["events"]
    phases = {phase["phaseType"]: phase.get("phaseStatus", "") for phase in built["phases"]}
    return phases, "\n".join(event["message"] for event in events)


def _ended(codebuild: Any, build: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found: dict[str, Any] = codebuild.batch_get_builds(ids=[build])["builds"][0]
        if found["buildComplete"]:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{build} has not ended: {found}")


@pytest.mark.parametrize("repository", REPOSITORIES)
def test_a_build_installs_what_its_bill_names_and_leaves_it(client: ClientOf, bucket: str, repository: str) -> None:
    phases, told = _build(client, bucket, repository, {"tests/test_installed.py": LOOK})
    assert [phases[one] for one in ("INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD")] == ["SUCCEEDED"] * 4, told
    left = client("s3").get_object(Bucket=bucket, Key=f"reports/{repository}/{BILL}")["Body"].read()
    assert json.loads(left) == json.loads((ROOT / repository / BILL).read_text())


def test_an_installer_of_other_bytes_than_those_of_the_lock_is_refused(client: ClientOf, bucket: str) -> None:
    text = (ROOT / "model-deploy" / INSTALLER).read_text()
    altered = re.sub(r"sha256:\w{8}", "sha256:00000000", text)
    phases, told = _build(client, bucket, "model-deploy", {"tests/test_installed.py": LOOK, INSTALLER: altered})
    assert phases["INSTALL"] == "FAILED"
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in told


def test_a_package_that_has_no_hash_is_refused_by_name(client: ClientOf, bucket: str) -> None:
    more = (ROOT / "model-deploy" / "requirements.txt").read_text() + "six==1.17.0\n"
    edits = {"tests/test_installed.py": LOOK, "requirements.txt": more, "tests/__init__.py": '"""Tests."""\n'}
    phases, told = _build(client, bucket, "model-deploy", edits)
    assert phases["INSTALL"] == "FAILED"
    assert re.search(r"hash.*six==1\.17\.0", told)
