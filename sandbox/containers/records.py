"""Batch transform's cutting and joining: an input file into request bodies, the answers into one output file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.containers.job import JobError

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Cut:
    """How a file becomes request bodies (API CreateTransformJob: SplitType, BatchStrategy, MaxPayloadInMB)."""

    by_line: bool
    one_record: bool
    largest: int  # bytes; 0 is no limit

    def bodies(self, content: bytes) -> Iterator[bytes]:
        """The bodies in order. Blank lines are no records. Raises JobError at a record that does not fit."""
        if not content:
            return
        if not self.by_line:
            yield self._fitting(content)
            return
        batch: list[bytes] = []
        size = 0
        for record in (line for line in content.split(b"\n") if line.strip()):
            self._fitting(record)
            if batch and (self.one_record or self._too_long(size + len(record) + len(batch))):
                yield b"\n".join(batch)
                batch, size = [], 0
            batch.append(record)
            size += len(record)
        if batch:
            yield b"\n".join(batch)

    def _fitting(self, body: bytes) -> bytes:
        if self._too_long(len(body)):
            largest = self.largest // MEGABYTE
            raise JobError(f"ClientError: Too much data for max payload size: a record is longer than {largest} MB")
        return body

    def _too_long(self, size: int) -> bool:
        return 0 < self.largest < size


def join(answers: list[bytes], *, by_line: bool) -> bytes:
    """One output file. By line, each answer ends with one newline, its own or ours."""
    if not by_line:
        return b"".join(answers)
    return b"".join(answer if answer.endswith(b"\n") else answer + b"\n" for answer in answers)
