"""DOWNLOAD_SOURCE: a build's sources, fetched in the name of its role, and the build specification found among them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from sandbox import zips
from sandbox.acting import Actor
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.site import Site
from sandbox.codebuild.service import CodeBuild
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.objects import S3Location
from sandbox.errors import NotInTheSandbox, ServiceError
from sandbox.store import Document

_GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Fetches the sources of one build."""

    codebuild: CodeBuild
    build: Document
    actor: Actor
    site: Site

    def fetch(self) -> str | None:
        """Place all sources; returns the primary one's resolved version, if it has versions."""
        self.site.source.mkdir(parents=True)
        pipeline = self.build.get("_pipeline")
        if pipeline:
            for name, place in pipeline["sources"].items():
                folder = self.site.source if name == pipeline["primary"] else self.site.source_of(name)
                self._artifact(S3Location(*place), folder, "primary source" if name == pipeline["primary"] else name)
            return str(pipeline["revision"]) or None
        versions = {each["sourceIdentifier"]: each["sourceVersion"] for each in self._member("secondarySourceVersions")}
        for source in self._member("secondarySources"):
            identifier = source["sourceIdentifier"]
            self._one(source, versions.get(identifier, ""), self.site.source_of(identifier), identifier)
        return self._one(self.build["source"], self.build.get("sourceVersion", ""), self.site.source, "primary source")

    def _member(self, name: str) -> list[Document]:
        return self.build.get(name) or []

    def _one(self, source: Document, version: str, folder: Path, called: str) -> str | None:
        if source["type"] == "S3":
            bucket, _, key = source["location"].removeprefix("arn:aws:s3:::").partition("/")
            return self._unzip(S3Location(bucket, key), folder, called, version=version)
        if source["type"] == "CODECOMMIT":
            return self._clone(source, version, folder, called)
        return None

    def _artifact(self, place: S3Location, folder: Path, called: str) -> None:
        """A pipeline's: a zip file, or, of a source action with CODEBUILD_CLONE_REF, the reference of a repository to clone."""
        content, _ = self._downloaded({"Bucket": place.bucket, "Key": place.key}, called)
        reference = _reference(content)
        if reference is None:
            _unpack(content, place, folder, called)
        else:
            self._clone({"location": reference["CloneUrl"]}, reference["CommitId"], folder, called)

    def _unzip(self, place: S3Location, folder: Path, called: str, *, version: str = "") -> str | None:
        if place.key.endswith("/"):
            raise NotInTheSandbox(f"a folder of S3 as {called} ({place}); give a zip file")
        request = {"Bucket": place.bucket, "Key": place.key} | ({"VersionId": version} if version else {})
        content, found = self._downloaded(request, called)
        _unpack(content, place, folder, called)
        return found if found and found != "null" else None

    def _downloaded(self, request: dict[str, str], called: str) -> tuple[bytes, str]:
        """The object, and its version."""
        try:
            answer = self.actor.client("s3").get_object(**request)
            return bytes(answer["Body"].read()), str(answer.get("VersionId") or "")
        except ClientError as error:
            raise PhaseFailed(
                "CLIENT_ERROR", f"error while downloading key {request['Key']}, error: {error} for {called}"
            ) from error

    def _clone(self, source: Document, version: str, folder: Path, called: str) -> str:
        """`git clone` needs codecommit:GitPull (user guide of CodeCommit, "Permissions for Git client commands")."""
        name = source["location"].rstrip("/").rpartition("/")[2]
        settings = self.codebuild.settings
        try:
            self.actor.require("codecommit:GitPull", f"arn:aws:codecommit:{settings.region}:{settings.account}:{name}")
            bare = self.codebuild.repositories(name)
        except ServiceError as error:
            raise PhaseFailed("CLIENT_ERROR", f"{error.message} for {called}") from error
        depth = int(source.get("gitCloneDepth") or 0)
        shallow = [f"--depth={depth}", "--no-single-branch"] if depth and not version else []
        _git("clone", "--quiet", *shallow, bare.as_uri(), str(folder), called=called)
        if version:
            _git("-C", str(folder), "checkout", "--quiet", version.removeprefix("refs/heads/"), "--", called=called)
        _git("-C", str(folder), "remote", "set-url", "origin", source["location"], called=called)
        return _git("-C", str(folder), "rev-parse", "HEAD", called=called).strip()

    def buildspec(self) -> tuple[str, str]:
        """Where it is, and its text."""
        given = self.build["source"].get("buildspec", "")
        if "\n" in given:
            return "inline", given
        if given.startswith("arn:"):
            place = S3Location.parse(given.replace("arn:aws:s3:::", "s3://", 1))
            try:
                answer = self.actor.client("s3").get_object(Bucket=place.bucket, Key=place.key)
            except ClientError as error:
                raise PhaseFailed("YAML_FILE_ERROR", f"{given}: {error}") from error
            return given, bytes(answer["Body"].read()).decode(errors="replace")
        path = (self.site.source / (given or "buildspec.yml")).resolve()
        if not path.is_relative_to(self.site.source.resolve()) or not path.is_file():
            raise PhaseFailed("YAML_FILE_ERROR", f"YAML file does not exist: {given or 'buildspec.yml'}")
        return str(path), path.read_text(errors="replace")


def _unpack(content: bytes, place: S3Location, folder: Path, called: str) -> None:
    try:
        zips.unpack(content, folder)
    except ArchiveRefused as error:
        raise PhaseFailed("CLIENT_ERROR", f"{place}: {error} for {called}") from error


def _reference(content: bytes) -> Document | None:
    """As `sandbox.codepipeline.actions.codecommit` writes it."""
    if not content.startswith(b"{"):
        return None
    try:
        given = json.loads(content)
    except ValueError:
        return None
    return given if isinstance(given, dict) and {"CloneUrl", "CommitId"} <= given.keys() else None


def _git(*arguments: str, called: str) -> str:
    environment = {"PATH": os.environ.get("PATH", os.defpath), **_GIT}
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, env=environment, check=False)  # noqa: S603, S607 (the user's git)
    except FileNotFoundError as error:
        raise PhaseFailed("CLIENT_ERROR", "git is not installed on this machine") from error
    if done.returncode != 0:
        raise PhaseFailed("CLIENT_ERROR", f"{done.stderr.strip()} for {called}")
    return done.stdout
