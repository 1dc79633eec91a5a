"""report.html: the evaluation on one self-contained page, for the person who approves the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Abalone model: evaluation</title>
<style>
 body {{ font: 16px/1.5 system-ui, sans-serif; color: #1f2933; background: #f5f7fa; margin: 0; }}
 main {{ max-width: 1080px; margin: 0 auto; padding: 32px 24px 48px; }}
 h1 {{ font-size: 28px; margin: 0 0 4px; }}
 h2 {{ font-size: 18px; margin: 0 0 4px; }}
 p {{ margin: 0; color: #52606d; }}
 .cards {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(180px, 1fr)); gap: 16px; margin: 24px 0; }}
 .card, figure, table {{ background: #fff; border: 1px solid #e4e7eb; border-radius: 8px; padding: 16px 20px; }}
 .card b {{ display: block; font-size: 30px; line-height: 1.2; }}
 .plots {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; }}
 figure {{ margin: 0; }}
 figure:last-child:nth-child(odd) {{ grid-column: 1 / -1; }}
 figure svg {{ width: 100%; height: auto; display: block; margin-top: 12px; }}
 table {{ border-spacing: 0; margin-top: 16px; width: 100%; box-sizing: border-box; }}
 th {{ text-align: left; font-weight: 600; padding: 4px 24px 4px 0; white-space: nowrap; }}
 td {{ padding: 4px 0; overflow-wrap: anywhere; color: #52606d; width: 100%; }}
</style>
<main>
<h1>Abalone model: evaluation</h1>
<p>Measured on {test_rows} test rows that training has not seen. ± is one standard deviation (bootstrap).</p>
<div class="cards">{cards}</div>
<div class="plots">{plots}</div>
<table>{facts}</table>
</main>
</html>
"""
MOST_FILES = 20  # on the page; evaluation.json has all
TITLES = {
    "mse": "mean squared error",
    "rmse": "root of it, in rings",
    "mae": "mean absolute error, in rings",
    "r2": "variance explained (R²)",
}


@dataclass(frozen=True)
class Plot:
    """One figure of the page."""

    title: str
    reading: str
    svg: str


def render(evaluation: Mapping[str, Any], plots: list[Plot]) -> str:
    """The page; `evaluation` is the content of evaluation.json."""
    facts = {
        "rows": ", ".join(f"{split} {count}" for split, count in evaluation["rows"].items()),
        "model.json, SHA-256": evaluation["model"]["sha256"],
        "trained with": f"XGBoost {evaluation['model']['xgboost']}",
        "data, SHA-256": evaluation["data"]["sha256"],
        "data, rows of each file": _files(evaluation["data"]["files"]),
        **({"data, ignored markers": ", ".join(ignored)} if (ignored := evaluation["data"]["ignored"]) else {}),
    }
    return PAGE.format(
        test_rows=evaluation["rows"]["test"],
        cards="".join(_card(name, evaluation["regression_metrics"][name]) for name in TITLES),
        plots="".join(
            f"<figure><h2>{escape(plot.title)}</h2><p>{escape(plot.reading)}</p>{plot.svg}</figure>" for plot in plots
        ),
        facts="".join(f"<tr><th>{escape(name)}</th><td>{escape(str(fact))}</td></tr>" for name, fact in facts.items()),
    )


def _files(files: list[dict[str, Any]]) -> str:
    shown = ", ".join(f"{file['name']}: {file['rows']}" for file in files[:MOST_FILES])
    return f"{shown}, and {len(files) - MOST_FILES} files more" if len(files) > MOST_FILES else shown


def _card(name: str, metric: Mapping[str, float]) -> str:
    value, deviation = metric["value"], metric["standard_deviation"]
    return f'<div class="card"><b>{value:.3f}</b>± {deviation:.3f}<p>{escape(TITLES[name])}</p></div>'
