"""First stage: the version that goes out when nobody named one. The function that follows the registry's decisions tells it.

Which version was approved last is one rule, and it lives in that function: an approval is answered by it, and a push, which
names no version, asks it here. A rule of one's own at this place would sooner or later be another one.
"""

import json

from promoter.aws import Functions, sentences_for
from promoter.errors import AwsCallError

QUESTION = {"ask": "ApprovedLast"}
_ANSWER = "ModelPackageArn"


def approved_last(functions: Functions, *, function: str) -> str | None:
    """The ARN of the version that was approved last among those still approved; None before there is one."""
    doing = f"Asking function {function} which version was approved last"
    with sentences_for(doing):
        answered = functions.invoke(FunctionName=function, Payload=json.dumps(QUESTION).encode())
        text = answered["Payload"].read().decode("utf-8", "replace")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = text
    if "FunctionError" in answered:
        told = answer.get("errorMessage", text) if isinstance(answer, dict) else text
        raise AwsCallError(f"{doing}: it failed: {told}. Its log is /aws/lambda/{function}; mend that, then retry.")
    if not isinstance(answer, dict) or not isinstance(answer.get(_ANSWER), str):
        raise AwsCallError(
            f"{doing}: {text[:200]!r} is no answer. Deploy infra again: it is older than this repository."
        )
    return answer[_ANSWER] or None
