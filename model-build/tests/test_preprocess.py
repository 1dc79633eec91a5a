from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.abalone.containers.dataset import read_dataset
from pipelines.abalone.containers.features import feature_matrix
from pipelines.abalone.containers.preprocess import SPLITS, TooFewRows, assign_splits, main, preprocess


def _run(source: Path, root: Path) -> dict[str, int]:
    """On a folder with this one file, as a job has it."""
    folder = root / "input"
    folder.mkdir(parents=True)
    (folder / source.name).write_bytes(source.read_bytes())
    return preprocess(folder, {split: root / split for split in SPLITS})[1]


def test_the_same_data_is_split_into_the_same_bytes(sample: Path, tmp_path: Path) -> None:
    _run(sample, tmp_path / "one")
    _run(sample, tmp_path / "two")
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 1 + 9
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)


def test_no_row_is_lost_and_none_is_in_two_splits(sample: Path, tmp_path: Path) -> None:
    counts = _run(sample, tmp_path)
    rows = {split: read_dataset(tmp_path / split / "raw.csv").rows for split in SPLITS}
    assert {split: len(rows[split]) for split in SPLITS} == counts
    assert sorted(row for split in SPLITS for row in rows[split]) == sorted(read_dataset(sample).rows)
    assert not (set(rows["train"]) & set(rows["test"]) or set(rows["train"]) & set(rows["validation"]))


def test_twins_stay_together(sample: Path) -> None:
    matrix = feature_matrix(read_dataset(sample).rows)
    assert np.array_equal(assign_splits(matrix), assign_splits(np.vstack([matrix, matrix]))[len(matrix) :])


def test_new_rows_move_no_old_one(sample: Path) -> None:
    matrix = feature_matrix(read_dataset(sample).rows)
    assert np.array_equal(assign_splits(matrix)[:100], assign_splits(matrix[:100]))


def test_features_read_back_as_the_float32_that_serving_computes(sample: Path, tmp_path: Path) -> None:
    _run(sample, tmp_path)
    table = np.loadtxt(tmp_path / "test" / "test.csv", delimiter=",")
    raw = read_dataset(tmp_path / "test" / "raw.csv")
    assert np.array_equal(table[:, 1:].astype(np.float32), feature_matrix(raw.rows))
    assert np.array_equal(table[:, 0], raw.labels)


def test_where_the_rows_came_from_travels_with_each_split(sample: Path, tmp_path: Path) -> None:
    counts = _run(sample, tmp_path)
    origin = json.loads((tmp_path / "test" / "split.json").read_text())
    files = [{"name": "abalone-300.csv", "rows": 300}]
    data = {"sha256": read_dataset(sample).sha256, "rows": 300, "files": files, "ignored": []}
    assert origin == {"data": data, "rows": counts}


def test_fewer_rows_than_a_split_needs_are_refused(sample: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.csv"
    short.write_text("".join(sample.read_text().splitlines(keepends=True)[:40]))
    with pytest.raises(TooFewRows, match=r"input: 40 rows leave \d+ for the train split \(70 %\), which needs 50"):
        _run(short, tmp_path / "out")
    assert not (tmp_path / "out" / "train").exists()


def test_a_refusal_is_one_sentence_an_exit_message_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SM_OUTPUT_DIR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["preprocess.py", "--input", str(tmp_path / "nowhere")])
    assert main() == 1
    sentence = (tmp_path / "message").read_text()
    assert "no data here (no such folder)" in sentence
    assert capsys.readouterr().err == f"{sentence}\n"


def test_what_was_read_and_what_was_ignored_is_told(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """More files than are told one by one, so that the log stays short and nothing is lost."""
    rows = sample.read_text().splitlines(keepends=True)
    for number in range(60):
        folder = tmp_path / "input" / f"{number:02}"
        folder.mkdir(parents=True)
        (folder / "part.csv").write_text("".join(rows[5 * number : 5 * number + 5]))
    (tmp_path / "input" / "_SUCCESS").touch()
    outputs = [argument for split in SPLITS for argument in (f"--{split}", str(tmp_path / split))]
    monkeypatch.setattr("sys.argv", ["preprocess.py", "--input", str(tmp_path / "input"), *outputs])
    assert main() == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["00/part.csv: 5 rows", "01/part.csv: 5 rows"]
    assert said[50:52] == [
        "and 10 files more: 300 rows in all",
        "ignored, since they are markers and no data: _SUCCESS",
    ]
    assert len(json.loads((tmp_path / "test" / "split.json").read_text())["data"]["files"]) == 60
