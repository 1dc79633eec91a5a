"""The schema of staging-config.json and prod-config.json: every key that exists, and what its value must be.

The two files are CloudFormation template configurations, in which every parameter value is a string. Numbers keep to
the same limits as the parameters of endpoint.yaml, and a test compares the two.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from promoter.strict_json import describe_type

SECTIONS = ("Parameters", "Tags")
# CloudFormation's limits for the tags of a stack (50, less the two that the promoter adds itself).
PROJECT_TAGS = ("sagemaker:project-name", "sagemaker:deployment-stage")
MAX_TAGS = 50 - len(PROJECT_TAGS)
_TAG_KEY = re.compile(r"[\w .:/=+@-]{1,128}")
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")
_LISTED = 8  # how many known names a sentence still lists


@dataclass(frozen=True)
class WholeNumber:
    """A whole number within limits, written as a string."""

    least: int
    most: int

    def complaint(self, value: str) -> str | None:
        if re.fullmatch(r"0|[1-9][0-9]{0,8}", value) and self.least <= int(value) <= self.most:
            return None
        return f'must be a whole number from {self.least} to {self.most}, not "{value}"'


@dataclass(frozen=True)
class Text:
    """A string of a given form, with the form in words."""

    pattern: str
    words: str

    def complaint(self, value: str) -> str | None:
        return None if re.fullmatch(self.pattern, value) else f'must be {self.words}, not "{value}"'


@dataclass(frozen=True)
class OneOf:
    """One of the names that AWS knows."""

    what: str
    names: frozenset[str]

    def complaint(self, value: str) -> str | None:
        return None if value in self.names else f'unknown {self.what} "{value}"{suggestion(value, self.names)}'


def parameter_rules(instance_types: frozenset[str]) -> dict[str, WholeNumber | Text | OneOf]:
    return {
        "StageName": Text(r"[a-z][a-z0-9]{0,15}", "1 to 16 lower-case letters and digits, a letter first"),
        "EndpointInstanceType": OneOf("instance type", instance_types),
        "EndpointInstanceCount": WholeNumber(1, 100),
        "DataCapturePercentage": WholeNumber(0, 100),
        "LatencyBudgetMs": WholeNumber(1, 60000),
    }


def key_complaints(found: Iterable[str], *, known: Collection[str]) -> Iterator[str]:
    """One sentence for each key too many or too few."""
    present = set(found)
    for key in sorted(present - set(known)):
        yield f'unknown key "{key}"{suggestion(key, known)}'
    for key in known:
        if key not in present:
            yield f'missing key "{key}"'


def tag_complaints(tags: dict[str, object]) -> Iterator[str]:
    if len(tags) > MAX_TAGS:
        yield f"Tags: {len(tags)} tags; at most {MAX_TAGS} fit beside the promoter's own"
    for key, value in tags.items():
        if not isinstance(value, str):
            yield f'Tags: "{key}" must be a string, not {describe_type(value)}'
        elif not (_TAG_KEY.fullmatch(key) and _TAG_VALUE.fullmatch(value)):
            yield f'Tags: "{key}": up to 128 and 256 letters, digits, spaces or . : / = + - @ _ make a key and a value'
        elif key.lower().startswith("aws:") or key in PROJECT_TAGS:
            yield f'Tags: "{key}" is set by {"the promoter" if key in PROJECT_TAGS else "AWS"} itself: remove it'


def suggestion(word: str, known: Collection[str]) -> str:
    """The nearest right word, however far off: a list of all would help less."""
    nearest = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f' (did you mean "{nearest[0]}"?)' if nearest else f" (known: {_some(known)})"


def _some(known: Collection[str]) -> str:
    names = list(known)
    return ", ".join(names) if len(names) <= _LISTED else f"{len(names)} names, such as {', '.join(sorted(names)[:3])}"
