"""What the step hands over, held against what the jobs may read and what the registry can hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .refusal import DataRefused
from .settings import Settings

PREFIX, MANIFEST = "S3Prefix", "ManifestFile"  # S3DataType of CreateProcessingJob
# CustomerMetadataValue of CreateModelPackage: letters, separators and numbers of Unicode, and these.
_LONGEST = 256
_PUNCTUATION = frozenset("_.:/=+-@")


@dataclass(frozen=True)
class Question:
    """The parameters of the run."""

    input_data: str
    kind: str
    batch_data: str


def read_question(event: Mapping[str, Any], settings: Settings) -> Question:
    names = ("inputData", "inputDataType", "batchData")
    missing = [name for name in names if not isinstance(event.get(name), str) or not event[name]]
    if missing:
        raise DataRefused(f"The step CheckData hands over no {', '.join(missing)}: publish the pipeline again.")
    question = Question(event["inputData"], event["inputDataType"], event["batchData"])
    _held_by_the_registry(question.input_data)
    _within(question, settings)
    return question


def _held_by_the_registry(uri: str) -> None:
    odd = "".join(dict.fromkeys(letter for letter in uri if not _is_held(letter)))
    if odd:
        raise DataRefused(
            f"InputData {uri!r} cannot be written into the model registry, which takes letters, digits, spaces and _.:/=+-@ but "
            f"not {odd!r}: give the folder instead, whose objects may have any name, or rename it."
        )
    if len(uri) > _LONGEST:
        raise DataRefused(
            f"InputData has {len(uri)} characters, and the model registry holds {_LONGEST} of them: give a folder above it "
            f"({uri[:80]}...)."
        )


def _is_held(letter: str) -> bool:
    return letter in _PUNCTUATION or unicodedata.category(letter)[0] in "LZN"


def _within(question: Question, settings: Settings) -> None:
    """IAM would refuse the same, once a machine is paid for, and in other words."""
    if question.kind == MANIFEST and settings.manifests is None:
        raise DataRefused(
            f'InputDataType {MANIFEST} is for projects with "trainOn": "arrived" under "data" in cdk.json: set it and deploy, or '
            "leave InputDataType out."
        )
    folder = settings.manifests if question.kind == MANIFEST and settings.manifests else settings.data
    for name, uri, allowed, setting in (
        ("InputData", question.input_data, folder, "data.prefix"),
        ("BatchData", question.batch_data, settings.batch, "data.batchPrefix"),
    ):
        if not uri.startswith(allowed):
            raise DataRefused(
                f"{name} {uri} does not lie under {allowed}, which is all that the jobs may read: put the data there, "
                f"or change {setting} in cdk.json and deploy."
            )
