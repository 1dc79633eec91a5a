"""Step Train: XGBoost on the train split, stopped early by the validation split; writes everything that serving needs.

Script mode of the XGBoost container: hyper-parameters are arguments, folders are SM_* variables.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.abalone.containers import features
from pipelines.abalone.containers.dataset import Dataset, DatasetError, read_dataset
from pipelines.abalone.containers.failure import TRAINING, exit_code
from pipelines.abalone.containers.hyperparameters import HyperParameters
from pipelines.abalone.containers.inference import predict, xgboost

GOLDEN_ROWS = 20
TOLERANCE = 1e-4


class EmptySplit(DatasetError):
    """A channel without usable rows."""


def train(train_csv: Path, validation_csv: Path, parameters: HyperParameters) -> Any:
    """The booster, cut to its best round."""
    fitted, validated = _matrix(train_csv), _matrix(validation_csv)
    return xgboost.train(
        {"objective": "reg:squarederror", "tree_method": "hist", **parameters.of_booster()},
        fitted,
        num_boost_round=parameters.num_round,
        evals=[(fitted, "train"), (validated, "validation")],
        verbose_eval=50,
        callbacks=[xgboost.callback.EarlyStopping(rounds=parameters.early_stopping_rounds, save_best=True)],
    )


def save(model: Any, validation: Dataset, model_dir: Path) -> None:
    """model.json, golden.json and the serving code: the content of model.tar.gz."""
    model_dir.mkdir(parents=True, exist_ok=True)
    model.save_model(model_dir / "model.json")
    chosen = golden_rows(validation.labels)
    golden = {
        "rows": [",".join(validation.rows[index]) for index in chosen],
        "predictions": predict(model, [validation.rows[index] for index in chosen]),
        "tolerance": TOLERANCE,
        "xgboost": xgboost.__version__,
    }
    (model_dir / "golden.json").write_text(json.dumps(golden, indent=2) + "\n", encoding="utf-8")
    code = Path(features.__file__).parent
    (model_dir / "code").mkdir(exist_ok=True)
    for name in ("features.py", "inference.py"):
        shutil.copyfile(code / name, model_dir / "code" / name)


def golden_rows(labels: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows spread evenly over the labels, from the youngest abalone to the oldest."""
    by_label = np.argsort(labels, kind="stable")
    return by_label[np.linspace(0, len(labels) - 1, min(GOLDEN_ROWS, len(labels))).astype(np.intp)]


def _matrix(file: Path) -> Any:
    """Label first, then FEATURES, no header: as preprocess.py writes it."""
    if not file.is_file() or not file.stat().st_size:
        raise EmptySplit(f"{file}: no rows. Look at the output of the step Preprocess.")
    columns = 1 + len(features.FEATURES)
    try:
        table = np.loadtxt(file, delimiter=",", dtype=np.float64, ndmin=2)
    except ValueError as error:
        raise EmptySplit(
            f"{file}: {error}. Expected {columns} numbers a row, written by the step Preprocess."
        ) from error
    if table.shape[1] != columns or not np.isfinite(table).all():
        raise EmptySplit(f"{file}: expected {columns} finite numbers a row, written by the step Preprocess.")
    return xgboost.DMatrix(
        table[:, 1:].astype(np.float32), table[:, 0], feature_names=list(features.FEATURES), nthread=1
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in vars(HyperParameters()).items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    parameters = HyperParameters(**vars(parser.parse_args()))
    channels = {
        name: Path(os.environ.get(f"SM_CHANNEL_{name.upper()}", f"/opt/ml/input/data/{name}"))
        for name in ("train", "validation")
    }
    model_dir = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))

    def action() -> None:
        validation = read_dataset(channels["validation"] / "raw.csv")
        model = train(channels["train"] / "train.csv", channels["validation"] / "validation.csv", parameters)
        save(model, validation, model_dir)
        residuals = validation.labels - predict(model, validation.rows)
        sys.stdout.write(f"best-round: {model.num_boosted_rounds()}\nvalidation-mse: {np.mean(residuals**2):.6f}\n")

    return exit_code(action, (DatasetError, OSError, xgboost.core.XGBoostError), TRAINING)


if __name__ == "__main__":
    sys.exit(main())
