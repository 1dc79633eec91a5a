"""A model server as the sandbox sees it: a child process with a model in it, that can die without hurting anybody else."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

from sandbox.containers.connection import ConnectionPool, InvocationResponse, TooSlow, Unreachable
from sandbox.containers.filesystem import Volume
from sandbox.containers.job import JobError, JobSite, Log, Request, exit_words
from sandbox.containers.model_container import PORT_FILE, prepare
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Runner
from sandbox.containers.running import RunningJob

LARGEST_BODY = 6 * 1024 * 1024  # the longest Body that InvokeEndpoint takes

_PATIENCE = 60.0  # seconds that nginx waits for a worker (aws/sagemaker-containers, _env.py: model_server_timeout)
_PING_TIMEOUT = 2.0  # seconds: "the request timeout on /ping attempts is 2 seconds"
_TICK = 0.005
_STOPPING = 5.0
_DYING = 1.0  # between a broken connection and the news that the process has ended
_OK = 200


class ModelServerFailed(Exception):
    """The server did not start, died, or does not answer; the message is the reason."""


class BodyTooLarge(Exception):
    """The request is longer than InvokeEndpoint takes."""


class _LastWords:
    """Passes lines on to the log, and remembers the last: what a dying server said is the reason that it died."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lines: deque[str] = deque(maxlen=20)

    def line(self, text: str) -> None:
        self._lines.append(text)
        self._log(text)

    def reason(self) -> str:
        """The last line that is not part of a traceback's body: `ValueError: ...`."""
        return next(
            (line for line in reversed(self._lines) if line.strip() and not line.startswith(" ")), "it said nothing"
        )


class ModelServer:
    """One running container of a model. Made by `start`."""

    def __init__(self, *, process: RunningJob, words: _LastWords, port: int) -> None:
        self._process = process
        self._words = words
        self._patience = _PATIENCE
        self._pool = ConnectionPool(host="127.0.0.1", port=port)
        self.port = port

    @classmethod
    def start(  # noqa: PLR0913  # what a container is started with, each by name
        cls,
        *,
        container: Request,
        folder: Path,
        objects: ObjectStore,
        runner: Runner,
        log: Log,
        offline: bool = False,
        timeout: float = 60.0,
    ) -> ModelServer:
        """Serve a container definition (API ContainerDefinition). Raises ModelServerFailed with the reason.

        `offline`: whether it has no way to a package index: network isolation, or subnets.
        """
        words = _LastWords(log)
        try:
            volume = Volume.create(folder, mounted=runner.mounts)
            site = JobSite(volume=volume, objects=objects, runner=runner, log=words.line)
            command = prepare(container, site, offline=offline)
        except JobError as error:
            raise ModelServerFailed(str(error)) from error
        process = runner.start(command, log=words.line)
        try:
            server = cls._answering(process, words, volume.folder / PORT_FILE, time.monotonic() + timeout)
        except BaseException:  # a stop from outside, too, must leave no process behind
            process.stop(grace=0)
            raise
        server._patience = float(container.get("Environment", {}).get("SAGEMAKER_MODEL_SERVER_TIMEOUT", _PATIENCE))
        return server

    @classmethod
    def _answering(cls, process: RunningJob, words: _LastWords, port_file: Path, deadline: float) -> ModelServer:
        server = None
        while process.alive and time.monotonic() < deadline:
            if server is None and port_file.exists():
                server = cls(process=process, words=words, port=int(port_file.read_text()))
            if server is not None and server.ping():
                return server
            time.sleep(_TICK)
        if process.alive:
            raise ModelServerFailed(f"the model server did not answer /ping in time; its last line: {words.reason()}")
        raise ModelServerFailed(_died(process, words))

    @property
    def alive(self) -> bool:
        return self._process.alive

    def ping(self) -> bool:
        try:
            return self._pool.request("GET", "/ping", timeout=_PING_TIMEOUT).status == _OK
        except Unreachable:
            return False

    def invoke(
        self,
        *,
        body: bytes,
        content_type: str | None = None,
        accept: str | None = None,
        timeout: float = 60.0,
        largest: int = LARGEST_BODY,
    ) -> InvocationResponse:
        """POST /invocations; whatever the model answers is returned. Raises BodyTooLarge and ModelServerFailed."""
        if len(body) > largest:
            raise BodyTooLarge(f"the body has {len(body)} bytes; at most {largest} are taken")
        headers = {"Content-Type": content_type, "Accept": accept}
        given = {name: value for name, value in headers.items() if value is not None}
        try:
            return self._pool.request(
                "POST", "/invocations", body=body, headers=given, timeout=min(timeout, self._patience)
            )
        except TooSlow as error:
            if self._patience < timeout:
                return InvocationResponse(status=504, body=b"", content_type="text/html", headers={})
            raise ModelServerFailed(str(error)) from error
        except Unreachable as error:
            ended = self._process.wait(_DYING) is not None
            raise ModelServerFailed(_died(self._process, self._words) if ended else str(error)) from error

    def stop(self) -> None:
        """End the process. Harmless when it has ended already."""
        self._pool.close()
        self._process.stop(grace=_STOPPING)


def _died(process: RunningJob, words: _LastWords) -> str:
    ending = process.wait()
    return f"the model server ended ({exit_words(ending)}); its last line: {words.reason()}" if ending else ""
