"""What the step SealModel calls: look at the archive, store it where it stays as it is, and answer with its digests."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from typing import Any

from . import aws
from .archive import ARCHIVE, DIGESTS, MAX_COMPRESSED_BYTES, digests_of_members
from .question import Question, read_question
from .refusal import SealRefused
from .settings import Settings, read_settings

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)
MODEL_URI = "ModelUri"


def handler(event: Mapping[str, Any], _context: object) -> dict[str, str]:
    """A refusal is raised, which fails the step, and with it the run; its sentence is in the log too."""
    settings = read_settings(os.environ)
    try:
        sealed = seal(event, settings, aws.connect())
    except SealRefused as refusal:
        _LOG.error("%s", refusal)
        raise
    _LOG.info("%s is sealed as %s", event["modelUri"], sealed[MODEL_URI])
    return sealed


def seal(event: Mapping[str, Any], settings: Settings, s3: aws.S3) -> dict[str, str]:
    """The archive is read once: what is stored is what was looked at, not what lies there a moment later."""
    question = read_question(event, settings)
    with tempfile.TemporaryFile() as copy:
        sha256 = aws.fetch(s3, question.uri, into=copy, at_most=MAX_COMPRESSED_BYTES)
        _expect_measured(question, {DIGESTS[ARCHIVE]: sha256})
        copy.seek(0)
        try:
            digests = {DIGESTS[ARCHIVE]: sha256, **digests_of_members(copy)}
        except SealRefused as refusal:
            raise SealRefused(f"{question.uri}: {refusal}") from refusal
        _expect_measured(question, digests)
        uri = f"{settings.models}{sha256}/model.tar.gz"
        aws.store_once(s3, aws.Sealed(uri, sha256, settings.kms_key), copy)
    return {MODEL_URI: uri, **digests}


def _expect_measured(question: Question, digests: Mapping[str, str]) -> None:
    for name, digest in digests.items():
        if digest != question.measured.get(name, digest):
            raise SealRefused(
                f"{question.uri} is not what the step Evaluate measured: {name} was {question.measured[name]}, and is {digest}. "
                "A job has overwritten it since: nothing was sealed. Start the run with another CacheKey, so that it trains anew."
            )
