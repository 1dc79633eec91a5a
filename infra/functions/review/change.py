"""What changes, in a sentence: the version first, then machines, capture and budget, then whatever else there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# An approval's CustomData takes 1000 characters, of which this sentence is one part.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ManualApproval.html
_LONGEST = 600
_TOLD = {
    "ModelPackageArn": "version",
    "EndpointInstanceType": "instance type",
    "EndpointInstanceCount": "instance count",
    "DataCapturePercentage": "data capture (%)",
    "LatencyBudgetMs": "latency budget (ms)",
}
# Follow from the rest, and say nothing to a person.
_DERIVED = frozenset({"ContentId", "ModelSha256"})


@dataclass(frozen=True)
class Change:
    """Parameters before (None where nothing is live) and after; `resources` as action and name. Empty: nothing changes."""

    before: Mapping[str, str] | None
    after: Mapping[str, str]
    resources: Sequence[str]
    empty: bool = False


def sentence(change: Change) -> str:
    if change.empty:
        return "Nothing changes in production: it runs exactly this already."
    if change.before is None:
        told = ", ".join(f"{name} {_short(key, change.after.get(key, ''))}" for key, name in _TOLD.items())
        return _cut(f"Production is made for the first time: {told}.")
    before = change.before
    changed = [key for key in sorted({*before, *change.after}) if before.get(key) != change.after.get(key)]
    said = [
        f"{name} {_short(key, before.get(key, ''))} to {_short(key, change.after.get(key, ''))}"
        for key, name in _TOLD.items()
        if key in changed
    ]
    said += [key for key in changed if key not in _TOLD and key not in _DERIVED]
    what = "; ".join(said) or "no setting, but endpoint.yaml or tags"
    same = (
        ""
        if "ModelPackageArn" in changed
        else f" The version stays {_short('ModelPackageArn', before.get('ModelPackageArn', ''))}."
    )
    return _cut(f"What changes in production: {what}.{same} CloudFormation: {', '.join(change.resources)}.")


def _short(key: str, value: str) -> str:
    return (value.rpartition("/")[2] if key == "ModelPackageArn" else value) or "none"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
