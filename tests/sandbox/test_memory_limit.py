"""The server's memory is bounded, and that of the jobs is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sandbox.memory_limit import SHARE
from sandbox.process import holder
from sandbox.settings import SandboxSettings

TAKE = """
from sandbox import memory_limit
memory_limit.SHARE = 0.02
most = memory_limit.bound()
try:
    bytearray(most)
except MemoryError:
    print("refused")
memory_limit.lift()
print(len(bytearray(most)) == most)
"""


def limit(pid: int) -> str:
    """The soft limit of a process's data."""
    (line,) = (
        each for each in Path(f"/proc/{pid}/limits").read_text().splitlines() if each.startswith("Max data size")
    )
    return line.split()[3]


def test_what_is_over_the_limit_is_refused_until_it_is_lifted() -> None:
    taken = subprocess.run([sys.executable, "-c", TAKE], capture_output=True, text=True, check=True)
    assert taken.stdout.split() == ["refused", "True"]


def test_the_server_is_bounded_and_the_launcher_of_jobs_is_not(sandbox: SandboxSettings) -> None:
    server = holder(sandbox.home)
    assert server is not None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert int(limit(server)) == int(memory * SHARE)
    children = Path(f"/proc/{server}/task").glob("*/children")
    launchers = [
        int(child)
        for task in children
        for child in task.read_text().split()
        if b"sandbox.containers.zygote" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
    assert launchers
    assert {limit(each) for each in launchers} == {"unlimited"}
