"""The processes of a sandbox, by what they do, as `ps` shows them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

LAUNCHER = "sandbox.containers.zygote"
_SHELLS = ("sh", "bash", "dash")


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    command: str

    @property
    def is_shell(self) -> bool:
        return self.command.split(" ")[0].rpartition("/")[2] in _SHELLS


def below(server: int) -> dict[str, list[int]]:
    """launcher: what starts jobs; build: the shells that it started; job: what else it started; function: Lambda's workers."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 3) for line in listed.splitlines())
    processes = [
        _Process(int(row[0]), int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")
    ]
    children = [each for each in processes if each.parent == server]
    launchers = [each.pid for each in children if LAUNCHER in each.command]
    started = [each for each in processes if each.parent in launchers]
    return {
        "launcher": launchers,
        "build": [each.pid for each in started if each.is_shell],
        "job": [each.pid for each in started if not each.is_shell],
        "function": [each.pid for each in children if LAUNCHER not in each.command],
    }
