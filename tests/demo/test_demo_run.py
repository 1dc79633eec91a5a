"""The demo as a person runs it. It is slow for a test (minutes), so the runs are few and the questions many."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.demo.layout import REPOSITORY
from sandbox.process import down, holder
from tests.demo.running import Run, demo
from tests.repository_copy import copy_repository

STEPS = [
    "CheckData",
    "Preprocess",
    "Train",
    "Evaluate",
    "QualityGate",
    "SealModel",
    "BatchGiven",
    "RegisterModel",
    "CreateModel",
    "BatchTransform",
]
TO_PRODUCTION = ("Push", "Build", "Training", "Approval", "Staging", "Release", "Production", "Prediction")
BY_ITSELF = ("A week later", "Weekly run", "New data", "Quiet", "Data run")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "golden-path"
    copy_repository(folder)
    return folder


@pytest.fixture(scope="module")
def first(repository: Path) -> Run:
    """The whole walk, with a profile and an endpoint of the user's own in the environment, which must not matter."""
    return demo(repository.parent / "home", "--json", repository=repository)


@pytest.fixture(scope="module")
def again(first: Run, repository: Path) -> Iterator[Run]:
    """The same home again, to production; its sandbox is kept."""
    yield demo(first.layout.home, "--until", "production", "--keep", repository=repository)
    down(first.layout.home)


def number(arn: str) -> int:
    return int(arn.rpartition("/")[2])


def test_a_push_an_approval_a_week_and_new_data_happen_in_this_order(first: Run) -> None:
    assert first.code == 0, first.stderr
    titles = [moment["title"] for moment in first.document["moments"]]
    once = [title for title in titles if not title.startswith("First ")]  # what they show may be over, or wait
    assert once == ["Sandbox", "Deploy", "Data", *TO_PRODUCTION, *BY_ITSELF, *TO_PRODUCTION[3:]]
    assert sum(moment["seconds"] for moment in first.document["moments"]) <= first.document["seconds"] + 1


def test_the_push_trained_another_model_with_an_mse_under_the_gate(first: Run) -> None:
    document = first.document
    assert "Train" not in {step["name"] for step in document["steps"] if step["cached"]}
    assert [step["name"] for step in document["steps"]] == STEPS
    assert {step["status"] for step in document["steps"]} == {"Succeeded"}
    assert 0 < document["metrics"]["mse"] < 6.0


def test_the_older_version_is_live_at_the_end_while_a_newer_one_waits(first: Run) -> None:
    document = first.document
    pushed, weekly, *_, arrived = document["registered"]
    assert number(pushed) < number(weekly) < number(arrived)
    to_pushed, to_weekly = document["promotions"]
    assert (to_pushed["live_before"], to_pushed["live_after"]) == (None, pushed)
    assert (to_weekly["live_before"], to_weekly["live_after"]) == (pushed, weekly)
    assert document["model_package_arn"] == weekly
    assert (document["staging_endpoint"], document["prod_endpoint"]) == ("abalone-staging", "abalone-prod")


def test_three_real_rows_are_predicted_beside_what_was_counted(first: Run) -> None:
    data = {
        line.rpartition(",")[0]: line.rpartition(",")[2]
        for line in (REPOSITORY / "data/abalone.csv").read_text().splitlines()
    }
    assert len(first.document["predictions"]) == 3
    for prediction in first.document["predictions"]:
        assert float(data[",".join(map(str, prediction["features"]))]) == prediction["actual"]
        assert 0 < prediction["predicted"] < 30


def test_json_is_the_document_alone(first: Run) -> None:
    assert first.stdout == first.layout.document.read_text()
    assert "Production" in first.stderr


def test_what_fired_in_the_week_is_told(first: Run) -> None:
    assert "abalone-retraining " in first.stderr
    assert "earlier times passed over" in first.stderr


def test_both_reports_are_left_to_read(first: Run) -> None:
    reports = first.layout.reports_of(first.document["model_package_arn"])
    assert "<svg" in (reports / "report.html").read_text()
    assert "abalone-staging" in (reports / "smoke-test.html").read_text()


def test_the_sandbox_is_stopped_at_the_end(first: Run) -> None:
    assert holder(first.layout.home) is None


def test_a_second_run_changes_nothing_of_the_deployment_and_goes_on_counting(again: Run) -> None:
    assert again.code == 0, again.stderr
    assert "(3 without a change)" in again.stdout
    assert "4177 rows lie already at" in again.stdout
    [promotion] = again.document["promotions"]
    assert number(promotion["live_after"]) > 4
    assert number(promotion["live_before"]) < number(promotion["live_after"])


def test_a_kept_sandbox_answers_the_commands_that_the_demo_prints(again: Run, repository: Path) -> None:
    printed = again.stdout.splitlines()
    start = next(number for number, line in enumerate(printed) if "eval " in line)
    script = "\n".join(printed[start : start + 3])
    answered = subprocess.run(["sh", "-c", script], cwd=repository, capture_output=True, text=True, check=False)
    assert answered.returncode == 0, answered.stderr
    assert float(answered.stdout.split()[0]) == pytest.approx(again.document["predictions"][0]["predicted"], abs=1e-3)
