"""Invoke by Lambda: a function is called with the job, and says itself how it ended (PutJobSuccessResult, PutJobFailureResult).

User guide, "AWS Lambda invoke action reference" and "Invoke an AWS Lambda function in a pipeline". The function has 20 minutes for
an answer; one with a continuation token has it called again, and gives it 20 minutes more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sandbox.codepipeline.actions.contract import ActionFailed, Awaited, Work
from sandbox.containers.objects import S3Location
from sandbox.store import Document

RETRY_SECONDS = 15.0  # until a function that asked for it is called again
_ANSWER_SECONDS = 20 * 60.0  # user guide, "Quotas": Lambda invoke action
_LONGEST_SECONDS = 24 * 3600.0


def invoke(work: Work) -> Awaited:
    now = work.clock.now()
    first = work.record.get("_first", now)
    if now - first > _LONGEST_SECONDS:
        raise ActionFailed("The function asked for more time for over 24 hours")
    work.note({"_first": first, "_expires": min(now + _ANSWER_SECONDS, first + _LONGEST_SECONDS)})
    payload = json.dumps({"CodePipeline.job": job(work)}).encode()
    name = work.configuration["FunctionName"]
    work.actor.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    return Awaited()


def job(work: Work) -> Document:
    credentials = work.actor.credentials
    data: Document = {
        "actionConfiguration": {"configuration": dict(work.configuration)},
        "inputArtifacts": _artifacts(work.inputs),
        "outputArtifacts": _artifacts(work.outputs),
        "artifactCredentials": {
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key,
            "sessionToken": credentials.session_token,
        },
    }
    if "_continuation" in work.record:
        data["continuationToken"] = work.record["_continuation"]
    if work.encryption_key:
        data["encryptionKey"] = {"id": work.encryption_key, "type": "KMS"}
    return {"id": work.id, "accountId": work.settings.account, "data": data}


def _artifacts(places: Mapping[str, S3Location]) -> list[Document]:
    return [
        {
            "name": name,
            "revision": None,
            "location": {"type": "S3", "s3Location": {"bucketName": place.bucket, "objectKey": place.key}},
        }
        for name, place in places.items()
    ]
