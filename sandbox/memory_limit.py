"""How much memory the server may take: whatever is asked of it, the machine goes on.

A request that would take more ends in a MemoryError, which its sender is told, and the others are answered. Linux alone holds a
process to it: RLIMIT_DATA counts what a process may write to (getrlimit(2)), and not the addresses that Node reserves in a build.
"""

from __future__ import annotations

import os
import resource

SHARE = 0.5  # of the machine's memory


def bound() -> int:
    """Limit this process, and what it starts, each; a process may go back to the hard limit. Returns the bytes."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = int(memory * SHARE)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    return most


def lift() -> None:
    """Take what the machine has: a job is as large as its data."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
