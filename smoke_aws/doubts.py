"""The README's list of what a run on one machine cannot prove, and what was seen of each; then the template's own beliefs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from smoke_aws.evidence import Evidence, Seen, Verdict

HEADING = "## What a run on one machine cannot prove"
_NOT_LOOKED_AT = "This check does not look at it."
Judge = Callable[[Evidence], Verdict]


def read_doubts(readme: Path) -> list[str]:
    """Each a sentence on one line, as the README has them; a doubt added there is a row of the report."""
    section = readme.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    items = re.findall(r"^- (.*?)(?=^- |^\S|\Z)", section, flags=re.MULTILINE | re.DOTALL)
    return [" ".join(item.split()).rstrip(";.") for item in items]


def judged(readme: Path, evidence: Evidence) -> dict[str, Verdict]:
    """Each doubt by the first of the judges whose words it holds."""
    found = {}
    for doubt in read_doubts(readme):
        judge = next((judge for words, judge in DOUBTS.items() if words in doubt), None)
        found[doubt] = judge(evidence) if judge else Verdict(Seen.NOT_REACHED, _NOT_LOOKED_AT)
    return found


def _quotas(evidence: Evidence) -> Verdict:
    short = [told for told in (*evidence.steps.values(), evidence.failure) if "ResourceLimitExceeded" in told]
    if short or evidence.refused_builds:
        return Verdict(Seen.REFUTED, f"A quota was in the way: {(short or evidence.refused_builds)[0]}")
    if evidence.reached("Staging"):
        return Verdict(Seen.CONFIRMED, "The builds, the jobs and staging's endpoint all started within the quotas.")
    return _not_reached("Staging")


def _keys(evidence: Evidence) -> Verdict:
    if not evidence.keys:
        return _not_reached("Inspection")
    others = {what: key for what, key in evidence.keys.items() if not key.endswith(evidence.project_key)}
    if others:
        told = "; ".join(f"{what}: {key}" for what, key in others.items())
        return Verdict(Seen.REFUTED, f"Not all outputs carry the project's key: {told}.")
    return Verdict(Seen.CONFIRMED, f"The project's key is on {', '.join(evidence.keys)}.")


def _source_account(evidence: Evidence) -> Verdict:
    if not evidence.probes:
        return _not_reached("Probes")
    silent = {service: why for service, why in evidence.probes.items() if why}
    if silent:
        told = "; ".join(f"{service}: {why}" for service, why in silent.items())
        return Verdict(Seen.REFUTED, f"A role that demands aws:SourceAccount was not taken on by {told}")
    services = ", ".join(evidence.probes)
    return Verdict(
        Seen.CONFIRMED, f"A role that demands aws:SourceAccount was taken on by {services}; others not tried."
    )


def _newlines(evidence: Evidence) -> Verdict:
    if evidence.batch_answers is None:
        return _not_reached("Inspection")
    empty = sum(not line for line in evidence.batch_answers)
    if empty:
        return Verdict(Seen.CONFIRMED, f"{empty} of {len(evidence.batch_answers)} lines of the predictions are empty.")
    return Verdict(Seen.REFUTED, f"None of {len(evidence.batch_answers)} lines of the predictions is empty.")


def _after(moment: str, sentence: str) -> Judge:
    """Confirmed by a moment that cannot come to its end otherwise, refuted by none: it may have failed for another reason."""

    def judge(evidence: Evidence) -> Verdict:
        return Verdict(Seen.CONFIRMED, sentence) if evidence.reached(moment) else _not_reached(moment)

    return judge


def _step(name: str, sentence: str) -> Judge:
    """By what became of a step of the SageMaker pipeline."""

    def judge(evidence: Evidence) -> Verdict:
        told = evidence.steps.get(name, "")
        if told.startswith("Succeeded"):
            return Verdict(Seen.CONFIRMED, sentence)
        return Verdict(Seen.REFUTED, told) if told.startswith("Failed") else _not_reached("Train")

    return judge


def _environment(evidence: Evidence) -> Verdict:
    if evidence.environment is None:
        return _not_reached("Inspection")
    told = ", ".join(sorted(evidence.environment)) or "no variable"
    return Verdict(Seen.CONFIRMED, f"The endpoint answered as at training; DescribeModel tells of {told}.")


def _two_builds(evidence: Evidence) -> Verdict:
    if evidence.refused_builds:
        return Verdict(Seen.REFUTED, f"{evidence.refused_builds[0]} (tried again until it went through)")
    return _after("First builds", "Both first builds went through, and none was refused.")(evidence)


def _tags(evidence: Evidence) -> Verdict:
    if evidence.untagged is None:
        return _not_reached("Inspection")
    if evidence.untagged:
        return Verdict(Seen.REFUTED, f"Without it: {', '.join(evidence.untagged)}.")
    return Verdict(Seen.CONFIRMED, "So do the project's stacks and staging's, and what is in them.")


def _not_reached(moment: str) -> Verdict:
    return Verdict(Seen.NOT_REACHED, f"{moment} did not come to its end.")


# Words of a doubt in the README -> how it is judged.
DOUBTS: Mapping[str, Judge] = {
    "service quotas": _quotas,
    "which KMS keys": _keys,
    "say for whom they act when they take on a role": _source_account,
    "bucket of their artifacts": _after("Push", "A build took its source from the bucket and put its outputs there."),
    "asks of its role beside the calls": _step("RegisterModel", "RegisterModel succeeded with the rights that it has."),
    "container images": _after("Staging", "Every step ran in its image, and the endpoint predicts as training did."),
    "puts a newline between two answers": _newlines,
    "opens and closes to customers": _after(
        "First builds", "CodeCommit took both repositories, and pipelines read them."
    ),
}
# What the template takes for true besides.
BELIEFS: Mapping[str, Judge] = {
    "CodeCommit takes each seed as its first commit": _after("Deploy", "Both repositories were made with their seeds."),
    "two builds may run at once in a new account": _two_builds,
    "a training job of AWS's algorithm image takes our request": _step("Train", "Train succeeded."),
    "the container installs our code without an index": _step(
        "Train", "Train succeeded, which begins with pip install."
    ),
    "RegisterModel may do what it does": _step("RegisterModel", "RegisterModel succeeded."),
    "a model that is made of a version keeps the version's variables": _environment,
    "an event wakes a function, and it can import its code": _after(
        "Staging", "The approval started the deploy pipeline."
    ),
    "every stack carries the run's tag": _tags,
    "a role named in a stage's trust may deploy its stack": _after(
        "Staging", "CloudFormation made staging's endpoint."
    ),
}


def believed(evidence: Evidence) -> dict[str, Verdict]:
    return {belief: judge(evidence) for belief, judge in BELIEFS.items()}
