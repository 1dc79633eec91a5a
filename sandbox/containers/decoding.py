"""Request and response bodies to and from Python objects, as the XGBoost container does it for scripts that do not.

Behaviour of aws/sagemaker-xgboost-container (encoder.py) and aws/sagemaker-containers (_encoders.py).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
TEXT_TYPES = frozenset({JSON, CSV})  # bodies of these reach the script as text


class UnsupportedFormat(Exception):
    """A content type that the container's own functions do not know."""

    def __init__(self, content_type: str) -> None:
        super().__init__(
            f"Content type {content_type} is not supported by this framework; implement input_fn or output_fn"
        )


def decode(body: str | bytes, content_type: str) -> Any:
    """The body as an xgboost.DMatrix. Raises UnsupportedFormat."""
    media_type = content_type.partition(";")[0].strip()
    if media_type not in _DECODERS:
        raise UnsupportedFormat(media_type)
    return _DECODERS[media_type](body if isinstance(body, str) else body.decode())


def encode(prediction: Any, accept: str) -> str | bytes:
    """The prediction as a body of the type asked for. Raises UnsupportedFormat."""
    if accept not in _ENCODERS:
        raise UnsupportedFormat(accept)
    return _ENCODERS[accept](prediction)


def _csv(text: str) -> Any:
    """The delimiter is guessed from the first line; text of which none can be guessed is refused, empty text too."""
    import numpy as np  # noqa: PLC0415  # only what a script leaves to the container needs these
    import xgboost  # noqa: PLC0415

    guessed = csv.Sniffer().sniff(text.split("\n", maxsplit=1)[0][:512]).delimiter
    delimiter = "," if guessed.isalnum() else guessed
    rows = [[cell or "nan" for cell in line.split(delimiter)] for line in text.split("\n")]
    return xgboost.DMatrix(np.array(rows).astype(float))


def _libsvm(text: str) -> Any:
    import numpy as np  # noqa: PLC0415
    import xgboost  # noqa: PLC0415

    pairs = [[word.split(":", 1) for word in line.split() if ":" in word] for line in text.strip().split("\n")]
    rows = [{int(index): float(value) for index, value in row} for row in pairs]
    indices = [index for row in rows for index in row]
    if not indices:
        return xgboost.DMatrix(np.empty((0, 0)))
    first = 1 if min(indices) >= 1 else 0
    values = np.zeros((len(rows), max(indices) - first + 1))
    for number, row in enumerate(rows):
        for index, value in row.items():
            values[number, index - first] = value
    return xgboost.DMatrix(values)


def _to_json(prediction: Any) -> str:
    return json.dumps(prediction, default=lambda value: value.tolist())


def _to_csv(prediction: Any) -> str:
    """Numbers as numpy writes them: a float32 has a float32's digits."""
    import numpy as np  # noqa: PLC0415

    rows = np.array(prediction)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows.reshape(-1, 1) if rows.ndim == 1 else rows)
    return text.getvalue()


def _to_npy(prediction: Any) -> bytes:
    import numpy as np  # noqa: PLC0415

    stream = io.BytesIO()
    np.save(stream, prediction)
    return stream.getvalue()


_DECODERS: dict[str, Callable[[str], Any]] = {CSV: _csv, "text/libsvm": _libsvm, "text/x-libsvm": _libsvm}
_ENCODERS: dict[str, Callable[[Any], str | bytes]] = {JSON: _to_json, CSV: _to_csv, NPY: _to_npy}
