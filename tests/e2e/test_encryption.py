"""All that the loop has brought about is under the project's key: data, code, artifacts, models, reports, captured requests."""

from __future__ import annotations

from tests.e2e.project import NAMES, Project, eventually

FOLDERS = {"code", "data-capture", "reports", NAMES.sagemaker_pipeline}


def test_every_object_of_the_project_is_encrypted_with_its_key(project: Project) -> None:
    s3, kms = project.client("s3"), project.client("kms")
    key = kms.describe_key(KeyId=f"alias/{NAMES.project}")["KeyMetadata"]["Arn"]
    buckets = [project.bucket("data"), project.bucket("artifacts")]

    def objects() -> list[tuple[str, str]]:
        pages = (
            (bucket, page) for bucket in buckets for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        )
        return [(bucket, each["Key"]) for bucket, page in pages for each in page.get("Contents", [])]

    eventually(lambda: {name.partition("/")[0] for _, name in objects()} >= FOLDERS, "something in each folder")
    found = {(bucket, name): s3.head_object(Bucket=bucket, Key=name).get("SSEKMSKeyId") for bucket, name in objects()}
    assert {place: used for place, used in found.items() if used != key} == {}
