"""Run as a script in a root's folder: import the slow libraries, wait for an environment on stdin, then run the module.

The SageMaker SDK takes about three seconds to import and the sandbox about two to start; this way they pass together.
No import of ours is done ahead: the module runs as `python -m MODULE` would run it.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys

import boto3

SLOW = ("sagemaker.core.helper.session_helper", "sagemaker.mlops.workflow.pipeline")


def main() -> None:
    sys.path[0] = str(os.getcwd())  # noqa: PTH109 (what `python -m` puts there)
    for name in SLOW:
        importlib.import_module(name)
    told = sys.stdin.read()
    if not told:
        return  # the demo ended before it got here
    os.environ.update(json.loads(told))
    boto3.setup_default_session()  # the SDK has made one while it was imported, in the environment of then
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
