"""Run by the toolkit's own interpreter: AWS's `sagemaker-containers` on the files of a container, as the XGBoost image runs it.

`toolkit_process.py tell` prints a training script's arguments and variables; `train` trains; `serve` imports the code, loads the
model and answers the requests that standard input has, as JSON. The image's own package around it is a few lines, repeated here
(aws/sagemaker-xgboost-container, training.py and serving.py). SAGEMAKER_BASE_DIR stands for /opt/ml.
"""

from __future__ import annotations

import collections
import collections.abc
import importlib
import json
import os
import sys
import types
from typing import Any

sys.modules["gethostname"] = types.ModuleType("gethostname")  # the toolkit's C extension, for MPI alone: not built
collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]  # the image's Dockerfile patches the toolkit so


def toolkit(name: str) -> Any:
    return importlib.import_module(f"sagemaker_containers.{name}")


def tell() -> None:
    environment = toolkit("_env").TrainingEnv()
    told = {"arguments": environment.to_cmd_args(), "variables": environment.to_env_vars()}
    own = ("TRAINING_JOB_NAME", "CURRENT_HOST", "SAGEMAKER_JOB_NAME", "SAGEMAKER_REGION")
    told["variables"] |= {name: os.environ[name] for name in own if name in os.environ}
    sys.stdout.write(json.dumps(told) + "\n")


def train() -> None:
    """The entry point `train` of the image."""
    os.environ["SAGEMAKER_TRAINING_MODULE"] = f"{__name__}:framework"
    toolkit("_trainer").train()


def framework() -> None:
    environment = toolkit("_env").TrainingEnv()
    toolkit("_modules").run_module(
        environment.module_dir, environment.to_cmd_args(), environment.to_env_vars(), environment.module_name
    )
    sys.exit(0)


def serve() -> None:
    """The entry point `serve`, up to the web server."""
    environment = toolkit("_env").ServingEnv()
    toolkit("_modules").import_module(environment.module_dir, environment.module_name)
    script = importlib.import_module(environment.module_name)
    names = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")
    functions = {name: getattr(script, name) for name in names if hasattr(script, name)}
    transformer = toolkit("_transformer").Transformer(**functions)
    transformer.initialize()
    worker = toolkit("_worker").Worker(transform_fn=transformer.transform, module_name=environment.module_name)
    client = worker.test_client()
    answers = []
    for asked in json.load(sys.stdin):
        answer = client.open(
            asked["path"], method=asked["method"], data=asked["body"].encode("latin-1"), headers=asked["headers"]
        )
        answers.append([answer.status_code, answer.headers.get("Content-Type", ""), answer.data.decode("latin-1")])
    sys.stderr.flush()
    sys.stdout.write("\n" + json.dumps(answers) + "\n")


if __name__ == "__main__":
    {"tell": tell, "train": train, "serve": serve}[sys.argv[1]]()
