"""A look-up that fails costs a notice its fact and nothing more: it is logged and left out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

_LOG = logging.getLogger(__name__)
Found = TypeVar("Found")


def told(look: Callable[[], Found], otherwise: Found) -> Found:
    try:
        return look()
    except (ClientError, BotoCoreError) as error:
        _LOG.warning("The notice goes out with fewer facts: %s", error)
        return otherwise
