"""A phase that failed: status code and message are those of its context (API_PhaseContext)."""

from __future__ import annotations


class PhaseFailed(Exception):
    """The phase ends FAILED."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
