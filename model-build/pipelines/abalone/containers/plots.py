"""The three plots of report.html, as SVG: predicted against actual, residuals, and what the model looks at."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

Values = NDArray[np.float64]

INK, FAINT, POINTS, LINE = "#1f2933", "#9aa5b1", "#2b6cb0", "#c05621"
STYLE: Any = {
    "svg.hashsalt": "golden-path",  # without it matplotlib puts random ids into the file
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#e4e7eb",
}


def predicted_against_actual(actual: Values, predicted: Values) -> str:
    with mpl.rc_context(STYLE):
        figure, axes = _figure("actual rings", "predicted rings")
        ends = [min(actual.min(), predicted.min()), max(actual.max(), predicted.max())]
        axes.plot(ends, ends, color=LINE, linewidth=1.5, label="a perfect prediction")
        axes.scatter(actual, predicted, s=16, color=POINTS, alpha=0.35, linewidths=0)
        axes.legend(frameon=False, loc="upper left")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure)


def residuals(actual: Values, predicted: Values) -> str:
    with mpl.rc_context(STYLE):
        figure, axes = _figure("predicted minus actual rings", "test rows")
        errors = predicted - actual
        reach = max(1.0, float(np.ceil(np.abs(errors).max())))
        axes.hist(errors, bins=np.linspace(-reach, reach, 41).tolist(), color=POINTS, alpha=0.8)
        axes.axvline(0, color=LINE, linewidth=1.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        return _svg(figure)


def feature_importance(gains: Mapping[str, float]) -> str:
    with mpl.rc_context(STYLE):
        figure, axes = _figure("share of the total gain", "", width=13.2)
        ranked = sorted(gains.items(), key=lambda item: (item[1], item[0]))[-12:]
        total = sum(gains.values()) or 1.0
        axes.barh([name.replace("_", " ") for name, _ in ranked], [gain / total for _, gain in ranked], color=POINTS)
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.grid(visible=False, axis="y")
        return _svg(figure)


def _figure(x_label: str, y_label: str, *, width: float = 6.4) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return figure, axes


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = buffer.getvalue()
    return text[text.index("<svg") :]
