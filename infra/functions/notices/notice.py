"""The one format of a notice: an SNS subject of at most 100 ASCII characters, and a plain text under it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

# Publish refuses a longer subject, control characters and anything but ASCII in it (SNS API reference, Publish).
_LONGEST_SUBJECT = 100
_LONGEST_REASON = 2000
# Publish takes 256 KB; a character is 4 bytes at most.
_LONGEST_BODY = 60_000
_UNKNOWN = "not told by AWS; see the console"


@dataclass(frozen=True)
class Registered:
    """What a version was registered with: its metrics beside their gates, its evaluation, its data."""

    metrics: tuple[str, ...] = ()
    evaluation: str = ""
    data: str = ""
    same_data_as: str = ""


@dataclass(frozen=True)
class Facts:
    """What an event does not carry. Every member may be unknown."""

    reasons: tuple[str, ...] = ()
    refused_by_gate: bool = False
    package: str = ""
    replaced: str = ""
    rollback: bool = False
    report: str = ""
    stack: str = ""
    by_change_set: bool = False
    change: str = ""
    registered: Registered | None = None


@dataclass(frozen=True)
class Notice:
    """One happening. `why` is None where there is nothing to explain."""

    headline: str
    what: str
    next: str
    link: str
    stage: str = ""
    package: str = ""
    why: str | None = None
    metrics: str = ""
    data: str = ""
    change: str = ""
    report: str = ""
    commands: tuple[str, ...] = ()

    def subject(self, project: str) -> str:
        text = f"{project}: {self.headline}"
        plain = "".join(letter if " " <= letter <= "~" else "?" for letter in text)
        return plain if len(plain) <= _LONGEST_SUBJECT else plain[: _LONGEST_SUBJECT - 3] + "..."

    def body(self, project: str, time: str) -> str:
        rows = {
            "Project": project,
            "Version": version(self.package) if self.package else "",
            "Stage": self.stage,
            "Time": time,
            "Why": None if self.why is None else self.why[:_LONGEST_REASON] or _UNKNOWN,
            "Metrics": self.metrics,
            "Data": self.data,
            "Change": self.change,
            "Report": self.report,
            "Console": self.link,
        }
        lines = [f"{name + ':':<9}{_hanging(value)}" for name, value in rows.items() if value]
        commands = "".join(f"\n  {command}" for command in self.commands)
        return f"{self.what}\n\n{chr(10).join(lines)}\n\nNext: {self.next}{commands}\n"[:_LONGEST_BODY]


def version(package: str) -> str:
    """The number and the group that the ARN of a model package version tells."""
    head, _, number = package.rpartition("/")
    group = head.rpartition("/")[2]
    return f"{number} of {group} ({package})"


def _hanging(text: str) -> str:
    return textwrap.indent(text.strip(), " " * 9).lstrip()
