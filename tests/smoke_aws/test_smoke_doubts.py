"""The report has a row for each doubt of the README, and says of each what the evidence allows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from infra import ROOT
from smoke_aws.doubts import BELIEFS, DOUBTS, believed, judged, read_doubts
from smoke_aws.evidence import Evidence, Moment, Seen, Verdict
from smoke_aws.report import render

README = ROOT / "README.md"
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
WHOLE = Evidence(
    moments=[
        Moment(name=name, seconds=1, said="")
        for name in ("Deploy", "First builds", "Push", "Train", "Staging", "Inspection")
    ],
    steps={"Train": "Succeeded", "RegisterModel": "Succeeded"},
    keys={"model of Train": f"arn:aws:kms:us-east-1:111111111111:key/{KEY}"},
    project_key=KEY,
    environment={"SAGEMAKER_PROGRAM": "inference.py"},
    batch_answers=["4.2", "", "5.1"],
    untagged=[],
    probes={"cloudformation": "", "lambda": ""},
)


def of(words: str, evidence: Evidence) -> Verdict:
    [found] = [verdict for doubt, verdict in judged(README, evidence).items() if words in doubt]
    return found


@pytest.mark.parametrize("words", DOUBTS)
def test_each_judge_is_of_one_doubt_of_the_readme(words: str) -> None:
    assert len([doubt for doubt in read_doubts(README) if words in doubt]) == 1


def test_the_doubts_are_the_bullets_of_the_readmes_section(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(
        "- no doubt\n\n## What a run on one machine cannot prove\n\nOnly an account can show\n\n"
        "- its quotas;\n- what comes\n  over two lines;\n- the last.\n\n## Next\n\n- none either\n"
    )
    assert read_doubts(readme) == ["its quotas", "what comes over two lines", "the last"]


def test_a_doubt_that_nobody_judges_is_a_row_all_the_same(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("## What a run on one machine cannot prove\n\n- how the weather is;\n")
    assert judged(readme, WHOLE)["how the weather is"].seen is Seen.NOT_REACHED


def test_before_anything_was_seen_nothing_is_confirmed_or_refuted() -> None:
    verdicts = [*judged(README, Evidence()).values(), *believed(Evidence()).values()]
    assert {verdict.seen for verdict in verdicts} == {Seen.NOT_REACHED}


def test_a_whole_loop_confirms_every_belief_of_the_template() -> None:
    assert {belief: verdict.seen for belief, verdict in believed(WHOLE).items()} == dict.fromkeys(
        BELIEFS, Seen.CONFIRMED
    )


@pytest.mark.parametrize(
    ("words", "changes", "seen", "sentence"),
    [
        ("service quotas", {}, Seen.CONFIRMED, "within the quotas"),
        ("service quotas", {"failure": "Train: ResourceLimitExceeded: is 0 Instances"}, Seen.REFUTED, "is 0 Instances"),
        ("service quotas", {"refused_builds": ["Cannot have more than 1 builds"]}, Seen.REFUTED, "more than 1 builds"),
        ("which KMS keys", {}, Seen.CONFIRMED, "model of Train"),
        (
            "which KMS keys",
            {"keys": {"captured requests": "arn:key/of-s3"}},
            Seen.REFUTED,
            "captured requests: arn:key",
        ),
        ("they act when they take on a role", {}, Seen.CONFIRMED, "by cloudformation, lambda; others not tried"),
        (
            "they act when they take on a role",
            {"probes": {"lambda": "cannot be assumed"}},
            Seen.REFUTED,
            "lambda: cannot be assumed",
        ),
        ("a newline between two answers", {}, Seen.CONFIRMED, "1 of 3 lines"),
        ("a newline between two answers", {"batch_answers": ["4.2"]}, Seen.REFUTED, "None of 1 lines"),
        ("bucket of their artifacts", {"moments": []}, Seen.NOT_REACHED, "Push did not come to its end"),
        ("what a mail", {}, Seen.NOT_REACHED, "does not look at it"),
    ],
)
def test_a_doubt_is_judged_by_what_was_seen(words: str, changes: dict[str, object], seen: Seen, sentence: str) -> None:
    verdict = of(words, replace(WHOLE, **changes))  # type: ignore[arg-type]
    assert verdict.seen is seen
    assert sentence in verdict.sentence


@pytest.mark.parametrize(
    ("belief", "changes", "sentence"),
    [
        (
            "a training job of AWS's algorithm image",
            {"steps": {"Train": "Failed: metric definitions"}},
            "metric definitions",
        ),
        ("RegisterModel may do", {"steps": {"RegisterModel": "Failed: AccessDenied"}}, "AccessDenied"),
        ("two builds may run at once", {"refused_builds": ["Cannot have more than 1 builds"]}, "more than 1 builds"),
        ("every stack carries the run's tag", {"untagged": ["smoke-1-build"]}, "Without it: smoke-1-build"),
    ],
)
def test_a_belief_is_refuted_by_what_contradicts_it(belief: str, changes: dict[str, object], sentence: str) -> None:
    verdicts = believed(replace(WHOLE, **changes))  # type: ignore[arg-type]
    [found] = [verdict for name, verdict in verdicts.items() if name.startswith(belief)]
    assert found.seen is Seen.REFUTED
    assert sentence in found.sentence


def test_the_page_keeps_its_tables_whatever_a_service_says() -> None:
    evidence = replace(WHOLE, failure="a | b", left=["stack smoke-1-build"])
    page = render(
        evidence=evidence, doubts={"whether": Verdict(Seen.REFUTED, "one | two\nthree")}, beliefs={}, head="Run 1."
    )
    assert "| whether | refuted | one \\| two three |" in page
    assert "**Left behind:**\n\n- stack smoke-1-build" in page
