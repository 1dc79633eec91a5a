from types import SimpleNamespace
from typing import Any

import pytest

from infra.settings import Settings, read_context
from sandbox.advancing import Reading
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY
from sandbox.demo.moments import arrivals
from sandbox.demo.moments.arrivals import await_note, await_run, await_run_or_wait, by_data, by_schedule, known_runs
from sandbox.demo.moments.clock import told
from sandbox.demo.moments.project import Project
from sandbox.demo.waiting import wait_for
from sandbox.fired import Fired

PROJECT = Project(Settings.from_context(read_context(REPOSITORY / "cdk.json")), "b", "arn:approver")


class Gone(Exception):
    """Scheduler's ResourceNotFoundException."""


class Missing(Exception):
    """SageMaker's ResourceNotFound."""


def aws(schedules: dict[str, str | None], runs: dict[str, str]) -> Any:
    """Scheduler with these one-time schedules (None: it fires while it is looked at), SageMaker with these runs, newest first."""

    def get_schedule(*, Name: str, GroupName: str) -> dict[str, Any]:
        assert GroupName == "abalone"
        if schedules[Name] is None:
            raise Gone
        return {"Target": {"Input": schedules[Name]}}

    rows = [{"PipelineExecutionArn": arn, "PipelineExecutionDescription": why} for arn, why in runs.items()]
    pages = SimpleNamespace(paginate=lambda **_: [{"PipelineExecutionSummaries": rows}])
    return SimpleNamespace(
        scheduler=SimpleNamespace(
            list_schedules=lambda **_: {"Schedules": [{"Name": name} for name in schedules]},
            get_schedule=get_schedule,
            exceptions=SimpleNamespace(ResourceNotFoundException=Gone),
        ),
        sagemaker=SimpleNamespace(get_paginator=lambda _: pages, exceptions=SimpleNamespace(ResourceNotFound=Missing)),
    )


def test_what_never_happens_is_told_with_what_was_waited_for() -> None:
    with pytest.raises(DemoFailure, match="nothing came of it") as failed:
        wait_for("rain", lambda: None, patience=0.0)
    assert failed.value.where == "rain"


def test_the_schedule_that_noted_an_object_is_found_beside_one_that_fires_meanwhile() -> None:
    clients = aws({"w1": None, "w2": '{"objects": [["data/a.csv"]]}', "w3": '{"objects": [["data/b.csv"]]}'}, {})
    assert await_note(clients, PROJECT, "data/b.csv") == "w3"


def test_a_run_that_was_there_before_is_not_the_one_that_started_by_itself() -> None:
    clients = aws({}, {"new": "retraining of 06:00", "data": "New data: 1 object", "old": "retraining of 06:00"})
    assert await_run(clients, PROJECT, by_schedule, known=["old"]) == "new"
    assert await_run(clients, PROJECT, by_data, known=["old"]) == "data"
    assert known_runs(clients, PROJECT) == {"new", "data", "old"}


def test_a_fired_window_comes_to_its_run_or_waits_again() -> None:
    runs = {"data": "New data: 1 object", "weekly": "retraining of 06:00"}
    assert await_run_or_wait(aws({}, runs), PROJECT, known=["weekly"]) == "data"
    assert await_run_or_wait(aws({"w2": "{}"}, runs), PROJECT, known=list(runs)) is None


def test_a_run_that_never_starts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "_HEARD", 0.0)
    with pytest.raises(DemoFailure, match="nothing came of it"):
        await_run(aws({}, {"old": "New data:"}), PROJECT, by_data, known=["old"])


def test_each_schedule_that_fired_is_a_line_with_its_day_and_what_was_passed_over() -> None:
    weekly = Fired(
        name="abalone-retraining", scheduled="2026-11-23T06:00:00Z", target="t", outcome="Delivered", passed_over=0
    )
    often = Fired(name="timer", scheduled="2026-11-28T11:00:00Z", target="t", outcome="Delivered", passed_over=671)
    assert list(told(Reading(time="", fired=[weekly, often]))) == [
        "abalone-retraining  due Mon 23 Nov 06:00  Delivered",
        "timer               due Sat 28 Nov 11:00  Delivered, 671 earlier times passed over",
    ]
