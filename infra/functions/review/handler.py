"""What CodePipeline invokes: look, refuse or tell. The job is ended either way: CodePipeline waits 20 minutes for an answer."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from . import aws
from .built import expect_as_built
from .change import Change, sentence
from .job import Question, job_id, question
from .refusal import Refusal, endpoint_gone, superseded
from .settings import Settings, read_settings
from .template import PARAMETER, expect_only_the_version

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)
CHANGE_VARIABLE = "Change"
_LONGEST = 2000  # characters of a failure's message; FailureDetails takes 5000 bytes


def handler(event: Mapping[str, Any], _context: object) -> str:
    pipeline, job = aws.connect_pipeline(), job_id(event)
    try:
        settings = read_settings(os.environ)
        told = review(aws.connect(settings), settings, question(event))
    except Exception as error:  # noqa: BLE001 (whatever it is, CodePipeline is told)
        _LOG.exception("Refused")
        why = (
            str(error) if isinstance(error, Refusal) else f"The review failed: {error}. Correct the cause, then retry."
        )
        pipeline.put_job_failure_result(jobId=job, failureDetails={"type": "JobFailed", "message": why[:_LONGEST]})
        return why
    _LOG.info("%s", told)
    pipeline.put_job_success_result(jobId=job, outputVariables={CHANGE_VARIABLE: told})
    return told


def review(clients: aws.Clients, settings: Settings, asked: Question) -> str:
    last = aws.decided_last(clients, settings.decisions)
    if last != asked.version:
        raise Refusal(superseded(asked.version, last=last))
    if aws.lacks_its_endpoint(clients, settings.stack):
        raise Refusal(endpoint_gone(settings.stack))
    found = aws.look(clients, settings.stack, asked.change_set)
    if not found.change.empty:
        _expect_what_was_built(found, settings, asked)
    return sentence(found.change)


def _expect_what_was_built(found: aws.Found, settings: Settings, asked: Question) -> None:
    after: Change = found.change
    expect_as_built(asked.digests, stage=settings.stage, template=found.template, parameters=after.after)
    expect_only_the_version(found.template)
    if after.after.get(PARAMETER) != asked.version:
        raise Refusal(
            f"The change set is for {after.after.get(PARAMETER, 'no version')}, and this execution for {asked.version}. "
            "Nothing is deployed: approve the version again."
        )
