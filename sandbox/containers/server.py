"""The model server, inside its own process: GET /ping and POST /invocations, answered as the XGBoost container answers them.

Started by `serving` as `python3 -m sandbox.containers.server PORT_FILE`, in the folder of the inference script.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import waitress
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from sandbox.containers.decoding import JSON, TEXT_TYPES
from sandbox.containers.transformer import Transformer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PASSED_ON = ("/ping", "/invocations", "/execution-parameters")  # what nginx does not answer by itself
_METHODS = {"/ping": ["GET", "HEAD", "OPTIONS"], "/invocations": ["POST", "OPTIONS"]}
LARGEST_BODY = 128 * 1024 * 1024  # above MaxPayloadInMB's 100; what an endpoint takes is checked before it gets here


class Application:
    """The WSGI application of one model."""

    def __init__(self, transformer: Transformer, *, default_accept: str) -> None:
        self._transformer = transformer
        self._default_accept = default_accept
        self._one_at_a_time = threading.Lock()  # as in a worker of the container; /ping is answered meanwhile

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        try:
            response = self._answer(request)
        except HTTPException as error:
            response = Response.force_type(error.get_response(environ), environ)
        if request.path != "/ping":
            sys.stdout.write(f'"{request.method} {request.path}" {response.status_code}\n')
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        """As nginx and Flask do before a script is asked (aws/sagemaker-containers, etc/nginx.conf.template and _worker.py)."""
        if not request.path.startswith(_PASSED_ON):
            return Response("{}", status=HTTPStatus.NOT_FOUND, content_type="application/octet-stream")
        allowed = _METHODS.get(request.path)
        if allowed is None:
            raise NotFound
        if request.method == "OPTIONS":
            return Response(headers={"Allow": ", ".join(allowed)}, mimetype="text/html")
        if request.method not in allowed:
            raise MethodNotAllowed(allowed)
        return Response(mimetype=JSON) if request.path == "/ping" else self._invoke(request)

    def _invoke(self, request: Request) -> Response:
        content_type = request.headers.get("ContentType") or request.headers.get("Content-Type") or JSON
        accept = request.headers.get("Accept")
        body = request.get_data()
        content = body.decode(errors="replace") if content_type in TEXT_TYPES else body
        try:
            with self._one_at_a_time:
                wanted = self._default_accept if accept in (None, "", "*/*") else accept
                return self._transformer.transform(content, content_type, wanted)
        except SystemExit:  # it ends the container's worker, and nginx answers for it; the next request finds another
            traceback.print_exc()
            return Response(status=HTTPStatus.BAD_GATEWAY, mimetype="text/html")
        except Exception as error:  # an HTTPException of the script's, too: the toolkit wraps whatever a script raises
            traceback.print_exc()
            raise InternalServerError from error


def main() -> None:
    """Load the model, listen on a free port of the loopback interface, say which, and serve until killed."""
    port_file = Path(sys.argv[1])
    model_dir = os.environ["SM_MODEL_DIR"]
    root = os.environ.pop("PYTHONPATH")
    sys.path.remove(root)  # the script must not see what its container would not have
    for name in [name for name in sys.modules if name.partition(".")[0] == "sandbox"]:
        del sys.modules[name]
    script = importlib.import_module(os.environ["SAGEMAKER_PROGRAM"].removesuffix(".py"))
    default_accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
    application = Application(Transformer(script, model_dir), default_accept=default_accept)
    server = waitress.create_server(
        application, host="127.0.0.1", port=0, threads=4, ident=None, max_request_body_size=LARGEST_BODY
    )
    written = port_file.with_suffix(".new")
    written.write_text(str(server.effective_port))
    written.replace(port_file)
    server.run()


if __name__ == "__main__":
    main()
