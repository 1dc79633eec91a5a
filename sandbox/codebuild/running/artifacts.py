"""UPLOAD_ARTIFACTS: what a build leaves, to S3 in the name of its role (API_ProjectArtifacts)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from sandbox import zips
from sandbox.acting import Actor
from sandbox.codebuild.buildspec.spec import BuildSpec, Files
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.globs import chosen
from sandbox.codebuild.running.site import Site
from sandbox.containers.objects import S3Location
from sandbox.store import Document


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """Of one build."""

    build: Document
    actor: Actor
    site: Site
    spec: BuildSpec

    def upload(self) -> Document:
        """The build's members that tell of them. Raises PhaseFailed with CLIENT_ERROR."""
        if self.build.get("_pipeline"):
            return self._for_the_pipeline(self.build["_pipeline"])
        primary = self.build["_project"]["artifacts"]
        told: Document = {}
        if primary["type"] == "S3":
            told["artifacts"] = self._to_s3(primary, self._declared(self.spec.artifacts, "artifacts"))
        secondary = []
        for artifact in self.build["_project"].get("secondaryArtifacts") or []:
            name = artifact["artifactIdentifier"]
            files = self._declared(self.spec.secondary_artifacts.get(name), f"artifacts/secondary-artifacts/{name}")
            secondary.append({**self._to_s3(artifact, files), "artifactIdentifier": name})
        return told | ({"secondaryArtifacts": secondary} if secondary else {})

    def _for_the_pipeline(self, pipeline: Document) -> Document:
        """One output is the primary artifact, unless the build specification names it; of several, each is named there.

        With no artifacts section at all nothing is put out, and the action succeeds: so is the build of AWS's own template for
        SageMaker Projects, whose pipeline declares an output that nobody takes.
        """
        if self.spec.artifacts is None and not self.spec.secondary_artifacts:
            return {}
        told: Document = {}
        secondary = []
        for position, (name, place) in enumerate(pipeline["outputs"].items()):
            named = self.spec.secondary_artifacts.get(name)
            files = named or (self.spec.artifacts if position == 0 else None)
            content = zips.pack(self._chosen(self._declared(files, f"artifacts (for the output {name})")).items())
            key = pipeline.get("encryptionKey") or self.build["encryptionKey"]
            answer = self._put(S3Location(*place), content, key=key)
            if position == 0:
                told["artifacts"] = answer
            else:
                secondary.append({**answer, "artifactIdentifier": name})
        return told | ({"secondaryArtifacts": secondary} if secondary else {})

    def _chosen(self, files: Files) -> dict[str, Path]:
        return chosen(files, self.site.source, within=self.site.root)

    def _declared(self, files: Files | None, where: str) -> Files:
        if files is None:
            raise PhaseFailed("CLIENT_ERROR", f"no matching artifact paths found: the buildspec has no {where}")
        return files

    def _to_s3(self, artifact: Document, files: Files) -> Document:
        name = artifact.get("name") or self.build["projectName"]
        if artifact.get("overrideArtifactName") and files.name:
            name = files.name
        folder = [artifact.get("path", "").strip("/")]
        if artifact.get("namespaceType") == "BUILD_ID":
            folder.append(self.build["id"].partition(":")[2])
        root = S3Location(artifact["location"].removeprefix("arn:aws:s3:::"), "/".join(filter(None, folder)))
        key = "" if artifact.get("encryptionDisabled") else self.build["encryptionKey"]
        found = self._chosen(files)
        if artifact.get("packaging") == "ZIP":
            return self._put(root.child(name), zips.pack(found.items()), key=key)
        target = root if name == "/" else root.child(name)
        for each, path in found.items():
            self._put(target.child(each), path.read_bytes(), key=key)
        return {"location": f"arn:aws:s3:::{target.bucket}/{target.key}", "encryptionDisabled": not key}

    def _put(self, place: S3Location, content: bytes, *, key: str) -> Document:
        encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        try:
            self.actor.client("s3").put_object(Bucket=place.bucket, Key=place.key, Body=content, **encrypted)
        except ClientError as error:
            raise PhaseFailed("CLIENT_ERROR", f"Error in UPLOAD_ARTIFACTS phase: {place}: {error}") from error
        return {
            "location": f"arn:aws:s3:::{place.bucket}/{place.key}",
            "sha256sum": hashlib.sha256(content).hexdigest(),
            "md5sum": hashlib.md5(content, usedforsecurity=False).hexdigest(),
            "encryptionDisabled": not key,
        }
