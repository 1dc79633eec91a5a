"""The keys by which an AWS service says for whom it acts, and services that are told to leave them out.

aws:SourceAccount and aws:SourceArn stand in the context of a service's own requests: when it takes on a role, and when it uses a
resource whose policy lets it in (IAM user guide, "The confused deputy problem"). Which services send them when they take on a role
is documented for some alone. `python -m sandbox up --without-source-keys lambda` shows what a project makes of one that does not;
what was set is kept in the home's source-keys.json, and read at each such request.
"""

from __future__ import annotations

import argparse
import difflib
import json
from collections.abc import Collection, Mapping
from pathlib import Path

ACCOUNT, ARN = "aws:sourceaccount", "aws:sourcearn"  # as ministack's evaluator looks for them
# Those that take on roles here, or use keys; and EventBridge once more, at targets and queues whose own policies let it in.
TARGETS = "events-targets"
SERVICES = ("cloudformation", "codebuild", "codepipeline", "events", TARGETS, "lambda", "sagemaker", "scheduler")
ALL, NONE = "all", "none"
_FILE = "source-keys.json"


def parse(text: str) -> tuple[str, ...]:
    """A value of the switch. Raises ArgumentTypeError, which argparse shows."""
    if text in (ALL, NONE):
        return SERVICES if text == ALL else ()
    named = [each.strip() for each in text.split(",")]
    for each in named:
        if each not in SERVICES:
            near = difflib.get_close_matches(each, SERVICES, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise argparse.ArgumentTypeError(
                f"{each!r} is no service that takes on roles{hint}; name some of {', '.join(SERVICES)}, or {ALL}, or {NONE}"
            )
    return tuple(sorted(set(named)))


def leave_out(home: Path, services: Collection[str]) -> None:
    """By these services and no others, from now on."""
    written = home / f"{_FILE}.new"
    written.write_text(json.dumps(sorted(services)))
    written.replace(home / _FILE)


def left_out(home: Path) -> tuple[str, ...]:
    try:
        return tuple(json.loads((home / _FILE).read_text()))
    except FileNotFoundError:
        return ()


def of_request(home: Path, service: str, *, account: str, arn: str) -> Mapping[str, str | None]:
    """What a service's request carries of them; None is a key that is absent."""
    if service in left_out(home):
        return {ACCOUNT: None, ARN: None}
    return {ACCOUNT: account, ARN: arn or None}
