"""What CodePipeline hands over: the job, and in its UserParameters which change set is looked at, and for which version.

https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html (JSON event example)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .refusal import Refusal


@dataclass(frozen=True)
class Question:
    """`digests` are those that the build has exported: name=sha256, parted by commas."""

    change_set: str
    version: str
    digests: Mapping[str, str]


def job_id(event: Mapping[str, Any]) -> str:
    return str(event["CodePipeline.job"]["id"])


def question(event: Mapping[str, Any]) -> Question:
    text = event["CodePipeline.job"]["data"]["actionConfiguration"]["configuration"].get("UserParameters", "")
    try:
        given = json.loads(text)
        return Question(
            change_set=str(given["ChangeSetName"]),
            version=str(given["ModelPackageArn"]),
            digests=dict(pair.split("=", 1) for pair in given["Digests"].split(",")),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refusal(
            f"The action's UserParameters are {text[:300]!r}, and not ChangeSetName, ModelPackageArn and Digests with "
            "name=sha256 for each file. Is buildspec.yml of model-deploy older than infra? Push the new one."
        ) from error
