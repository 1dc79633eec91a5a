"""Ends a command in silence when the reader of its output, such as `head`, has closed the pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

READER_LEFT = 141  # 128 + SIGPIPE: what a shell reports of any command that such a pipe ended


def until_reader_leaves(command: Callable[[], int]) -> int:
    """The command's exit code, or READER_LEFT. Everything is flushed here, where a closed pipe can still be answered."""
    try:
        try:
            return command()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its exit, and would complain then.
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT
