"""The model at work: the XGBoost container calls `model_fn` once and `transform_fn` for each request."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if __package__:
    from pipelines.abalone.containers.features import FEATURES, Cell, RowRefused, csv_rows, feature_matrix
else:  # in the container this file and features.py lie side by side, outside any package
    from features import FEATURES, Cell, RowRefused, csv_rows, feature_matrix  # type: ignore[import-not-found,no-redef]

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

CSV, JSON = "text/csv", "application/json"
MAX_BYTES = 6 * 1024 * 1024  # as much as InvokeEndpoint takes
MAX_ROWS = 100_000  # more than fit into the payload that a batch transform job sends


class RequestRefused(ValueError):
    """A request that gets no prediction: the HTTP status, the reason, and the row if one is to blame."""

    def __init__(self, status: int, reason: str, row: int | None = None) -> None:
        self.status = status
        self.row = row
        super().__init__(reason)


class WrongModel(ValueError):
    """The model file is not the one that was registered, or no model at all."""


def _import_xgboost() -> ModuleType:
    """xgboost imports scikit-learn wherever it is installed, for classes unused here: 2.3 s instead of 0.6 s."""
    hidden = "sklearn" not in sys.modules
    if hidden:
        sys.modules["sklearn"] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("xgboost")
    finally:
        if hidden:
            del sys.modules["sklearn"]


xgboost = _import_xgboost()


def model_fn(model_dir: str) -> Any:
    """Load model.json, if it is the one that MODEL_SHA256 names (when set)."""
    path = Path(model_dir) / "model.json"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongModel(f"{path}: cannot be read ({error.strerror}). Train the model again.") from error
    digest, wanted = hashlib.sha256(content).hexdigest(), os.environ.get("MODEL_SHA256")
    if wanted and wanted != digest:
        raise WrongModel(f"{path}: its SHA-256 is {digest}, but {wanted} is registered. Deploy that one.")
    try:
        json.loads(content)  # UBJ, or a pickle under this name, never reaches XGBoost's parser
        model = xgboost.Booster({"nthread": 1}, model_file=bytearray(content))
    except (ValueError, xgboost.core.XGBoostError) as error:
        raise WrongModel(f"{path}: not a model of XGBoost {xgboost.__version__}. Train the model again.") from error
    if model.feature_names != list(FEATURES):
        raise WrongModel(f"{path}: trained on other features than features.py makes. Train the model again.")
    return model


def predict(model: Any, rows: Sequence[Sequence[Cell]]) -> list[float]:
    """The number of rings of each raw row."""
    return [float(rings) for rings in model.inplace_predict(feature_matrix(rows))] if rows else []


def transform_fn(model: Any, body: bytes | str, content_type: str, accept: str) -> Response:
    """One request: rows in as CSV or JSON, predictions out as CSV or JSON, a refusal with its row as JSON."""
    try:
        sent = _media_type(content_type)
        answer = _answer_type(accept, sent)
        rows = _rows(body, sent)
        predictions = predict(model, rows)
    except RowRefused as error:
        return _response(400, json.dumps({"error": str(error), "row": error.row}), JSON)
    except RequestRefused as error:
        detail = {"error": str(error)} | ({"row": error.row} if error.row else {})
        return _response(error.status, json.dumps(detail), JSON)
    if answer == JSON:
        return _response(200, json.dumps({"predictions": predictions}), JSON)
    # A newline after the last one, too: a batch transform joins such answers, and whether it adds newlines of its own is not
    # documented. An empty line between two batches is harmless, two numbers in one line are not.
    return _response(200, "".join(f"{rings!r}\n" for rings in predictions), CSV)


def _media_type(header: str) -> str:
    kind, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset=")), "utf-8")
    if kind not in {CSV, JSON} or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise RequestRefused(415, f"Content-Type {header!r}: send {CSV} or {JSON}, in UTF-8")
    return kind


def _answer_type(accept: str, sent: str) -> str:
    """What the client asks for; in kind where it has no wish (steps.py makes the container pass */* then)."""
    from werkzeug.datastructures import MIMEAccept  # noqa: PLC0415  training has no web framework
    from werkzeug.http import parse_accept_header  # noqa: PLC0415

    wished = parse_accept_header(accept or "*/*")
    kinds = MIMEAccept(
        (kind.partition(";")[0].strip(), quality) for kind, quality in wished
    )  # a charset is no other type
    chosen = kinds.best_match([sent, CSV, JSON])
    if chosen is None:
        raise RequestRefused(406, f"Accept {accept!r}: answers are {CSV} or {JSON}")
    return chosen


def _rows(body: bytes | str, sent: str) -> Sequence[Sequence[Cell]]:
    content = body.encode() if isinstance(body, str) else body
    if len(content) > MAX_BYTES:
        raise RequestRefused(413, f"{len(content)} bytes: at most {MAX_BYTES} in a request; use a batch transform job")
    rows = [cells for _, cells in csv_rows(content)] if sent == CSV else _json_rows(content)
    if not rows:
        raise RequestRefused(400, "no rows: send raw rows such as M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15")
    if len(rows) > MAX_ROWS:
        raise RequestRefused(413, f"{len(rows)} rows: at most {MAX_ROWS} in a request; use a batch transform job")
    return rows


def _json_rows(content: bytes) -> list[list[Cell]]:
    try:
        rows = json.loads(content)
    except json.JSONDecodeError as error:
        raise RequestRefused(400, f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # not UTF-8, integers of 5,000 digits, brackets 5,000 deep
        raise RequestRefused(400, "not JSON in UTF-8 that can be rows of measures") from error
    if isinstance(rows, dict):
        rows = rows.get("instances")
    if not isinstance(rows, list):
        raise RequestRefused(400, 'send {"instances": [["M", 0.455, ...], ...]} or the list of rows alone')
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list):
            raise RequestRefused(400, f"row {number}: not a list of cells", number)
    return rows


def _response(status: int, body: str, media_type: str) -> Response:
    from werkzeug.wrappers import Response  # noqa: PLC0415

    return Response(body, status=status, content_type=media_type)
