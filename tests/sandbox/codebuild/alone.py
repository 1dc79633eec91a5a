"""CodeBuild in the test's own process: its roles, bus and S3 are fakes, its builds are real."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from sandbox.codebuild.from_pipeline import PipelineBuilds
from sandbox.codebuild.operations import OPERATIONS
from sandbox.codebuild.service import CodeBuild
from sandbox.containers.runner import Runner
from sandbox.identity import AccessDenied, Credentials
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from sandbox.store import Document
from tests.sandbox.heard import Heard
from tests.sandbox.roles import Roles

ROLE = "arn:aws:iam::000000000000:role/build"


class MemoryS3:
    """The two operations that builds live on."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.requests: list[Document] = []
        self.absent: set[str] = set()

    def get_object(self, *, Bucket: str, Key: str) -> Document:
        if Key in self.absent or (Bucket, Key) not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "gone"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Bucket, Key])}

    def put_object(self, **request: Any) -> None:
        self.requests.append({name: value for name, value in request.items() if name != "Body"})
        self.objects[request["Bucket"], request["Key"]] = request["Body"]


class Alone:
    """The service, and a pipeline's way to it."""

    def __init__(self, home: Path) -> None:
        self.s3, self.heard, self.refused = MemoryS3(), Heard(), set[str]()
        self.asked: list[tuple[str, str]] = []
        self.runner = Runner(fork=False, grace=1.0)
        self.codebuild = CodeBuild(
            settings=SandboxSettings(home=home, port=4566),
            operations=OPERATIONS,
            runner=self.runner,
            repositories=lambda name: home / name,
            around=ServiceContext(emit=self.heard, take_on=Roles(self._client), guard=self._guard),
        )
        self.builds = PipelineBuilds(self.codebuild)

    def _client(self, service: str, _: Credentials) -> Any:
        assert service == "s3"
        return self.s3

    def _guard(self, service: str, operation: str, _: Document) -> None:
        self.asked.append((service, operation))
        if operation in self.refused:
            raise AccessDenied(f"not authorized to perform: {service}:{operation}")

    def project(self, buildspec: str = "buildspec.yml", kind: str = "CODEPIPELINE") -> None:
        environment = {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        }
        request = {
            "name": "pp",
            "source": {"type": kind, "buildspec": buildspec},
            "artifacts": {"type": kind if kind == "CODEPIPELINE" else "NO_ARTIFACTS"},
            "environment": environment,
            "serviceRole": ROLE,
            "logsConfig": {"cloudWatchLogs": {"status": "DISABLED"}},
        }
        self.codebuild.call("CreateProject", request)

    def build(self, build_id: str) -> Document:
        found: Document = self.codebuild.call("BatchGetBuilds", {"ids": [build_id]})["builds"][0]
        return found

    def close(self) -> None:
        self.codebuild.close()
        self.runner.close()
