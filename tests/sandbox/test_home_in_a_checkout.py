"""A sandbox whose home lies in somebody's checkout, as it does by default: nothing of that checkout reaches what runs in it."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox import work_folder
from sandbox.containers.environment import container_environment
from sandbox.containers.filesystem import Volume
from sandbox.process import down, holder, reset, up
from sandbox.settings import SandboxSettings
from tests.conftest import client_of
from tests.sandbox.codebuild.conftest import ALL, Builder, Built

# What the tools of a build look for in the folders above theirs; the module is right here, and wrong in what is built.
CHECKOUT = {
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
    "conftest.py": "raise SystemExit('the outer conftest.py')\n",
    "package.json": '{"name": "outer"}\n',
    "ruff.toml": "line-length = 1\n",
    "trained.py": "VALUE = 1\n",
}
PUSHED = """version: 0.2
phases:
  build:
    commands:
      - mkdir package tests
      - echo 'VALUE = 2' > trained.py
      - printf 'import trained\\n\\ndef test_value():\\n    assert trained.VALUE == 1\\n' > tests/test_trained.py
      - env {python} -m pytest -q
"""


_STATVFS = [
    "f_bsize",
    "f_frsize",
    "f_blocks",
    "f_bfree",
    "f_bavail",
    "f_files",
    "f_ffree",
    "f_favail",
    "f_flag",
    "f_namemax",
]


@dataclass(frozen=True)
class Checkout:
    """The folder of a person, and the sandbox whose home is in it."""

    folder: Path
    settings: SandboxSettings

    @property
    def builder(self) -> Builder:
        return Builder(client_of(self.settings))

    def built(self, *commands: str) -> Built:
        return self.builder.run(json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}}}) + "\n")


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    folder = tmp_path_factory.mktemp("a checkout")
    for name, text in CHECKOUT.items():
        (folder / name).write_text(text)
    git(folder, "init", "--quiet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MY_TOKEN", "secret")
        home = folder / ".sandbox" / "default"
        yield Checkout(folder, up(home))
        reset(home)


def test_a_fault_in_the_pushed_code_turns_the_build_red(checkout: Checkout) -> None:
    built = checkout.builder.run(PUSHED.replace("{python}", shlex.quote(sys.executable)))
    assert built.status == "FAILED"
    assert any("assert 2 == 1" in line for line in built.output), built.output


def test_a_build_finds_no_repository_and_changes_none(checkout: Checkout) -> None:
    before = (checkout.folder / ".git" / "config").read_text()
    found = checkout.built("git rev-parse --show-toplevel")
    assert (found.status, found.output) == (
        "FAILED",
        ["fatal: not a git repository (or any of the parent directories): .git"],
    )
    assert checkout.built("git config user.email build@example.com").status == "FAILED"
    assert (checkout.folder / ".git" / "config").read_text() == before


def test_nothing_of_the_checkout_lies_above_a_build(checkout: Checkout) -> None:
    here = 'd=$PWD; while [ "$d" != / ]; do d=$(dirname "$d"); ls -a "$d"; done'
    assert not set(CHECKOUT) & set(checkout.built(here).output)


def test_a_function_finds_neither_the_repository_nor_the_environment_of_the_sandbox(checkout: Checkout) -> None:
    code = (
        "import os, subprocess, sys\n"
        "def handler(event, context):\n"
        "    git = subprocess.run(['git', 'rev-parse', '--show-toplevel'], capture_output=True, text=True)\n"
        "    return {'git': git.stdout + git.stderr, 'environment': dict(os.environ), 'path': sys.path}\n"
    )
    with zipfile.ZipFile(held := io.BytesIO(), "w") as archive:
        member = zipfile.ZipInfo("index.py")
        member.external_attr = 0o644 << 16  # else others may not read it, and Lambda runs as another
        archive.writestr(member, code)
    functions = client_of(checkout.settings)("lambda")
    functions.create_function(
        FunctionName="teller",
        Role=checkout.builder.role(ALL, service="lambda"),
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": held.getvalue()},
        Environment={"Variables": {"OWN": "yes"}},
        Timeout=30,
    )
    told = json.loads(functions.invoke(FunctionName="teller")["Payload"].read())
    assert "not a git repository" in told["git"]
    assert not {"MY_TOKEN", "PYTHONPATH", "STATE_DIR"} & told["environment"].keys()
    assert (told["environment"]["OWN"], told["environment"]["TZ"]) == ("yes", ":UTC")
    assert Path(told["environment"]["HOME"]) != Path.home()
    assert str(Path(__file__).resolve().parents[2]) not in told["path"]


def test_jobs_and_model_servers_run_elsewhere_too(checkout: Checkout) -> None:
    for folder in (checkout.settings.jobs, checkout.settings.endpoints):
        assert not folder.is_relative_to(checkout.folder)
    inside = checkout.folder / "as if it were a job"
    volume = Volume.create(inside)
    seen = subprocess.run(
        ["git", "rev-parse", "--show-toplevel"],
        cwd=volume.path("/opt/ml"),
        env=container_environment(volume),
        capture_output=True,
        text=True,
        check=False,
    )
    shutil.rmtree(inside)
    assert "not a git repository" in seen.stderr, seen.stdout


def test_the_folder_lives_as_long_as_the_process(tmp_path: Path) -> None:
    home = tmp_path / "home"
    up(home)
    folder = work_folder.of(home)
    assert (folder.stat().st_mode & 0o777, folder.parent.stat().st_mode & 0o777) == (0o700, 0o700)
    down(home)
    assert not folder.exists()


def test_what_a_kill_left_is_removed_by_the_next_sandbox(tmp_path: Path) -> None:
    """In the same home, and of a home that is gone."""
    same, gone = tmp_path / "same", tmp_path / "gone"
    for home in (same, gone):
        up(home)
        (work_folder.of(home) / "left").mkdir()
        pid = holder(home)
        assert pid
        os.kill(pid, signal.SIGKILL)
        while holder(home) is not None:
            time.sleep(0.01)
        os.waitpid(pid, 0)
    shutil.rmtree(gone)
    up(same)
    assert not work_folder.of(gone).exists()
    assert not (work_folder.of(same) / "left").exists()
    reset(same)
    assert not work_folder.of(same).exists()


def test_a_folder_that_somebody_else_made_first_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / f"sandbox-{os.getuid()}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(work_folder.WorkFolderRefused, match="name another folder in TMPDIR"):
        work_folder.make(tmp_path / "home")


def test_a_folder_from_which_nothing_may_be_started_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As hardened machines mount their temporary folders; a build's Python is started from there."""
    named = tmp_path / "noexec"
    named.mkdir()
    monkeypatch.setenv("TMPDIR", str(named))
    assert work_folder.of(tmp_path).is_relative_to(named)
    found = os.statvfs(named)
    flags = [getattr(os, "ST_NOEXEC", 8) if name == "f_flag" else getattr(found, name) for name in _STATVFS]
    monkeypatch.setattr(os, "ST_NOEXEC", 8, raising=False)
    monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(flags))
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "other"))
    assert work_folder.of(tmp_path).is_relative_to(tmp_path / "other")


def test_a_home_in_a_path_with_spaces_has_none_where_things_run(tmp_path: Path) -> None:
    assert " " not in work_folder.of(tmp_path / "a home").name
