"""How a step tells why it failed: one sentence where SageMaker looks for it, instead of a traceback in the log."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

# SageMaker shows /opt/ml/output/message as a processing job's ExitMessage and /opt/ml/output/failure as a training
# job's FailureReason: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
PROCESSING = "message"
TRAINING = "failure"
MAX_LENGTH = 1024  # both fields are cut there


def exit_code(action: Callable[[], None], expected: tuple[type[Exception], ...], file_name: str) -> int:
    """Run a step's action; an expected failure becomes its sentence and 1, anything else stays a traceback."""
    try:
        action()
    except expected as error:
        sentence = " ".join(str(error).split())[:MAX_LENGTH]
        sys.stderr.write(f"{sentence}\n")
        folder = Path(os.environ.get("SM_OUTPUT_DIR", "/opt/ml/output"))
        if folder.is_dir():
            (folder / file_name).write_text(sentence, encoding="utf-8")
        return 1
    return 0
