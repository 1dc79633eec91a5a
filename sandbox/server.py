"""The sandbox's process: `python -m sandbox.server --home FOLDER --port PORT`, started by `sandbox.process.up`."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import signal
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from hypercorn.asyncio import serve
from hypercorn.config import Config

from sandbox import memory_limit, plugin, work_folder
from sandbox.assembly import Assembly, assemble
from sandbox.containers.runner import Runner
from sandbox.environment import variables, without_key
from sandbox.gatekeeper import guarded
from sandbox.routes import routed
from sandbox.settings import DEFAULT_REGION, HOST, SandboxSettings

LOCKING = 1.0
GRACE = 3.0  # seconds that open requests get when the process is told to stop


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.server")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--region", default=DEFAULT_REGION)
    arguments = parser.parse_args()
    settings = SandboxSettings(home=arguments.home.resolve(), port=arguments.port, region=arguments.region)
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "lock").open("a+") as lock:
        _hold(lock)
        memory_limit.bound()
        _make_work_folder(settings)
        plugin.configure(settings)
        runner = Runner(
            environment=without_key(variables(settings))
        )  # a container reaches AWS by its role's credentials alone
        try:
            asyncio.run(_serve(settings, assemble(settings, runner)))
        finally:
            runner.close()
            with suppress(
                OSError
            ):  # a thread may still be at work there: the next sandbox of this home removes the rest
                work_folder.remove(settings.home)


def _make_work_folder(settings: SandboxSettings) -> None:
    try:
        work_folder.make(settings.home)
    except work_folder.WorkFolderRefused as error:
        raise SystemExit(str(error)) from error
    settings.functions.mkdir()
    tempfile.tempdir = str(settings.functions)  # there ministack unpacks functions; it looks while it is imported


def _hold(lock: IO[str]) -> None:
    """One process a home. The lock goes with the process, however it ends; the file's text says who holds it."""
    deadline = time.monotonic() + LOCKING
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except OSError as error:  # somebody who only looks (`process.holder`) lets go at once
            if time.monotonic() > deadline:
                raise SystemExit(f"Another sandbox holds {lock.name}.") from error
            time.sleep(0.005)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()


async def _serve(settings: SandboxSettings, assembly: Assembly) -> None:
    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = GRACE
    config.keep_alive_timeout = 75
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    keeping = asyncio.create_task(assembly.keeper.keep())
    recovering = asyncio.create_task(_recover(settings, assembly))
    application = guarded(routed(plugin.application(), assembly.routes, root_signed=plugin.root_signed))
    await serve(application, config, shutdown_trigger=stopping.wait)
    keeping.cancel()
    recovering.cancel()
    await asyncio.to_thread(assembly.close)
    assembly.keeper.save()


async def _recover(settings: SandboxSettings, assembly: Assembly) -> None:
    """Once the port answers: mark what a kill interrupted, start the endpoints again, and say that all is ready."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, settings.port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        break
    await asyncio.to_thread(assembly.recover)
    ready = {"pid": os.getpid(), "port": settings.port, "region": settings.region}
    partial = settings.home / "ready.partial"
    partial.write_text(json.dumps(ready))
    partial.replace(settings.home / "ready.json")


if __name__ == "__main__":
    main()
