"""What is uploaded beside the templates: the functions, and the seeds of the repositories."""

from __future__ import annotations

from collections.abc import Iterator

from tests.verifiers.assembly import Assembly, Finding

_READABLE = "-rw-r--r--"


def readable(assembly: Assembly) -> Iterator[Finding]:
    """By everybody: Lambda unpacks with the modes and runs as another user (developer guide, "python-package")."""
    for name, listing in assembly.files.items():
        if not name.endswith(".zip"):
            continue
        for mode, _, entry in (line.partition(" ") for line in listing.splitlines()):
            if mode != _READABLE:
                yield Finding("archive-mode", f"{name}/{entry}", f"{mode}: the function or the pipeline cannot read it")
