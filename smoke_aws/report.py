"""report.json for programs, report.md for people: what was seen of each doubt, how far the check got, and what is left."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from smoke_aws.evidence import Evidence, Verdict


def write(
    folder: Path, *, evidence: Evidence, doubts: Mapping[str, Verdict], beliefs: Mapping[str, Verdict], head: str
) -> Path:
    """Returns the page."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "head": head,
        "doubts": _rows(doubts),
        "beliefs": _rows(beliefs),
        "evidence": dataclasses.asdict(evidence),
    }
    (folder / "report.json").write_text(f"{json.dumps(document, indent=2, default=str)}\n", encoding="utf-8")
    page = folder / "report.md"
    page.write_text(render(evidence=evidence, doubts=doubts, beliefs=beliefs, head=head), encoding="utf-8")
    return page


def render(*, evidence: Evidence, doubts: Mapping[str, Verdict], beliefs: Mapping[str, Verdict], head: str) -> str:
    parts = [f"# Smoke check\n\n{head}\n"]
    if evidence.failure:
        parts.append(f"**It stopped at {evidence.failure}**\n")
    if evidence.left:
        parts.append("**Left behind:**\n\n" + "\n".join(f"- {what}" for what in evidence.left) + "\n")
    moments = "\n".join(f"| {one.name} | {one.seconds:.0f} s | {_cell(one.said)} |" for one in evidence.moments)
    parts.append(f"## How far it got\n\n| moment | took | |\n| --- | ---: | --- |\n{moments}\n")
    parts.append(f"## What only an account can show\n\n{_table(doubts)}")
    parts.append(f"## What the template takes for true\n\n{_table(beliefs)}")
    return "\n".join(parts)


def _table(verdicts: Mapping[str, Verdict]) -> str:
    rows = "\n".join(f"| {_cell(what)} | {one.seen.value} | {_cell(one.sentence)} |" for what, one in verdicts.items())
    return f"| | was | what was seen |\n| --- | --- | --- |\n{rows}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _rows(verdicts: Mapping[str, Verdict]) -> list[dict[str, str]]:
    return [{"what": what, "was": one.seen.value, "seen": one.sentence} for what, one in verdicts.items()]
