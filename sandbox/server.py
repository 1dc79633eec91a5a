"""The sandbox's process: `python -m sandbox.server --home FOLDER --port PORT`, started by `sandbox.process.up`."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import IO

from hypercorn.asyncio import serve
from hypercorn.config import Config

from sandbox import plugin
from sandbox.backplane import CloudWatchLogs, S3Objects, client
from sandbox.containers.runner import Runner
from sandbox.durability import StateKeeper
from sandbox.environment import variables
from sandbox.gatekeeper import guarded
from sandbox.sagemaker import cloudformation, frontend
from sandbox.sagemaker.operations import OPERATIONS, recover
from sandbox.sagemaker.service import SageMaker
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
        plugin.configure(settings)
        runner = Runner(environment=variables(settings))  # a container reaches AWS too, with its role's credentials
        try:
            sagemaker, keeper = assemble(settings, runner)
            asyncio.run(_serve(settings, sagemaker, keeper))
        finally:
            runner.close()


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


def assemble(settings: SandboxSettings, runner: Runner) -> tuple[SageMaker, StateKeeper]:
    """ministack with SageMaker added, and everything durable."""
    objects = S3Objects(client("s3", settings, plugin.wire))
    logs = CloudWatchLogs(client("logs", settings, plugin.wire))
    sagemaker = SageMaker(settings=settings, operations=OPERATIONS, objects=objects, logs=logs, runner=runner)
    plugin.add_service("sagemaker", frontend.control_plane(sagemaker))
    plugin.add_service("sagemaker-runtime", frontend.runtime(sagemaker))
    plugin.route_runtime("sagemaker", "sagemaker-runtime", r"/endpoints/")
    types = cloudformation.resource_types(sagemaker)
    plugin.add_resource_types(types, replacing=cloudformation.REPLACING, names=cloudformation.NAMES)
    return sagemaker, plugin.make_durable(settings)


async def _serve(settings: SandboxSettings, sagemaker: SageMaker, keeper: StateKeeper) -> None:
    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = GRACE
    config.keep_alive_timeout = 75
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    keeping = asyncio.create_task(keeper.keep())
    recovering = asyncio.create_task(_recover(settings, sagemaker))
    await serve(guarded(plugin.application()), config, shutdown_trigger=stopping.wait)
    keeping.cancel()
    recovering.cancel()
    await asyncio.to_thread(sagemaker.close)
    keeper.save()


async def _recover(settings: SandboxSettings, sagemaker: SageMaker) -> None:
    """Once the port answers: mark what a kill interrupted, start the endpoints again, and say that all is ready."""
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, settings.port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        break
    await asyncio.to_thread(recover, sagemaker)
    ready = {"pid": os.getpid(), "port": settings.port, "region": settings.region}
    partial = settings.home / "ready.partial"
    partial.write_text(json.dumps(ready))
    partial.replace(settings.home / "ready.json")


if __name__ == "__main__":
    main()
