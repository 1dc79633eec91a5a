"""What the build's two commands share: an expected failure is a sentence on stderr and an exit code, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from pipelines.settings import MissingSettings

DONE, AWS_REFUSED, NOT_CONFIGURED = 0, 1, 2


def exit_code(action: Callable[[], None]) -> int:
    """0 when done, 1 when AWS refused or could not be reached, 2 when settings are missing."""
    try:
        action()
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
    except BotoCoreError as error:
        sys.stderr.write(f"model-build: {error}. Check the credentials, the region and the network.\n")
        return AWS_REFUSED
    return DONE
