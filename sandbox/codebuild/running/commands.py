"""A phase's commands, one by one: the first that fails ends the phase, and `finally` follows in any case."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.codebuild.buildspec.spec import BuildSpec
from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.log import Log
from sandbox.codebuild.running.shell import Shell


def announce(spec: BuildSpec, log: Log) -> None:
    """What a reader of the log sees of the build specification."""
    log.say(f"Phases found in YAML: {len(spec.phases)}")
    for name, phase in spec.phases.items():
        log.say(f" {name.upper()}: {len(phase.commands)} commands")


def run_phase(name: str, *, spec: BuildSpec, shell: Shell, log: Log) -> None:
    """Raises PhaseFailed with COMMAND_EXECUTION_ERROR, or Interrupted."""
    phase = spec.phase(name)
    log.say(f"Entering phase {name.upper()}")
    try:
        _run(phase.commands, shell, log)
    except PhaseFailed:
        if phase.at_last:
            _run_to_the_end(phase.at_last, shell, log)
        raise
    _run(phase.at_last, shell, log)


def _run(commands: Iterable[str], shell: Shell, log: Log) -> None:
    for command in commands:
        log.say(f"Running command {command}")
        status = shell.run(command)
        if status != 0:
            log.say(f"Command did not exit successfully {command} exit status {status}")
            message = f"Error while executing command: {command.strip()}. Reason: exit status {status}"
            raise PhaseFailed("COMMAND_EXECUTION_ERROR", message)


def _run_to_the_end(commands: Iterable[str], shell: Shell, log: Log) -> None:
    """After a failure, what `finally` meets is told in the log alone: the first failure stays the phase's reason."""
    try:
        _run(commands, shell, log)
    except PhaseFailed as error:
        log.say(f"Phase context status code: {error.code} Message: {error.message}")
