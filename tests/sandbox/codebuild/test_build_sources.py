"""What a build works on and what it leaves: S3, CodeCommit, a pipeline's artifacts; all of it read and written by its role."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import ClientOf
from tests.sandbox.codebuild.conftest import ALL, Builder, Built

SPEC = """\
version: 0.2
phases: {build: {commands: ["mkdir out", "cp given.txt out/made.txt"]}}
artifacts: {files: ["**/*"], base-directory: out}
"""


def zipped(files: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def from_s3(builder: Builder, client: ClientOf, bucket: str, files: Mapping[str, str], **members: Any) -> Built:
    client("s3").put_object(Bucket=bucket, Key="source.zip", Body=zipped(files))
    return builder.start(builder.project(source={"type": "S3", "location": f"{bucket}/source.zip"}, **members))


def test_a_zip_from_s3_becomes_a_zip_in_s3(builder: Builder, client: ClientOf, bucket: str) -> None:
    artifacts = {"type": "S3", "location": bucket, "path": "built", "name": "it.zip", "packaging": "ZIP"}
    built = from_s3(builder, client, bucket, {"buildspec.yml": SPEC, "given.txt": "text"}, artifacts=artifacts)
    assert built.status == "SUCCEEDED", built.lines
    content = client("s3").get_object(Bucket=bucket, Key="built/it.zip")["Body"].read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {"made.txt": b"text"}
    assert built.build["artifacts"]["location"] == f"arn:aws:s3:::{bucket}/built/it.zip"
    assert built.build["artifacts"]["sha256sum"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("kind", ["turned", "cut off", "a file and a folder"])
def test_a_corrupt_source_fails_its_build_with_the_reason(
    builder: Builder, client: ClientOf, bucket: str, kind: str
) -> None:
    whole = zipped({"buildspec.yml": SPEC, "given.txt": "text" * 400})
    at = whole.index(b"given.txt") + 40
    packed = {
        "turned": whole[:at] + b"\xff\xff" + whole[at + 2 :],
        "cut off": whole[: len(whole) // 2],
        "a file and a folder": zipped({"buildspec.yml": SPEC, "a": "1", "a/b": "2"}),
    }[kind]
    client("s3").put_object(Bucket=bucket, Key="source.zip", Body=packed)
    built = builder.start(builder.project(source={"type": "S3", "location": f"{bucket}/source.zip"}))
    assert built.status == "FAILED"
    context = built.context("DOWNLOAD_SOURCE")
    assert context["statusCode"] == "CLIENT_ERROR"
    assert "zip file" in context["message"] or "comes twice, or is both" in context["message"]
    assert "Traceback" not in context["message"]


def test_artifacts_can_be_files_below_the_builds_id(builder: Builder, client: ClientOf, bucket: str) -> None:
    artifacts = {"type": "S3", "location": bucket, "namespaceType": "BUILD_ID", "name": "files"}
    built = from_s3(builder, client, bucket, {"buildspec.yml": SPEC, "given.txt": "text"}, artifacts=artifacts)
    identity = built.build["id"].partition(":")[2]
    assert client("s3").get_object(Bucket=bucket, Key=f"{identity}/files/made.txt")["Body"].read() == b"text"


def test_an_artifacts_name_is_calculated_by_the_builds_shell(builder: Builder, client: ClientOf, bucket: str) -> None:
    """User guide, "artifacts/name", and "overrideArtifactName" of a project."""
    spec = SPEC.replace("commands: [", 'commands: ["export WHO=us", ').replace(
        "base-directory", "name: 'for-$WHO-$(echo 1)', base-directory"
    )
    artifacts = {"type": "S3", "location": bucket, "name": "other", "overrideArtifactName": True, "packaging": "ZIP"}
    built = from_s3(builder, client, bucket, {"buildspec.yml": spec, "given.txt": "text"}, artifacts=artifacts)
    assert built.build["artifacts"]["location"] == f"arn:aws:s3:::{bucket}/for-us-1"


def test_artifacts_that_are_not_there_fail_the_upload(builder: Builder, client: ClientOf, bucket: str) -> None:
    spec = SPEC.replace('"**/*"', "absent")
    artifacts = {"type": "S3", "location": bucket, "name": "x"}
    built = from_s3(builder, client, bucket, {"buildspec.yml": spec, "given.txt": ""}, artifacts=artifacts)
    assert built.context("UPLOAD_ARTIFACTS") == {
        "statusCode": "CLIENT_ERROR",
        "message": "no matching artifact paths found",
    }


@pytest.mark.parametrize(
    ("action", "phase"), [("s3:GetObject", "DOWNLOAD_SOURCE"), ("s3:PutObject", "UPLOAD_ARTIFACTS")]
)
def test_s3_is_reached_by_the_role_alone(
    builder: Builder, client: ClientOf, bucket: str, action: str, phase: str
) -> None:
    statements = [*ALL, {"Effect": "Deny", "Action": action, "Resource": "*"}]
    artifacts = {"type": "S3", "location": bucket, "name": "x"}
    files = {"buildspec.yml": SPEC, "given.txt": ""}
    built = from_s3(builder, client, bucket, files, artifacts=artifacts, statements=statements)
    assert built.context(phase)["statusCode"] == "CLIENT_ERROR"
    assert "AccessDenied" in built.context(phase)["message"]


def test_a_source_without_buildspec_says_so(builder: Builder, client: ClientOf, bucket: str) -> None:
    built = from_s3(builder, client, bucket, {"given.txt": ""})
    assert built.context("DOWNLOAD_SOURCE") == {
        "statusCode": "YAML_FILE_ERROR",
        "message": "YAML file does not exist: buildspec.yml",
    }


def test_a_branch_of_codecommit_is_cloned_at_its_commit(builder: Builder, client: ClientOf) -> None:
    codecommit, name = client("codecommit"), f"repository-{uuid.uuid4().hex[:8]}"
    url = codecommit.create_repository(repositoryName=name)["repositoryMetadata"]["cloneUrlHttp"]
    spec = (
        "version: 0.2\nphases: {build: {commands: [git rev-parse HEAD, 'echo $CODEBUILD_RESOLVED_SOURCE_VERSION']}}\n"
    )
    put = {"repositoryName": name, "branchName": "main", "filePath": "buildspec.yml"}
    commit = codecommit.put_file(**put, fileContent=spec.encode())["commitId"]
    source = {"type": "CODECOMMIT", "location": url}
    built = builder.start(builder.project(source=source), sourceVersion="main")
    assert built.output == [commit, commit]
    assert built.build["resolvedSourceVersion"] == commit
    denied = [*ALL, {"Effect": "Deny", "Action": "codecommit:GitPull", "Resource": "*"}]
    refused = builder.start(builder.project(source=source, statements=denied))
    assert "codecommit:GitPull" in refused.context("DOWNLOAD_SOURCE")["message"]


def test_parameters_and_secrets_are_read_by_the_role(builder: Builder, client: ClientOf) -> None:
    name = f"/build/{uuid.uuid4().hex}"
    client("ssm").put_parameter(Name=name, Value="from-ssm", Type="SecureString")
    client("secretsmanager").create_secret(Name=name, SecretString='{"key": "from-secrets"}')
    spec = (
        f'version: 0.2\nenv:\n  parameter-store: {{P: {name}}}\n  secrets-manager: {{S: "{name}:key"}}\n'
        "phases: {build: {commands: ['echo $P $S']}}\n"
    )
    assert builder.run(spec).output == ["from-ssm from-secrets"]
    absent = builder.run(spec.replace(f"P: {name}", "P: /absent"))
    assert absent.context("DOWNLOAD_SOURCE")["message"] == "parameter does not exist: /absent"
    denied = builder.run(spec, statements=[*ALL, {"Effect": "Deny", "Action": "ssm:GetParameters", "Resource": "*"}])
    assert "ssm:GetParameters" in denied.context("DOWNLOAD_SOURCE")["message"]
