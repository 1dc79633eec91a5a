"""The job runner's contract, on the zygote and on plain processes."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from sandbox.containers.runner import Runner
from sandbox.containers.running import Command, Ending
from sandbox.containers.starter import forkable
from tests.sandbox.containers.job_requests import (
    Script,
)
from tests.sandbox.containers.processes import PATIENCE, command


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("pass", Ending(code=0)),
        ("raise SystemExit(3)", Ending(code=3)),
        ("raise SystemExit('no data')", Ending(code=1)),
        ("1 / 0", Ending(code=1)),
        ("import os; os._exit(7)", Ending(code=7)),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", Ending(signal=signal.SIGSEGV)),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", Ending(signal=signal.SIGKILL)),
    ],
)
def test_exit_codes_and_signals_are_reported(any_runner: Runner, script: Script, text: str, ending: Ending) -> None:
    assert any_runner.run(command(script(text)), log=lambda _: None) == ending


def test_lines_of_both_streams_arrive_in_order(any_runner: Runner, script: Script, lines: list[str]) -> None:
    text = "import sys\nfor n in range(300):\n    print(n)\n    print(n, 'é', file=sys.stderr)\nprint('end', end='')"
    any_runner.run(command(script(text)), log=lines.append)
    assert lines == [line for n in range(300) for line in (f"{n}", f"{n} é")] + ["end"]


def test_a_traceback_shows_the_script_alone(any_runner: Runner, script: Script, lines: list[str]) -> None:
    path = script("def divide():\n    1 / 0\ndivide()")
    any_runner.run(command(path), log=lines.append)
    assert lines[0] == "Traceback (most recent call last):"
    assert {line.split('"')[1] for line in lines if "File" in line} == {str(path)}
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_a_script_sees_its_arguments_folder_and_siblings(any_runner: Runner, script: Script, lines: list[str]) -> None:
    path = script("import os, sys, sibling\nprint(__name__, sys.argv, os.getcwd(), sibling.VALUE, sys.stdin.read())")
    (path.parent / "sibling.py").write_text("VALUE = 42")
    any_runner.run(command(path, "--rows", "3"), log=lines.append)
    assert lines == [f"__main__ {[str(path), '--rows', '3']} {path.parent} 42 "]


def test_the_environment_is_the_containers_alone(
    any_runner: Runner, script: Script, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    path = script(
        "import os, sys\nprint(*sorted(os.environ))\nprint(os.environ['GIVEN'], os.environ['OMP_NUM_THREADS'])"
    )
    any_runner.run(command(path, GIVEN="x"), log=lines.append)
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"} & set(lines[0].split())
    assert lines[1] == "x 1"


def test_the_sandbox_cannot_be_imported_by_a_job(any_runner: Runner, script: Script, lines: list[str]) -> None:
    any_runner.run(command(script("import sandbox")), log=lines.append)
    assert lines[-1] == "ModuleNotFoundError: No module named 'sandbox'"


def test_jobs_share_neither_modules_nor_random_numbers(runner: Runner, script: Script, lines: list[str]) -> None:
    text = "import numpy, random\nprint(hasattr(numpy, 'mark'), numpy.random.rand(), random.random())\nnumpy.mark = 1"
    for _ in range(2):
        assert runner.run(command(script(text)), log=lines.append).succeeded
    (first, *draws), (second, *others) = (line.split() for line in lines)
    assert first == second == "False"
    assert not set(draws) & set(others)


def test_exit_functions_and_threads_are_waited_for(any_runner: Runner, script: Script, lines: list[str]) -> None:
    text = (
        "import atexit, threading, time\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "atexit.register(print, 'bye')\nThreadPoolExecutor().submit(lambda: (time.sleep(0.05), print('pool')))\n"
        "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()"
    )
    assert any_runner.run(command(script(text)), log=lines.append).succeeded
    assert lines == ["pool", "thread", "bye"]


def test_a_program_other_than_python_runs_too(any_runner: Runner, tmp_path: Path, lines: list[str]) -> None:
    shell = Command(
        argv=("sh", "-c", "echo $GIVEN; exit 4"), folder=tmp_path, environment={"GIVEN": "x", "PATH": "/bin"}
    )
    assert any_runner.run(shell, log=lines.append) == Ending(code=4)
    missing = Command(argv=("no-such-program",), folder=tmp_path, environment={"PATH": "/bin"})
    assert any_runner.run(missing, log=lines.append) == Ending(code=127)
    assert lines == ["x", "no-such-program: No such file or directory"]


def test_an_environment_that_no_process_can_have_fails_its_job_alone(
    runner: Runner, tmp_path: Path, lines: list[str]
) -> None:
    impossible = Command(argv=("true",), folder=tmp_path, environment={"A": "a\0b", "PATH": "/bin"})
    assert runner.run(impossible, log=lines.append) == Ending(code=1)
    assert lines[-1] == "ValueError: embedded null byte"
    assert runner.run(Command(argv=("true",), folder=tmp_path, environment={"PATH": "/bin"}), log=print) == Ending(
        code=0
    )


def test_many_jobs_at_once_keep_their_lines_apart(any_runner: Runner, script: Script) -> None:
    path = script("import sys\nfor _ in range(50):\n    print(sys.argv[1])")
    logs: list[list[str]] = [[] for _ in range(8)]
    jobs = [any_runner.start(command(path, f"{n}"), log=logs[n].append) for n in range(8)]
    assert all(job.wait(PATIENCE) == Ending(code=0) for job in jobs)
    assert logs == [[f"{n}"] * 50 for n in range(8)]


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("import xgboost", {}, True),
        ("from xgboost import XGBRegressor", {}, False),
        ("import sys; sys.modules['sklearn'] = None; import xgboost", {}, True),
        ("from xgboost.sklearn import *", {}, False),
        ("pass", {"OMP_NUM_THREADS": "4"}, False),
    ],
)
def test_only_what_the_zygote_can_stand_in_for_is_forked(
    script: Script, text: str, variables: dict[str, str], *, expected: bool
) -> None:
    assert forkable(command(script(text), **variables)) is expected


def test_scikit_learns_wrapper_of_xgboost_works_in_a_job(runner: Runner, script: Script, lines: list[str]) -> None:
    assert runner.run(
        command(script("import xgboost\nprint(xgboost.XGBRegressor().n_estimators)")), log=lines.append
    ).succeeded
    assert lines == ["None"]
