"""The sandbox is started, the project is deployed, data is put where it belongs."""

from __future__ import annotations

from pathlib import Path

from sandbox.demo import interrupts
from sandbox.demo.clients import connect
from sandbox.demo.failure import DemoFailure
from sandbox.demo.moments.deployment import CommandLine
from sandbox.demo.moments.inputs import upload_inputs
from sandbox.demo.moments.project import read_project, read_settings
from sandbox.demo.scene import Scene, Watch
from sandbox.environment import variables
from sandbox.process import SandboxError, up
from sandbox.settings import SandboxSettings


def start_sandbox(watch: Watch) -> SandboxSettings:
    layout = watch.layout
    with watch.moment("Sandbox") as moment:
        try:
            with interrupts.held():  # a sandbox is stopped by its lock, so it must have one first
                settings = up(layout.home)
        except SandboxError as error:
            raise DemoFailure("the start of the sandbox", str(error), log=layout.sandbox_log) from error
        moment.say(f"{settings.endpoint_url}, state in {layout.home}")
    return settings


def deploy(watch: Watch, settings: SandboxSettings) -> Scene:
    """Every role, rule, schedule, function and pipeline is the template's own, as in an account."""
    wanted = read_settings()
    with watch.moment("Deploy") as moment:
        done = CommandLine(variables(settings), watch.layout).deploy()
        clients = connect(settings)
        project = read_project(clients.cloudformation, wanted)
        stacks = ", ".join(done.stacks)
        unchanged = f" ({done.unchanged} without a change)" if done.unchanged else ""
        moment.say(f"cdk deploy --all: {stacks}{unchanged}")
    return Scene(watch, settings, clients, project)


def upload(scene: Scene, data: Path) -> None:
    with scene.watch.moment("Data") as moment:
        uploaded = upload_inputs(scene.clients.s3, scene.project, data)
        moment.say(f"{uploaded.rows} rows {'to' if uploaded.new else 'lie already at'} {uploaded.uri}")
