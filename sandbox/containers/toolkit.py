"""What a training script finds: the variables and arguments that AWS's container toolkit derives from a request.

The toolkit is `sagemaker-containers`, which the XGBoost container carries (aws/sagemaker-containers: _env, _params, _mapping).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.containers.filesystem import Json
from sandbox.containers.hyperparameters import as_argument, as_variable

INPUT, OUTPUT, MODEL, CODE = "/opt/ml/input", "/opt/ml/output", "/opt/ml/model", "/opt/ml/code"
HOST = "algo-1"

_OWN = "sagemaker_"  # hyper-parameters that begin so are the toolkit's, not the script's
_KNOWN = frozenset(
    f"{_OWN}{name}"
    for name in (
        "program",
        "submit_directory",
        "enable_cloudwatch_metrics",
        "region",
        "container_log_level",
        "job_name",
        "s3_output",
    )
)
_NOT_FOR_THE_SCRIPT = frozenset({"_tuning_objective_metric", "default_user_module_name"})
_INFO = 20  # logging.INFO, the level of a job that names none


@dataclass(frozen=True, kw_only=True)
class Training:
    """A training job as its script sees it. Hyper-parameters are decoded from the JSON that the SDK writes."""

    job: str
    hyperparameters: Mapping[str, Json]
    channels: dict[str, Json]
    resources: dict[str, Json]

    @property
    def program(self) -> str | None:
        return self._setting("program")

    @property
    def source(self) -> str | None:
        return self._setting("submit_directory")

    def _setting(self, name: str) -> str | None:
        value = self.hyperparameters.get(_OWN + name)
        return None if value is None else str(value)

    def script_parameters(self) -> dict[str, Json]:
        return {
            name: value
            for name, value in self.hyperparameters.items()
            if not name.startswith(_OWN) and name not in _NOT_FOR_THE_SCRIPT
        }

    def arguments(self) -> list[str]:
        """`--key value`, sorted by key; one-letter keys with one dash."""
        words = []
        for name, value in sorted(self.script_parameters().items()):
            words += [f"--{name}" if len(name) > 1 else f"-{name}", as_argument(value)]
        return words

    def variables(self) -> dict[str, str]:
        """The SM_* variables, and those without a prefix that the toolkit also sets."""
        training = self._environment()
        words: list[Json] = [*self.arguments()]
        channels: list[Json] = [*sorted(self.channels)]
        own = {name: value for name, value in training.items() if name not in _ONLY_IN_TRAINING_ENV}
        named: dict[str, Json] = {
            **own,
            "hps": training["hyperparameters"],
            "framework_params": training["additional_framework_parameters"],
            "channels": channels,
            "training_env": training,
            "user_args": words,
        }
        named |= {f"channel_{name}": f"{INPUT}/data/{name}" for name in self.channels}
        named |= {f"hp_{name}": value for name, value in self.script_parameters().items()}
        return {
            **{f"SM_{name.upper()}": as_variable(value) for name, value in named.items()},
            "TRAINING_JOB_NAME": self.job,
            "CURRENT_HOST": HOST,
            "SAGEMAKER_JOB_NAME": self._setting("job_name") or "",
            "SAGEMAKER_REGION": self._setting("region") or "",
        }

    def _environment(self) -> dict[str, Json]:
        """The toolkit's TrainingEnv, member by member."""
        program = self.program or ""
        framework: dict[str, Json] = {
            name: value for name, value in self.hyperparameters.items() if name.startswith(_OWN) and name not in _KNOWN
        }
        return {
            "additional_framework_parameters": framework,
            "channel_input_dirs": {name: f"{INPUT}/data/{name}" for name in self.channels},
            "current_host": HOST,
            "framework_module": "sagemaker_xgboost_container.training:main",
            "hosts": [HOST],
            "hyperparameters": self.script_parameters(),
            "input_config_dir": f"{INPUT}/config",
            "input_data_config": self.channels,
            "input_dir": INPUT,
            "is_master": True,
            "job_name": self.job,
            "log_level": self.hyperparameters.get(f"{_OWN}container_log_level", _INFO),
            "master_hostname": HOST,
            "model_dir": MODEL,
            "module_dir": self.source or CODE,
            "module_name": program.removesuffix(".py"),
            "network_interface_name": "eth0",
            "num_cpus": os.cpu_count() or 1,
            "num_gpus": 0,
            "output_data_dir": f"{OUTPUT}/data",
            "output_dir": OUTPUT,
            "output_intermediate_dir": f"{OUTPUT}/intermediate",
            "resource_config": self.resources,
            "user_entry_point": program,
        }


_ONLY_IN_TRAINING_ENV = frozenset(
    {
        "additional_framework_parameters",
        "channel_input_dirs",
        "hyperparameters",
        "is_master",
        "job_name",
        "master_hostname",
    }
)
