"""The account's quotas of SageMaker instances, as far as somebody has set one: `python -m sandbox up --quota "NAME=NUMBER"`.

A sandbox has no limits of its own, an account has: many new ones may run 0 instances of a type. What was set is kept in the home's
quotas.json, and read at each call that takes instances, so that it can be raised while the sandbox is up, as AWS does.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "quotas.json"
# What an instance is used for, as the quota's name says it, and the shape that names the types it may be of (botocore).
USES: Mapping[str, str] = {
    "processing job": "ProcessingInstanceType",
    "training job": "TrainingInstanceType",
    "transform job": "TransformInstanceType",
    "endpoint": "ProductionVariantInstanceType",
}
_FORM = re.compile(rf"(?P<type>ml\.\S+) for (?P<use>{'|'.join(USES)}) usage\s*=\s*(?P<number>\d+)")


@dataclass(frozen=True, kw_only=True)
class Quota:
    """So many instances of one type for one use."""

    name: str
    number: int


def name_of(instance_type: str, use: str) -> str:
    """As the Service Quotas console and SageMaker's errors have it."""
    return f"{instance_type} for {use} usage"


def parse(text: str) -> Quota:
    """A value of the switch. Raises ArgumentTypeError, which argparse shows."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        uses = " | ".join(USES)
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a quota; one reads 'ml.m5.xlarge for training job usage=0' (uses: {uses})"
        )
    known = _types(found["use"])
    if found["type"] not in known:
        near = difflib.get_close_matches(found["type"], known, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise argparse.ArgumentTypeError(f"{found['type']} is no instance type for a {found['use']}{hint}")
    return Quota(name=name_of(found["type"], found["use"]), number=int(found["number"]))


def _types(use: str) -> list[str]:
    from sandbox.service import service_model  # noqa: PLC0415 (botocore; the command line without the switch answers at once)

    shape = service_model("sagemaker").shape_for(USES[use])
    return [str(kind) for kind in getattr(shape, "enum", ())]


def put(home: Path, quotas: Iterable[Quota]) -> None:
    """Beside those set before."""
    known = {**of(home), **{quota.name: quota.number for quota in quotas}}
    written = home / f"{FILE}.new"
    written.write_text(json.dumps(known, indent=1, sort_keys=True))
    written.replace(home / FILE)


def of(home: Path) -> Mapping[str, int]:
    """Name -> number; what has none has no limit."""
    try:
        return dict(json.loads((home / FILE).read_text()))
    except FileNotFoundError:
        return {}
