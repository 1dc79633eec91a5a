"""Step Preprocess: check the raw rows, make features, and split them into train, validation and test."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.abalone.containers.dataset import Dataset, DatasetError
from pipelines.abalone.containers.failure import PROCESSING, exit_code
from pipelines.abalone.containers.features import DERIVED, FEATURES, Matrix, feature_matrix
from pipelines.abalone.containers.input_data import InputData, read_input

# Split -> its share of the rows, in percent, and the fewest rows that it is of any use with.
SPLITS = {"train": (70, 50), "validation": (15, 10), "test": (15, 10)}
MOST_TOLD = 50  # files, in the log


class TooFewRows(DatasetError):
    """A split would be too small to train on or to measure with."""


def preprocess(source: Path, folders: Mapping[str, Path]) -> tuple[InputData, dict[str, int]]:
    """Write each split's features (label first, no header) and raw rows (label last). Returns what was read, and the row counts."""
    found = read_input(source)
    dataset = found.dataset
    matrix = feature_matrix(dataset.rows)
    assigned = assign_splits(matrix)
    counts = {split: int((assigned == split).sum()) for split in SPLITS}
    _check_counts(source, counts)
    origin = json.dumps({"data": _origin(found), "rows": counts}, indent=2)
    for split, folder in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        chosen = np.flatnonzero(assigned == split)
        _write_features(folder / f"{split}.csv", dataset.labels[chosen], matrix[chosen])
        _write_raw(folder / "raw.csv", dataset, chosen)
        (folder / "split.json").write_text(origin + "\n", encoding="utf-8")
    return found, counts


def _origin(found: InputData) -> dict[str, object]:
    """What travels with each split into evaluation.json."""
    files = [{"name": file.name, "rows": file.rows} for file in found.files]
    return {
        "sha256": found.dataset.sha256,
        "rows": len(found.dataset.rows),
        "files": files,
        "ignored": [*found.ignored],
    }


def assign_splits(matrix: Matrix) -> NDArray[np.str_]:
    """The split of each row by a digest of what was measured: twins stay together, and new rows move no old one."""
    measured = np.ascontiguousarray(matrix[:, : len(FEATURES) - len(DERIVED)])
    bounds = np.cumsum([share for share, _ in SPLITS.values()])
    draws = [int.from_bytes(hashlib.sha256(row.tobytes()).digest()[:8], "big") * 100 >> 64 for row in measured]
    return np.array(list(SPLITS))[np.searchsorted(bounds, draws, side="right")]


def _check_counts(source: Path, counts: Mapping[str, int]) -> None:
    for split, (share, fewest) in SPLITS.items():
        if counts[split] < fewest:
            raise TooFewRows(
                f"{source.name}: {sum(counts.values())} rows leave {counts[split]} for the {split} split ({share} %), "
                f"which needs {fewest}. Add rows."
            )


def _write_features(file: Path, labels: NDArray[np.float64], matrix: Matrix) -> None:
    """The shortest text that reads back as the same float32, so that training sees what serving computes."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        for label, row in zip(labels, matrix, strict=True):
            stream.write(",".join((str(label), *map(str, row))) + "\n")


def _write_raw(file: Path, dataset: Dataset, chosen: NDArray[np.intp]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows((*dataset.rows[index], str(dataset.labels[index])) for index in chosen)


def _told(found: InputData) -> Iterator[str]:
    """For the log; evaluation.json has all files."""
    for file in found.files[:MOST_TOLD]:
        yield f"{file.name}: {file.rows} rows"
    if len(found.files) > MOST_TOLD:
        yield f"and {len(found.files) - MOST_TOLD} files more: {sum(file.rows for file in found.files)} rows in all"
    if found.ignored:
        shown = ", ".join(found.ignored[:MOST_TOLD])
        yield f"ignored, since they are markers and no data: {shown}{', ...' if len(found.ignored) > MOST_TOLD else ''}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input", type=Path, default=Path("/opt/ml/processing/input/data"))
    for split in SPLITS:
        parser.add_argument(f"--{split}", type=Path, default=Path(f"/opt/ml/processing/output/{split}"))
    arguments = parser.parse_args()

    def action() -> None:
        found, counts = preprocess(arguments.input, {split: getattr(arguments, split) for split in SPLITS})
        sys.stdout.write("".join(f"{line}\n" for line in _told(found)))
        sys.stdout.write("".join(f"{split}-rows: {count}\n" for split, count in counts.items()))

    return exit_code(action, (DatasetError, OSError), PROCESSING)


if __name__ == "__main__":
    sys.exit(main())
