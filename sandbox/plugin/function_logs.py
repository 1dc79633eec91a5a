"""What a Python function logs reaches its log group: Lambda gives the root logger a handler before it imports the code.

Developer guide, "Log and monitor Python Lambda functions": `[INFO]`, the time, the request and the message, parted by tabs. The
level is Python's own, WARNING, until the function sets another one. https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

from inspect import getsource

_EACH_INVOCATION = '_ms_ctx = _ms_msg.get("ctx") or {}'


def log_as_lambda_does() -> None:
    """ministack's worker takes what comes on standard error, and Python's last resort writes only warnings there."""
    from ministack.core import lambda_runtime  # noqa: PLC0415 (only after `configure`)

    worker = lambda_runtime._PYTHON_WORKER_SCRIPT
    told = f'{_EACH_INVOCATION}; _request["id"] = _ms_ctx.get("request_id", "")'
    lambda_runtime._PYTHON_WORKER_SCRIPT = "\n".join(
        [getsource(_handle_root), "_request = _handle_root()", worker.replace(_EACH_INVOCATION, told)]
    )


def _handle_root() -> dict[str, str]:
    """Runs in the worker, where nothing of this package is; returns what is to hold the request's id."""
    import logging  # noqa: PLC0415
    import time  # noqa: PLC0415

    request = {"id": ""}

    class Form(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            record.aws_request_id = request["id"]
            return super().format(record)

    handler, form = (
        logging.StreamHandler(),
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
    )
    handler.setFormatter(Form(form, "%Y-%m-%dT%H:%M:%S"))
    logging.Formatter.converter = time.gmtime
    logging.getLogger().addHandler(handler)
    return request
