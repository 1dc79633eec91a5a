"""Step Evaluate: score the archived model on the test rows, the way the endpoint will, and write the two reports."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.abalone.containers import plots
from pipelines.abalone.containers.archive import ArchiveRefused, unpack
from pipelines.abalone.containers.dataset import Dataset, DatasetError, read_dataset
from pipelines.abalone.containers.failure import PROCESSING, exit_code
from pipelines.abalone.containers.features import feature_matrix
from pipelines.abalone.containers.inference import WrongModel, model_fn, predict, xgboost
from pipelines.abalone.containers.metrics import regression_metrics
from pipelines.abalone.containers.report import Plot, render


class GoldenMismatch(ValueError):
    """The model does not repeat the predictions that it made when it was trained."""


class FeatureMismatch(ValueError):
    """The features of the raw test rows are not those that the step Preprocess wrote."""


def evaluate(archive: Path, test: Path, output: Path) -> dict[str, Any]:
    """Write evaluation.json and report.html, and return the former's content."""
    output.mkdir(parents=True, exist_ok=True)
    dataset = read_dataset(test / "raw.csv")
    check_features(dataset, test / "test.csv")
    archive_sha256 = _digest(archive)
    with tempfile.TemporaryDirectory() as folder:
        unpack(archive, Path(folder))
        model = model_fn(folder)
        check_golden(model, Path(folder) / "golden.json")
        sha256 = _digest(Path(folder) / "model.json")
    predicted = np.array(predict(model, dataset.rows))
    evaluation = {
        "regression_metrics": regression_metrics(dataset.labels, predicted),
        "model": {"sha256": sha256, "archive_sha256": archive_sha256, "xgboost": xgboost.__version__},
        **json.loads((test / "split.json").read_text(encoding="utf-8")),
    }
    (output / "evaluation.json").write_text(json.dumps(evaluation, indent=2) + "\n", encoding="utf-8")
    page = render(evaluation, _plots(model, dataset.labels, predicted))
    (output / "report.html").write_text(page, encoding="utf-8")
    return evaluation


def check_features(dataset: Dataset, file: Path) -> None:
    """The raw-row path of serving must end in the same vectors as the file path of training."""
    written = np.loadtxt(file, delimiter=",", dtype=np.float64, ndmin=2)[:, 1:].astype(np.float32)
    computed = feature_matrix(dataset.rows)
    if written.shape != computed.shape or not np.array_equal(written, computed):
        raise FeatureMismatch(
            f"{file}: features.py makes other vectors of raw.csv than stand here. Run the step Preprocess again."
        )


def check_golden(model: Any, file: Path) -> None:
    golden = json.loads(file.read_text(encoding="utf-8"))
    rows = [row.split(",") for row in golden["rows"]]
    differences = np.abs(np.array(predict(model, rows)) - np.array(golden["predictions"]))
    worst = int(differences.argmax())
    if not differences[worst] <= golden["tolerance"]:
        raise GoldenMismatch(
            f"golden row {worst + 1} ({golden['rows'][worst]}): the prediction is {differences[worst]:.6f} off the one "
            f"made at training with XGBoost {golden['xgboost']} (here: {xgboost.__version__}). "
            "Use the same container version for every step."
        )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _plots(model: Any, actual: NDArray[np.float64], predicted: NDArray[np.float64]) -> list[Plot]:
    gains = model.get_score(importance_type="total_gain")
    return [
        Plot(
            "Predicted against actual",
            "Each dot is a test row; on the line the prediction is right.",
            plots.predicted_against_actual(actual, predicted),
        ),
        Plot("Residuals", "How far off, and to which side.", plots.residuals(actual, predicted)),
        Plot("Feature importance", "Which measures the trees split on.", plots.feature_importance(gains)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("/opt/ml/processing/input/model"))
    parser.add_argument("--test", type=Path, default=Path("/opt/ml/processing/input/test"))
    parser.add_argument("--output", type=Path, default=Path("/opt/ml/processing/output/evaluation"))
    arguments = parser.parse_args()

    def action() -> None:
        evaluation = evaluate(arguments.model / "model.tar.gz", arguments.test, arguments.output)
        for name, metric in evaluation["regression_metrics"].items():
            sys.stdout.write(f"test-{name}: {metric['value']:.6f} ± {metric['standard_deviation']:.6f}\n")

    expected = (ArchiveRefused, DatasetError, WrongModel, GoldenMismatch, FeatureMismatch, OSError)
    return exit_code(action, expected, PROCESSING)


if __name__ == "__main__":
    sys.exit(main())
