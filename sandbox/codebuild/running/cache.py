"""cache: folders that one build hands to the next, kept beside the slots (LOCAL) or in S3 (user guide, "Cache builds")."""

from __future__ import annotations

from pathlib import Path

from botocore.exceptions import ClientError

from sandbox import zips
from sandbox.acting import Actor
from sandbox.codebuild.buildspec.spec import BuildSpec, Files
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.globs import chosen
from sandbox.codebuild.running.site import Site
from sandbox.codebuild.service import CodeBuild
from sandbox.containers.members import ArchiveRefused
from sandbox.containers.objects import S3Location
from sandbox.store import Document


def restore(codebuild: CodeBuild, build: Document, actor: Actor, site: Site, spec: BuildSpec) -> None:
    """Nothing there yet is no failure; a cache that is broken is left alone."""
    for number, (path, root) in enumerate(_roots(spec, site)):
        packed = _read(codebuild, build, actor, number) if path else None
        if packed is not None:
            try:
                zips.unpack(packed, root)
            except (ArchiveRefused, FileExistsError):
                continue


def save(codebuild: CodeBuild, build: Document, actor: Actor, site: Site, spec: BuildSpec) -> None:
    for number, (path, root) in enumerate(_roots(spec, site)):
        try:
            found = chosen(Files(patterns=(path,)), root)
        except PhaseFailed:
            continue
        _write(codebuild, build, actor, number, zips.pack(found.items()))


def _roots(spec: BuildSpec, site: Site) -> list[tuple[str, Path]]:
    """Each path below the source, or below HOME (in the images that is /root)."""
    roots = []
    for given in spec.cache_paths:
        home = next((given.removeprefix(p) for p in ("/root/", "~/", f"{site.home}/") if given.startswith(p)), None)
        path = given.removeprefix("./") if home is None else home
        if path.startswith("/"):
            raise PhaseFailed("CLIENT_ERROR", f"cache/paths: {given} is neither in the source nor below /root")
        roots.append((path, site.source if home is None else site.home))
    return roots


def _place(codebuild: CodeBuild, build: Document, number: int) -> Path | S3Location | None:
    cache = build["_project"].get("cache", {})
    name = f"{build['projectName']}/{number}.zip"
    if cache.get("type") == "S3":
        bucket, _, prefix = cache["location"].removeprefix("arn:aws:s3:::").partition("/")
        return S3Location(bucket, "/".join(filter(None, [prefix.strip("/"), name])))
    if cache.get("type") == "LOCAL" and "LOCAL_CUSTOM_CACHE" in cache.get("modes", []):
        return codebuild.folder / "cache" / name
    return None


def _read(codebuild: CodeBuild, build: Document, actor: Actor, number: int) -> bytes | None:
    place = _place(codebuild, build, number)
    if isinstance(place, Path):
        return place.read_bytes() if place.is_file() else None
    if place is None:
        return None
    try:
        return bytes(actor.client("s3").get_object(Bucket=place.bucket, Key=place.key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise PhaseFailed("CLIENT_ERROR", f"cache {place}: {error}") from error


def _write(codebuild: CodeBuild, build: Document, actor: Actor, number: int, packed: bytes) -> None:
    place = _place(codebuild, build, number)
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f"{place.name}.{build['id'].partition(':')[2]}")
        partial.write_bytes(packed)
        partial.replace(place)
    elif place is not None:
        try:
            actor.client("s3").put_object(Bucket=place.bucket, Key=place.key, Body=packed)
        except ClientError as error:
            raise PhaseFailed("CLIENT_ERROR", f"cache {place}: {error}") from error
