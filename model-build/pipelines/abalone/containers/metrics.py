"""The measures of a regression, in the shape of SageMaker's model quality report, each with its standard deviation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
RESAMPLES = 1000
SEED = 20260101


def regression_metrics(actual: Values, predicted: Values) -> dict[str, dict[str, float]]:
    """{"mse": {"value": ..., "standard_deviation": ...}, ...}; the deviations by bootstrap, from a fixed seed."""
    measured = _measures(actual[None, :], predicted[None, :])
    draws = np.random.default_rng(SEED).integers(0, len(actual), size=(RESAMPLES, len(actual)))
    resampled = _measures(actual[draws], predicted[draws])
    return {
        name: {"value": float(measured[name][0]), "standard_deviation": float(np.std(resampled[name]))}
        for name in measured
    }


def _measures(actual: Values, predicted: Values) -> dict[str, Values]:
    """One value a row of `actual`."""
    residuals = actual - predicted
    mse = np.mean(residuals**2, axis=1)
    spread = np.var(actual, axis=1)
    explained = np.divide(mse, spread, out=np.ones_like(mse), where=spread > 0)  # a constant label: r2 is 0
    return {"mse": mse, "rmse": np.sqrt(mse), "mae": np.mean(np.abs(residuals), axis=1), "r2": 1 - explained}
