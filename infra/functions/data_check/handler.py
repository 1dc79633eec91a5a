"""What the step CheckData calls: look at the data, and answer or refuse."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

from . import aws, listing, manifest
from .answer import answer
from .listing import Object
from .question import MANIFEST, Question, read_question
from .refusal import DataRefused
from .settings import Settings, read_settings

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """A refusal is raised, which fails the step, and with it the run; its sentence is in the log too."""
    settings = read_settings(os.environ)
    try:
        found = check(event, settings, aws.connect())
    except DataRefused as refusal:
        _LOG.error("%s", refusal)
        raise
    _LOG.info("%s", found["Summary"])
    return found


def check(event: Mapping[str, Any], settings: Settings, clients: aws.Clients) -> dict[str, object]:
    question = read_question(event, settings)
    data = _data(question, settings, clients.s3)
    listing.files(data)
    batch = listing.without_folders(aws.objects_under(clients.s3, question.batch_data))
    return answer(question, data, batch, aws.newest_version(clients.sagemaker, settings.group))


def _data(question: Question, settings: Settings, s3: aws.S3) -> Sequence[Object]:
    uri = question.input_data
    if question.kind == MANIFEST:
        keys = manifest.keys_of(aws.content_of(s3, uri), uri=uri, allowed=settings.data)
        data = manifest.chosen(keys, aws.objects_under(s3, settings.data), uri=uri)
    else:
        data = listing.without_folders(aws.objects_under(s3, uri))
        listing.only_this(data, key=uri.removeprefix("s3://").partition("/")[2], uri=uri)
    if not data:
        raise DataRefused(
            f"Nothing lies under {uri} (the parameter InputData): put the data there, then start the run again."
        )
    return data
