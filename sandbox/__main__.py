"""`python -m sandbox up|down|status|env|logs|clock|permissions|reset`: AWS on one machine, from the command line.

Results go to stdout, what it did to stderr. Exit codes: 0 done, 1 it could not be done (with a sentence), 2 wrong usage,
3 `status` of a sandbox that is not up, 141 whoever reads the output closed the pipe.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from sandbox import advancing, environment, process, quotas, source_keys
from sandbox.closed_pipe import until_reader_leaves
from sandbox.iam import reading
from sandbox.iam.report import text
from sandbox.settings import DEFAULT_HOME, DEFAULT_PORT, DEFAULT_REGION, SandboxSettings

_NOT_UP = 3
_TAIL = 40


def main() -> int:
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except process.SandboxError as error:
        _say(f"sandbox: {error}")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="AWS on one machine: no account, no Docker.")
    verbs = parser.add_subparsers(required=True, metavar="up|down|status|env|logs|clock|permissions|reset")
    for name, command, description in (
        ("up", _up, "start the sandbox, and wait until it answers"),
        ("down", _down, "stop it; its state stays"),
        ("status", _status, "say whether it is up, and where"),
        ("env", _env, 'print the environment for a shell: eval "$(python -m sandbox env)"'),
        ("logs", _logs, "print the end of its log, or the lines of a CloudWatch log group"),
        ("clock", _clock, "print the sandbox's time, or put it forward and print what fell due"),
        ("permissions", _permissions, "print what each role was allowed, used, never used, and was refused"),
        ("reset", _reset, "stop it and forget everything it holds"),
    ):
        verb = verbs.add_parser(name, help=description, description=description)
        verb.add_argument("--home", type=Path, default=DEFAULT_HOME, help=f"state folder (default {DEFAULT_HOME})")
        verb.set_defaults(command=command)
        if name == "up":
            verb.add_argument(
                "--port", type=int, default=DEFAULT_PORT, help=f"default {DEFAULT_PORT}; 0 is any free one"
            )
            verb.add_argument("--region", default=DEFAULT_REGION, help=f"default {DEFAULT_REGION}")
            verb.add_argument(
                "--without-source-keys",
                type=source_keys.parse,
                metavar="SERVICES",
                help="services that do not say for whom they act (aws:SourceArn, aws:SourceAccount), such as lambda,events; "
                "all, or none; stays set",
            )
            verb.add_argument(
                "--quota",
                type=quotas.parse,
                action="append",
                default=[],
                metavar="NAME=NUMBER",
                help='so many instances and no more, such as "ml.m5.xlarge for training job usage=0"; stays set, may be repeated',
            )
        if name == "logs":
            verb.add_argument("group", nargs="?", help="such as /aws/sagemaker/TrainingJobs")
        if name == "permissions":
            verb.add_argument("--json", action="store_true", help="as a document for programs")
        if name == "clock":
            verb.add_argument("--advance", metavar="TIME", help="such as 7d, 90m, 1h30m (units s, m, h, d, w)")
    return parser


def _up(arguments: argparse.Namespace) -> int:
    settings = process.status(arguments.home)
    if settings is None:
        settings = process.up(arguments.home, port=arguments.port, region=arguments.region)
    _say(f"The sandbox is up at {settings.endpoint_url} (state in {settings.home}).")
    if arguments.without_source_keys is not None:
        source_keys.leave_out(settings.home, arguments.without_source_keys)
    if silent := source_keys.left_out(settings.home):
        _say(f"Without aws:SourceArn and aws:SourceAccount: {', '.join(silent)}.")
    if arguments.quota:
        quotas.put(settings.home, arguments.quota)
    for name, number in quotas.of(settings.home).items():
        _say(f"Quota: {name} is {number}.")
    home = "" if arguments.home == DEFAULT_HOME else f" --home {shlex.quote(str(arguments.home))}"
    _say(f'Point this shell at it:  eval "$(python -m sandbox env{home})"')
    return 0


def _down(arguments: argparse.Namespace) -> int:
    stopped = process.down(arguments.home)
    _say("The sandbox is down; its state stays." if stopped else f"No sandbox was up in {arguments.home}.")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    settings = process.status(arguments.home)
    if settings is None:
        _say(f"No sandbox is up in {arguments.home}. Start it with: python -m sandbox up")
        return _NOT_UP
    print(settings.endpoint_url)  # noqa: T201 (the result)
    return 0


def _env(arguments: argparse.Namespace) -> int:
    settings = _running(arguments.home)
    lines = [f"unset {name}" for name in environment.unset(os.environ)]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in environment.of_a_shell(settings).items()]
    print(*lines, environment.FUNCTION, sep="\n")  # noqa: T201 (the result)
    return 0


def _logs(arguments: argparse.Namespace) -> int:
    if arguments.group is None:
        log = arguments.home / "sandbox.log"
        if not log.exists():
            raise process.SandboxError(f"There is no log in {arguments.home}: no sandbox was ever up there.")
        lines = log.read_text(errors="replace").splitlines()[-_TAIL:]
    else:
        from sandbox import group_lines  # noqa: PLC0415 (boto3; the other verbs answer at once)

        lines = group_lines.read(_running(arguments.home), arguments.group)
    print("\n".join(lines))  # noqa: T201 (the result)
    return 0


def _clock(arguments: argparse.Namespace) -> int:
    length = advancing.seconds_of(arguments.advance) if arguments.advance else None
    settings = _running(arguments.home)
    reading = advancing.read(settings) if length is None else advancing.advance(settings, length)
    print(*reading.fired, reading.time, sep="\n")  # noqa: T201 (the result)
    return 0


def _permissions(arguments: argparse.Namespace) -> int:
    report = reading.read(_running(arguments.home))
    print(json.dumps(report, indent=2) if arguments.json else text(report))  # noqa: T201 (the result)
    return 0


def _running(home: Path) -> SandboxSettings:
    settings = process.status(home)
    if settings is None:
        raise process.SandboxError(f"No sandbox is up in {home}. Start it with: python -m sandbox up")
    return settings


def _reset(arguments: argparse.Namespace) -> int:
    process.reset(arguments.home)
    _say(f"{arguments.home} is empty again.")
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 (a command line speaks)


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
