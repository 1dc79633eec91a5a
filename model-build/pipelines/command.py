"""What the build's two commands share: late import of the SDK, and failures as a sentence and an exit code."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from pipelines.settings import MissingSettings, Settings

if TYPE_CHECKING:
    from sagemaker.mlops.workflow.pipeline import Pipeline

DONE, AWS_REFUSED, NOT_CONFIGURED = 0, 1, 2
READER_LEFT = 141  # 128 + SIGPIPE, as a shell counts it


def load_pipeline(settings: Settings, *, upload: bool = True) -> Pipeline:
    """Importing the SDK takes seconds and makes a client, which needs a region: so only now, when there is one."""
    os.environ.setdefault("AWS_DEFAULT_REGION", settings.region)
    with _uncollected():
        from pipelines.abalone.pipeline import get_pipeline  # noqa: PLC0415

    return get_pipeline(settings, upload=upload)


@contextmanager
def _uncollected() -> Iterator[None]:
    """An import makes a million objects that live as long as the process: looking for cycles among them is a sixth of its time."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def exit_code(action: Callable[[], None]) -> int:
    """0 when done, 1 when AWS refused or could not be reached, 2 when settings are missing, 141 when `head` closed the pipe."""
    warnings_only = logging.StreamHandler()
    warnings_only.setLevel(logging.WARNING)
    logging.basicConfig(handlers=[warnings_only])  # before the SDK does so with its own chatter
    try:
        action()
        sys.stdout.flush()
    except MissingSettings as error:
        sys.stderr.write(f"model-build: {error}\n")
        return NOT_CONFIGURED
    except ClientError as error:
        detail = error.response["Error"]
        sys.stderr.write(
            f"model-build: {error.operation_name} was refused: {detail.get('Code')}: {detail.get('Message')}. "
            "Check the build's role and the names in the environment.\n"
        )
        return AWS_REFUSED
    except BrokenPipeError:  # Python flushes once more at its exit, and would complain
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
    except BotoCoreError as error:
        sys.stderr.write(f"model-build: {error}. Check the credentials, the region and the network.\n")
        return AWS_REFUSED
    return DONE
