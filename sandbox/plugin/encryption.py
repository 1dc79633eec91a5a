"""Which KMS keys ministack's buckets, objects, topics and queues are encrypted with."""

from __future__ import annotations

from collections.abc import Mapping

_KEY = "x-amz-server-side-encryption-aws-kms-key-id"


class MinistackKeys:
    """See `sandbox.iam.encryption.Keys`."""

    def of_bucket(self, bucket: str) -> str | None:
        from ministack.services import s3  # noqa: PLC0415 (only after `configure`)

        return self._of_headers(s3._bucket_default_sse_headers(bucket))

    def of_object(self, bucket: str, key: str, version: str | None) -> str | None:
        from ministack.services import s3  # noqa: PLC0415

        versions = s3._object_versions.get((bucket, key)) or []
        record = next((each for each in versions if version and each["version_id"] == version), None)
        record = record or (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
        return self._of_headers(s3._stored_sse_headers(record)) if record else None

    def of_topic(self, arn: str) -> str | None:
        from ministack.services import sns  # noqa: PLC0415

        return self._of_attributes(sns._topic_by_arn_any_scope(arn))

    def of_queue(self, url: str) -> str | None:
        from ministack.services import sqs  # noqa: PLC0415

        name = url.rstrip("/").rpartition("/")[2]
        return self._of_attributes(sqs._queues.get(sqs._queue_name_to_url.get(name, "")))

    def arn_of(self, named: str) -> str | None:
        from ministack.services import kms  # noqa: PLC0415

        if "alias/aws/" in named:
            return None
        known = kms._resolve_key(named)
        return str(known["Arn"]) if known else named

    def _of_headers(self, headers: Mapping[str, str]) -> str | None:
        named = headers.get(_KEY)
        return self.arn_of(named) if named else None

    def _of_attributes(self, holder: Mapping[str, Mapping[str, str]] | None) -> str | None:
        named = holder["attributes"].get("KmsMasterKeyId") if holder else None
        return self.arn_of(named) if named else None
