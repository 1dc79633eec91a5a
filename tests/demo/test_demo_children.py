import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.demo.children import Command, run
from sandbox.demo.failure import DemoFailure
from sandbox.demo.layout import REPOSITORY


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder, whose modules a test writes."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def command(root: Path, *arguments: str) -> Command:
    return Command(
        name="the build",
        arguments=[sys.executable, "-m", "work", *arguments],
        folder=root,
        environment={"PROJECT": "abalone"},
        log=root.parent / "logs" / "build.log",
    )


def test_a_command_gets_its_environment_and_none_of_the_users_aws(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    (root / "work.py").write_text("import os; print(os.environ['PROJECT'], os.environ.get('AWS_PROFILE'))")
    assert run(command(root)) == "abalone None\n"


def test_a_failing_command_is_told_in_its_own_last_words_with_its_log(root: Path) -> None:
    (root / "work.py").write_text("import sys; sys.stderr.write('first\\nno such bucket: b\\n'); sys.exit(3)")
    with pytest.raises(DemoFailure) as failed:
        run(command(root))
    assert failed.value.reason == "no such bucket: b"
    assert failed.value.log is not None
    assert failed.value.log.read_text() == "first\nno such bucket: b\n"


def test_a_command_that_dies_in_silence_is_told_with_its_exit_code(root: Path) -> None:
    (root / "work.py").write_text("import os; os._exit(7)")
    with pytest.raises(DemoFailure, match="exit code 7"):
        run(command(root))


def test_an_interrupt_stops_the_command_and_its_own_children(root: Path) -> None:
    """All of them hold the writing end of a pipe: it ends when the last one has."""
    os.mkfifo(root / "alive")
    (root / "work.py").write_text(
        "import os, subprocess, sys, time\n"
        "alive = os.open('alive', os.O_WRONLY)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], pass_fds=[alive])\n"
        "os.write(alive, b'!')\n"
        "time.sleep(60)\n"
    )
    driver = (  # a process of its own, for a signal arrives in a main thread
        "import sys; from pathlib import Path\n"
        "from sandbox.demo import interrupts; from sandbox.demo.children import Command, run\n"
        "interrupts.listen()\n"  # a shell starts what it runs in the background with interrupts ignored
        "root, work = Path(sys.argv[1]), [sys.executable, '-m', 'work']\n"
        "run(Command(name='w', arguments=work, folder=root, environment={}, log=root / 'w.log'))\n"
    )
    demo = subprocess.Popen([sys.executable, "-c", driver, root], cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    with demo, (root / "alive").open("rb", buffering=0) as alive:
        assert alive.read(1) == b"!"
        demo.send_signal(signal.SIGINT)
        demo.wait(10)
        ended, _, _ = select.select([alive], [], [], 5)
        assert ended
        assert alive.read(1) == b""
