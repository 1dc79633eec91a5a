"""Who may do what, and who may not, proved over the roles of every configuration; and a false promise is refuted."""

from __future__ import annotations

from functools import cache

import pytest

from tests.infra.synthesis import CONFIGURATIONS
from tests.verifiers.assemblies import assembled
from tests.verifiers.promises import promises
from tests.verifiers.tools.proofs import Promise, Prover

SENTENCES = [promise.sentence for promise in promises(assembled("default"))]


@cache
def prover(configuration: str) -> Prover:
    return Prover(assembled(configuration))


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_it_is_proved_that(sentence: str, configuration: str) -> None:
    [promise] = [one for one in promises(assembled(configuration)) if one.sentence == sentence]
    assert [str(finding) for finding in prover(configuration).breakers(promise)] == []


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_no_role_may_pass_itself(configuration: str) -> None:
    assert [str(finding) for finding in prover(configuration).passes_itself()] == []


def test_there_are_enough_promises() -> None:
    assert len(SENTENCES) >= 25


@pytest.mark.parametrize("promise", promises(assembled("default")), ids=lambda promise: promise.sentence)
def test_the_actors_excepted_from_a_promise_could_break_it(promise: Promise) -> None:
    """An exception that nobody needs is a hole that nobody sees: each actor that is excepted does what it is excepted for."""
    held = [name for name in prover("default").actors if name.lower() in promise.but]
    nobody = Promise(promise.sentence, promise.actions, promise.resources, where=promise.where)
    able = {finding.where for finding in prover("default").breakers(nobody)}
    assert [name for name in held if prover("default").actors[name].declared.where not in able] == []


def test_a_false_promise_is_refuted_with_the_request_that_breaks_it() -> None:
    """The prover can say no: the build does start the SageMaker pipeline, and on no other ARN than its own."""
    false = Promise("nobody starts the SageMaker pipeline", ("sagemaker:StartPipelineExecution",), ("*",))
    found = {finding.where.partition("/")[2]: finding.what for finding in prover("default").breakers(false)}
    assert {where[5:-8] for where in found} == {"Build", "DataArrival", "Retraining"}
    assert all("sagemaker:startpipelineexecution on arn:aws:sagemaker:" in what for what in found.values())


def test_what_the_prover_leaves_open_counts_as_broken() -> None:
    """Z3 is given too few steps to find that jobs may be started: the question stays open, and that is a finding."""
    jobs = Promise("nobody starts a job", ("sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"), ("*",))
    assert [finding.where for finding in prover("default").breakers(jobs)] != []
