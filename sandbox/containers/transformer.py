"""The functions of an inference script, called as the container's toolkit calls them (aws/sagemaker-containers: _transformer)."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from werkzeug.wrappers import Response

from sandbox.containers.decoding import JSON, decode, encode

Transform = Callable[[Any, str | bytes, str, str], Any]


class ScriptError(Exception):
    """The inference script does not define what the container needs."""


class Transformer:
    """A model, loaded once, and the way from a request to a response."""

    def __init__(self, script: ModuleType, model_dir: str) -> None:
        functions = {name: getattr(script, name, None) for name in ("input_fn", "predict_fn", "output_fn")}
        own = getattr(script, "transform_fn", None)
        load = getattr(script, "model_fn", None)
        if own and any(functions.values()):
            raise ScriptError("Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn")
        if load is None:
            raise ScriptError("Please provide a model_fn implementation")
        self._transform: Transform = own or _three_steps(**functions)
        self._model = load(model_dir)

    def transform(self, body: str | bytes, content_type: str, accept: str) -> Response:
        """The answer. What the script itself raises is raised here: the server makes it a 500."""
        result = self._transform(self._model, body, content_type, accept)
        if isinstance(result, tuple):
            return Response(result[0], mimetype=result[1])
        if isinstance(result, str | bytes):
            return Response(result, mimetype="text/html")  # what Flask makes of a bare string
        if isinstance(result, dict | list):
            return Response(
                json.dumps(result, sort_keys=True, separators=(",", ":")) + "\n", mimetype=JSON
            )  # Flask's jsonify
        if isinstance(result, Response):
            return result
        raise TypeError(f"the script returned {type(result).__name__}, not a response, (body, content type) or text")


def _three_steps(
    input_fn: Callable[..., Any] | None, predict_fn: Callable[..., Any] | None, output_fn: Callable[..., Any] | None
) -> Transform:
    """input_fn, predict_fn, output_fn, each the container's own where the script has none.

    What any of them raises is a 500: the container hands its own functions to the toolkit as if they were a script's, which has 415
    and 406 for the toolkit's functions alone (aws/sagemaker-xgboost-container, serving.py).
    """

    def transform(model: Any, body: str | bytes, content_type: str, accept: str) -> Any:
        data = (input_fn or decode)(body, content_type)
        prediction = predict_fn(data, model) if predict_fn else model.predict(data, validate_features=False)
        if output_fn is not None:
            return output_fn(prediction, accept)
        return Response(encode(prediction, accept), mimetype=accept)

    return transform
