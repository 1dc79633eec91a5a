"""The demo as a person runs it. It is slow for a test (some seconds each), so the runs are few and the questions many."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo.layout import REPOSITORY, Layout
from sandbox.process import down, holder

STEPS = ["Preprocess", "Train", "Evaluate", "QualityGate", "RegisterModel", "CreateModel", "BatchTransform"]
CACHEABLE = {"Preprocess", "Train", "Evaluate"}


@dataclass(frozen=True)
class Run:
    """A demo that has ended."""

    layout: Layout
    stdout: str
    stderr: str
    code: int

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.layout.document.read_text()))


def demo(home: Path, *options: str) -> Run:
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.demo", "--home", home, *options],
        cwd=REPOSITORY,
        env=os.environ | {"AWS_PROFILE": "production", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(Layout(home), ended.stdout, ended.stderr, ended.returncode)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demos")


@pytest.fixture(scope="module")
def first(folder: Path) -> Run:
    """With a profile and an endpoint of the user's own in the environment, which must not matter."""
    return demo(folder / "one", "--json")


@pytest.fixture(scope="module")
def beside(first: Run, folder: Path) -> Iterator[tuple[Run, Run]]:
    """The same home again and another home, at the same time; the second keeps its sandbox."""
    with ThreadPoolExecutor() as both:
        again = both.submit(demo, first.layout.home)
        other = both.submit(demo, folder / "two", "--keep")
        yield again.result(), other.result()
    down(folder / "two")


def test_the_data_reaches_production_with_an_mse_under_the_gate(first: Run) -> None:
    assert first.code == 0, first.stderr
    document = first.document
    assert 0 < document["metrics"]["mse"] < 6.0
    assert [step["name"] for step in document["steps"]] == STEPS
    assert {step["status"] for step in document["steps"]} == {"Succeeded"}
    assert not any(step["cached"] for step in document["steps"])
    assert document["model_package_arn"].endswith("model-package/abalone/1")
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


def test_both_reports_are_left_to_read(first: Run) -> None:
    reports = first.layout.reports
    assert "<svg" in (reports / "report.html").read_text()
    assert "abalone-staging" in (reports / "smoke-test" / "report.html").read_text()
    assert json.loads((reports / "smoke-test" / "report.json").read_text())["passed"] is True


def test_the_sandbox_is_stopped_at_the_end(first: Run) -> None:
    assert holder(first.layout.home) is None


def test_a_second_run_takes_the_cached_steps_and_says_so(first: Run, beside: tuple[Run, Run]) -> None:
    again, _ = beside
    assert again.code == 0, again.stderr
    assert {step["name"] for step in again.document["steps"] if step["cached"]} == CACHEABLE
    assert "Succeeded, cached" in again.stdout
    assert "from the cache of an earlier run came Preprocess, Train, Evaluate" in again.stdout
    assert again.document["metrics"] == json.loads(first.stdout)["metrics"]
    assert again.document["model_package_arn"].endswith("model-package/abalone/2")


def test_two_demos_at_once_do_not_disturb_each_other(beside: tuple[Run, Run]) -> None:
    again, other = beside
    assert (again.code, other.code) == (0, 0), again.stderr + other.stderr
    assert not any(step["cached"] for step in other.document["steps"])
    assert other.document["model_package_arn"].endswith("model-package/abalone/1")
    assert other.document["metrics"] == again.document["metrics"]


def test_a_kept_sandbox_answers_the_commands_that_the_demo_prints(beside: tuple[Run, Run]) -> None:
    _, other = beside
    printed = other.stdout.splitlines()
    start = next(number for number, line in enumerate(printed) if "eval " in line)
    script = "\n".join(printed[start : start + 3])
    answered = subprocess.run(["sh", "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert answered.returncode == 0, answered.stderr
    assert float(answered.stdout.split()[0]) == pytest.approx(other.document["predictions"][0]["predicted"], abs=1e-3)


def test_a_failing_step_is_one_paragraph_and_the_way_on(folder: Path) -> None:
    data, home = folder / "shells.csv", folder / "three"
    data.write_text("M,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\nX,0.4,0.3,0.1,0.5,0.2,0.1,0.15,9\n")
    failed = demo(home, "--data", str(data))
    assert failed.code == 1
    paragraph = failed.stderr.strip()
    assert len(paragraph.splitlines()) == 1
    assert paragraph.startswith("The demo stopped at step Preprocess: ")
    assert "row 2" in paragraph
    assert "sex" in paragraph
    log = Path(paragraph.partition("The log is ")[2].partition(". To go on")[0])
    assert "row 2" in log.read_text()
    assert paragraph.endswith(f"make demo ARGS='--home {home}'")
    assert holder(home) is None
    assert not failed.layout.document.exists()


@pytest.mark.parametrize("seen", ["", "Foundation", "Preprocess", "Staging"])
def test_ctrl_c_stops_every_child(folder: Path, seen: str) -> None:
    """At the start, and once a line that begins with the word has been printed. Every child inherits a mark."""
    home, mark = folder / f"stopped-{seen}", uuid.uuid4().hex
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox.demo", "--home", home],
        cwd=REPOSITORY,
        env=os.environ | {"GOLDEN_PATH_MARK": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        while not (home / "sandbox.log").exists():
            time.sleep(0.01)
        if seen:
            assert any(line.strip().startswith(seen) for line in running.stdout)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=30)
    assert running.returncode == 130
    assert stderr.strip().startswith("Stopped")
    assert len(stderr.strip().splitlines()) == 1
    assert holder(home) is None
    assert _marked(mark) == []


def _marked(mark: str) -> list[str]:
    """The commands of the living processes that carry the mark in their environment (where /proc tells)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found
