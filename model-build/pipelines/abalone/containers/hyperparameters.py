"""The hyper-parameters of a training job: chosen on the validation split, set by the pipeline, read by train.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HyperParameters:
    """XGBoost's own names, so that they can be looked up in its documentation."""

    num_round: int = 1000
    early_stopping_rounds: int = 50
    eta: float = 0.05
    max_depth: int = 3
    min_child_weight: float = 10.0
    subsample: float = 0.8
    colsample_bytree: float = 0.6
    seed: int = 20260101
    nthread: int = 1  # on data this small a second thread mostly waits

    def of_booster(self) -> dict[str, float]:
        """What the booster itself takes, without what governs the rounds."""
        return {name: value for name, value in vars(self).items() if "round" not in name}
