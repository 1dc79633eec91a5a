"""Source by S3: an object of a bucket with versions (user guide, "Amazon S3 source action reference")."""

from __future__ import annotations

from typing import Any

from sandbox.codepipeline.actions.artifacts import write
from sandbox.codepipeline.actions.contract import ActionFailed, Done, External, Revision, Work


def fetch(work: Work) -> Done:
    bucket, key = work.configuration["S3Bucket"], _key(work)
    s3, output = work.actor.client("s3"), work.output
    if output is None:
        raise ActionFailed("A source action has one output artifact", code="ConfigurationError")
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        raise ActionFailed(
            f"The bucket {bucket} has no versions; a source needs them: aws s3api put-bucket-versioning",
            code="ConfigurationError",
        )
    chosen: dict[str, Any] = {}
    if version := _overrides(work).get("S3_OBJECT_VERSION_ID"):
        chosen["VersionId"] = version
    found = s3.get_object(Bucket=bucket, Key=key, **chosen)
    write(work, output, found["Body"].read(), found.get("ContentType", "application/zip"))
    version, tag = found["VersionId"], found["ETag"].strip('"')
    summary = f"Amazon S3 version id: {version}"
    return Done(
        variables={"BucketName": bucket, "ETag": tag, "ObjectKey": key, "VersionId": version},
        summary=summary,
        external=External(id=version),
        revision=Revision(id=version, summary=summary, created=found["LastModified"].timestamp()),
    )


def _key(work: Work) -> str:
    """An execution may be started with another key, if the action says so (AllowOverrideForS3ObjectKey)."""
    other = _overrides(work).get("S3_OBJECT_KEY")
    if other is None:
        return work.configuration["S3ObjectKey"]
    if work.configuration.get("AllowOverrideForS3ObjectKey", "false") != "true":
        raise ActionFailed(
            "S3_OBJECT_KEY was given, but AllowOverrideForS3ObjectKey is not true", code="ConfigurationError"
        )
    return other


def _overrides(work: Work) -> dict[str, str]:
    chosen: dict[str, str] = work.execution["_overrides"].get(work.action["name"], {})
    return chosen
