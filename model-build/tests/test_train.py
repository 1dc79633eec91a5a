from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.abalone.containers.hyperparameters import HyperParameters
from pipelines.abalone.containers.inference import model_fn, predict
from pipelines.abalone.containers.train import EmptySplit, golden_rows, main, train

ROOT = Path(__file__).parents[1]


def _train(trained: Any, **changes: Any) -> Any:
    parameters = HyperParameters(**{**vars(HyperParameters()), **changes})
    return train(trained.train / "train.csv", trained.validation / "validation.csv", parameters)


def test_the_same_data_give_the_same_model_byte_for_byte(trained: Any, tmp_path: Path) -> None:
    _train(trained).save_model(tmp_path / "model.json")
    assert (tmp_path / "model.json").read_bytes() == (trained.model / "model.json").read_bytes()


def test_the_model_is_cut_to_its_best_round(trained: Any) -> None:
    assert _train(trained).num_boosted_rounds() < HyperParameters().num_round
    assert _train(trained, num_round=3).num_boosted_rounds() <= 3


def test_the_model_beats_the_mean_on_rows_it_has_not_seen(trained: Any) -> None:
    table = np.loadtxt(trained.test / "test.csv", delimiter=",")
    rows = [line.split(",")[:-1] for line in (trained.test / "raw.csv").read_text().splitlines()]
    predicted = np.array(predict(model_fn(str(trained.model)), rows))
    assert np.mean((predicted - table[:, 0]) ** 2) < np.var(table[:, 0])


def test_the_model_folder_has_exactly_what_serving_needs(trained: Any) -> None:
    files = {str(path.relative_to(trained.model)) for path in trained.model.rglob("*") if path.is_file()}
    assert files == {"model.json", "golden.json", "code/inference.py", "code/features.py"}


def test_golden_rows_span_the_labels_and_carry_their_predictions(trained: Any) -> None:
    golden = json.loads((trained.model / "golden.json").read_text())
    assert len(golden["rows"]) == len(golden["predictions"]) == 20
    assert golden["xgboost"] == "3.2.0"
    rows = [row.split(",") for row in golden["rows"]]
    assert predict(model_fn(str(trained.model)), rows) == golden["predictions"]


def test_golden_rows_of_a_short_split_are_all_of_it() -> None:
    assert sorted(golden_rows(np.array([3.0, 1.0, 2.0]))) == [0, 1, 2]


@pytest.mark.parametrize("content", ["", "1,2,3\n", "label,x\n", "nan" + ",1" * 16 + "\n"])
def test_an_empty_or_foreign_split_is_refused_by_name(trained: Any, tmp_path: Path, content: str) -> None:
    bad = tmp_path / "train.csv"
    bad.write_text(content)
    with pytest.raises(EmptySplit, match=r"train.csv: .*the step Preprocess"):
        train(bad, trained.validation / "validation.csv", HyperParameters())


def test_a_missing_channel_ends_with_a_sentence_in_the_failure_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SM_CHANNEL_TRAIN", "SM_CHANNEL_VALIDATION", "SM_OUTPUT_DIR", "SM_MODEL_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr("sys.argv", ["train.py"])
    assert main() == 1
    assert "no such file" in (tmp_path / "failure").read_text()
