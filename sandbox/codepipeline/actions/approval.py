"""Approval by a person: the request is published, and the action waits for `PutApprovalResult`.

User guide, "Manual approval action reference" and "JSON data format for manual approval notifications".
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sandbox.codepipeline.actions.contract import Awaited, Work
from sandbox.store import Document


def ask(work: Work) -> Awaited:
    topic = work.configuration.get("NotificationArn")
    if topic:
        subject = f"APPROVAL NEEDED: AWS CodePipeline {work.pipeline['name']} for action {work.action['name']}"
        work.actor.client("sns").publish(TopicArn=topic, Subject=subject[:100], Message=json.dumps(message(work)))
    return Awaited()


def message(work: Work) -> Document:
    name, region, token = work.pipeline["name"], work.settings.region, work.record["_token"]
    console = f"https://console.aws.amazon.com/codepipeline/home?region={region}#/view/{name}"
    expires = datetime.fromtimestamp(work.record["_expires"], UTC).strftime("%Y-%m-%dT%H:%MZ")
    return {
        "region": region,
        "consoleLink": console,
        "approval": {
            "pipelineName": name,
            "stageName": work.stage,
            "actionName": work.action["name"],
            "token": token,
            "expires": expires,
            "externalEntityLink": work.configuration.get("ExternalEntityLink"),
            "approvalReviewLink": f"{console}/{work.stage}/{work.action['name']}/approve/{token}",
            "customData": work.configuration.get("CustomData"),
        },
    }
