"""Events of processing, training and transform jobs: all that Describe shows, at each change of a status."""

from __future__ import annotations

from sandbox.events import Event
from sandbox.sagemaker.events.detail import Time, event, iso, members, milliseconds, milliseconds_in_words
from sandbox.store import Document

WORDS = ("Processing", "Training", "Transform")
_TIMES: dict[str, Time] = {"Processing": milliseconds, "Training": milliseconds_in_words, "Transform": iso}


def changed(word: str, before: Document | None, after: Document | None, tags: dict[str, str]) -> Event | None:
    """A training job tells of its SecondaryStatus as well."""
    watched = (f"{word}JobStatus", "SecondaryStatus")
    if after is None or (before and all(before.get(name) == after.get(name) for name in watched)):
        return None
    detail = members(after, time=_TIMES[word]) | {"Tags": tags}
    return event(f"{word} Job State", detail, after[f"{word}JobArn"])
