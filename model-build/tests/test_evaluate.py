from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.abalone.containers.evaluate import FeatureMismatch, GoldenMismatch, evaluate, main
from pipelines.abalone.containers.inference import WrongModel
from pipelines.abalone.containers.metrics import regression_metrics


def _repacked(trained: Any, folder: Path, name: str, content: str) -> Path:
    shutil.copytree(trained.model, folder / "model")
    (folder / "model" / name).write_text(content)
    with tarfile.open(folder / "model.tar.gz", "w:gz") as tar:
        tar.add(folder / "model", arcname=".")
    return folder / "model.tar.gz"


def test_the_metrics_are_those_of_the_definition() -> None:
    metrics = regression_metrics(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))
    assert metrics["mse"]["value"] == pytest.approx(3)
    assert metrics["rmse"]["value"] == pytest.approx(3**0.5)
    assert metrics["mae"]["value"] == pytest.approx(1)
    assert metrics["r2"]["value"] == pytest.approx(1 - 3 / (2 / 3))


def test_a_perfect_model_has_no_error_and_no_deviation() -> None:
    metrics = regression_metrics(np.arange(50.0), np.arange(50.0))
    assert metrics["mse"] == {"value": 0.0, "standard_deviation": 0.0}
    assert metrics["r2"]["value"] == 1.0


def test_the_bootstrap_finds_the_deviation_that_theory_gives() -> None:
    errors = np.random.default_rng(7).normal(size=2000)
    metrics = regression_metrics(errors, np.zeros(2000))
    assert metrics["mse"]["standard_deviation"] == pytest.approx((2 / 2000) ** 0.5, rel=0.15)


@pytest.fixture(scope="module")
def evaluated(trained: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """What is returned, and the folder with the reports: drawing their plots is most of an evaluation's time."""
    folder = tmp_path_factory.mktemp("evaluated")
    return evaluate(trained.archive, trained.test, folder), folder


def test_the_evaluation_has_the_shape_of_a_model_quality_report(
    trained: Any, evaluated: tuple[dict[str, Any], Path]
) -> None:
    evaluation, folder = evaluated
    assert json.loads((folder / "evaluation.json").read_text()) == evaluation
    assert set(evaluation["regression_metrics"]) == {"mse", "rmse", "mae", "r2"}
    assert all(set(metric) == {"value", "standard_deviation"} for metric in evaluation["regression_metrics"].values())
    assert sum(evaluation["rows"].values()) == evaluation["data"]["rows"] == 300
    assert evaluation["data"]["files"] == [{"name": "abalone-300.csv", "rows": 300}]
    assert "abalone-300.csv: 300" in (folder / "report.html").read_text()
    model = (trained.model / "model.json").read_bytes()
    assert evaluation["model"] == {
        "sha256": hashlib.sha256(model).hexdigest(),
        "archive_sha256": hashlib.sha256(trained.archive.read_bytes()).hexdigest(),
        "xgboost": "3.2.0",
    }


def test_the_same_model_gives_the_same_reports_byte_for_byte(
    trained: Any, evaluated: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    evaluate(trained.archive, trained.test, tmp_path)
    for name in ("evaluation.json", "report.html"):
        assert (evaluated[1] / name).read_bytes() == (tmp_path / name).read_bytes()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [
            value for name, value in attrs if name in {"src", "href", "xlink:href"} and value and value[0] != "#"
        ]


def test_the_report_is_one_page_with_three_plots_that_loads_nothing(evaluated: tuple[dict[str, Any], Path]) -> None:
    page = _Page()
    page.feed((evaluated[1] / "report.html").read_text())
    assert page.tags.count("svg") == 3
    assert page.outside == []
    assert "script" not in page.tags


def test_a_golden_prediction_that_is_off_is_refused(trained: Any, tmp_path: Path) -> None:
    golden = json.loads((trained.model / "golden.json").read_text())
    golden["predictions"][4] += 0.5
    archive = _repacked(trained, tmp_path, "golden.json", json.dumps(golden))
    with pytest.raises(GoldenMismatch, match=r"golden row 5 .*is 0\.5000\d\d off|golden row 5 .*is 0\.499\d+ off"):
        evaluate(archive, trained.test, tmp_path / "out")
    assert not (tmp_path / "out" / "evaluation.json").exists()


def test_a_corrupt_model_is_refused(trained: Any, tmp_path: Path) -> None:
    archive = _repacked(trained, tmp_path, "model.json", '{"learner": {}}')
    with pytest.raises(WrongModel, match=r"not a model of XGBoost 3\.2\.0"):
        evaluate(archive, trained.test, tmp_path / "out")


def test_features_that_differ_from_those_of_preprocess_are_refused(trained: Any, tmp_path: Path) -> None:
    shutil.copytree(trained.test, tmp_path / "test")
    rows = (tmp_path / "test" / "test.csv").read_text().splitlines(keepends=True)
    (tmp_path / "test" / "test.csv").write_text("".join([rows[1], rows[0], *rows[2:]]))
    with pytest.raises(FeatureMismatch, match=r"test.csv: .*Run the step Preprocess again"):
        evaluate(trained.archive, tmp_path / "test", tmp_path / "out")


def test_a_refused_archive_is_one_sentence_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SM_OUTPUT_DIR", str(tmp_path))
    arguments = ["--model", tmp_path, "--test", trained.test, "--output", tmp_path / "out"]
    monkeypatch.setattr("sys.argv", ["evaluate.py", *map(str, arguments)])
    assert main() == 1
    assert capsys.readouterr().err == (tmp_path / "message").read_text() + "\n"
