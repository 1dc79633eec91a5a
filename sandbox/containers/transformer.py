"""The functions of an inference script, called as the container's toolkit calls them (aws/sagemaker-containers: _transformer)."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from http import HTTPStatus
from types import ModuleType
from typing import Any

from werkzeug.wrappers import Response

from sandbox.containers.decoding import JSON, UnsupportedFormat, decode, encode

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
        if isinstance(result, Response):
            return result
        raise TypeError(f"the script returned {type(result).__name__}, not a response, (body, content type) or text")


def _three_steps(
    input_fn: Callable[..., Any] | None, predict_fn: Callable[..., Any] | None, output_fn: Callable[..., Any] | None
) -> Transform:
    """input_fn, predict_fn, output_fn, each the container's own where the script has none.

    Only the container's own functions answer 415 and 406; the same exception from the script is a 500, as in the toolkit.
    """

    def transform(model: Any, body: str | bytes, content_type: str, accept: str) -> Any:
        try:
            data = (input_fn or decode)(body, content_type)
        except UnsupportedFormat as error:
            return _refusal(error, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        prediction = predict_fn(data, model) if predict_fn else model.predict(data, validate_features=False)
        if output_fn is not None:
            return output_fn(prediction, accept)
        try:
            return encode(prediction, accept), accept
        except UnsupportedFormat as error:
            return _refusal(error, HTTPStatus.NOT_ACCEPTABLE)

    return transform


def _refusal(error: Exception, status: HTTPStatus) -> Response:
    body = {"error": "UnsupportedFormatError", "error-message": str(error), "stack-trace": traceback.format_exc()}
    return Response(json.dumps(body), status=status, mimetype=JSON)
