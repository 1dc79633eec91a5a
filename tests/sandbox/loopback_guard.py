"""A `sitecustomize` for Python programs: whoever looks up or calls another machine fails, and is written down."""

from __future__ import annotations

from pathlib import Path

_GUARD = """
import os, socket

def _refuse(host):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(f"{host}\\n")
    raise socket.gaierror(socket.EAI_NONAME, f"{host} is another machine")

def _elsewhere(host):
    name = host.decode() if isinstance(host, bytes) else str(host)
    return name not in ("127.0.0.1", "localhost", "::1", "None")

_look_up, _connect = socket.getaddrinfo, socket.socket.connect

def getaddrinfo(host, *given, **more):
    return _refuse(host) if _elsewhere(host) else _look_up(host, *given, **more)

class Guarded(socket.socket):
    def connect(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and _elsewhere(address[0]):
            _refuse(address[0])
        return super().connect(address)

socket.getaddrinfo, socket.socket = getaddrinfo, Guarded
"""


class LoopbackGuard:
    """In a folder for PYTHONPATH."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(_GUARD)
        self._log = folder / "asked.log"
        self.environment = {"PYTHONPATH": str(folder), "GUARD_LOG": str(self._log)}

    def asked(self) -> list[str]:
        """The hosts, since the last time."""
        found = self._log.read_text().split() if self._log.exists() else []
        self._log.unlink(missing_ok=True)
        return found
