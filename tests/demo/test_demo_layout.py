import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.demo.failure import HomeIsHeld
from sandbox.demo.layout import REPOSITORY, Layout

HOLD = """
import sys
from pathlib import Path
from sandbox.demo.layout import Layout
with Layout(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_document_lies_beside_the_home() -> None:
    assert Layout(Path(".sandbox/demo")).document == Path(".sandbox/demo.json")


def test_demos_with_different_homes_share_no_file(tmp_path: Path) -> None:
    one, other = Layout(tmp_path / "one"), Layout(tmp_path / "other")
    assert one.document != other.document
    with one.held(), other.held():
        pass


def test_a_second_demo_in_the_same_home_learns_who_holds_it_and_ends_with_2(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Layout(home).held():
        second = subprocess.run(
            [sys.executable, "-m", "sandbox.demo", "--home", home],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    assert second.returncode == 2
    assert f"process {os.getpid()}" in second.stderr
    assert "--home" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_killed_demo_leaves_no_lock_behind(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, layout.home],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HomeIsHeld, match=str(holder.pid)), layout.held():
            pass
        holder.kill()
        holder.wait()
    with layout.held():
        assert (layout.home / "demo.lock").read_text() == str(os.getpid())
