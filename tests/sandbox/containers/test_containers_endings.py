"""How jobs are made to end: in time, with all they started, and never without being reported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox.containers.launch import ROOT
from sandbox.containers.runner import Runner
from sandbox.containers.running import Ending
from tests.sandbox.containers.job_requests import (
    Script,
)
from tests.sandbox.containers.processes import PATIENCE, command, gone, wait_for


def test_a_timeout_ends_the_whole_group(any_runner: Runner, script: Script, tmp_path: Path) -> None:
    """A script that ignores SIGTERM, and the sleeper that it started: both are gone."""
    text = (
        "import pathlib, signal, subprocess, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = subprocess.Popen(['sleep', '60'])\npathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{child.pid}}\\n')\n"
        "time.sleep(60)"
    )
    any_runner.grace, grace = 0.2, any_runner.grace
    ending = any_runner.run(command(script(text)), log=lambda _: None, timeout=2.0)
    any_runner.grace = grace
    assert ending == Ending(signal=signal.SIGKILL, interrupted="timeout")
    assert gone(int(wait_for(tmp_path / "pid")))


def test_what_a_script_leaves_running_ends_with_it(any_runner: Runner, script: Script, lines: list[str]) -> None:
    text = "import subprocess\nprint(subprocess.Popen(['sleep', '60']).pid)"
    assert any_runner.run(command(script(text)), log=lines.append).succeeded
    assert gone(int(lines[0]))


def test_a_script_may_use_its_grace_to_finish(
    any_runner: Runner, script: Script, lines: list[str], tmp_path: Path
) -> None:
    text = (
        "import pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('saving'), sys.exit(0)))\n"
        f"pathlib.Path({str(tmp_path / 'up')!r}).write_text('up\\n')\ntime.sleep(60)"
    )
    cancel = threading.Event()

    def stop() -> None:
        wait_for(tmp_path / "up")
        cancel.set()

    threading.Thread(target=stop).start()
    ending = any_runner.run(command(script(text)), log=lines.append, cancel=cancel)
    assert (ending, lines) == (Ending(code=0, interrupted="cancel"), ["saving"])


def test_a_zygote_that_is_killed_loses_its_jobs_and_is_replaced(script: Script, tmp_path: Path) -> None:
    text = f"import os, pathlib, time\npathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}}\\n')\ntime.sleep(60)"
    with Runner(grace=1.0) as own:
        job = own.start(command(script(text)), log=lambda _: None)
        pid = int(wait_for(tmp_path / "pid"))
        zygote = own.zygote
        assert zygote is not None
        os.kill(zygote, signal.SIGKILL)
        assert job.wait(PATIENCE) == Ending(lost=True)
        assert gone(pid)
        assert own.run(command(script("raise SystemExit(5)")), log=lambda _: None) == Ending(code=5)
        assert own.zygote != zygote


def test_jobs_end_when_the_sandbox_is_killed(script: Script, tmp_path: Path) -> None:
    path = script(
        f"import pathlib, subprocess, time\nchild = subprocess.Popen(['sleep', '60'])\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{child.pid}}\\n')\ntime.sleep(60)"
    )
    sandbox = tmp_path / "up.py"
    sandbox.write_text(
        "import sys, pathlib\nfrom sandbox.containers.runner import Runner\n"
        "from sandbox.containers.running import Command\n"
        "job = Command(argv=('python3', sys.argv[1]), folder=pathlib.Path.cwd(), environment={'PATH': '/bin:/usr/bin'})\n"
        "Runner().run(job, log=print)"
    )
    process = subprocess.Popen([sys.executable, sandbox, path], env={**os.environ, "PYTHONPATH": str(ROOT)})
    pid = int(wait_for(tmp_path / "pid"))
    process.kill()
    process.wait()
    assert gone(pid)


def test_a_closed_runner_has_no_processes_and_takes_no_job(any_runner: Runner, script: Script, tmp_path: Path) -> None:
    fork = any_runner.zygote is not None
    path = script(
        f"import os, pathlib, time\npathlib.Path({str(tmp_path / 'pid')!r}).write_text(f'{{os.getpid()}}\\n')\ntime.sleep(60)"
    )
    own = Runner(grace=1.0, fork=fork)
    own.start(command(path), log=lambda _: None)
    pid = int(wait_for(tmp_path / "pid"))
    own.close()
    assert gone(pid)
    with pytest.raises(RuntimeError, match="going down"):
        own.start(command(path), log=lambda _: None)
