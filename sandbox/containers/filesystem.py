"""The folder that stands for a container's `/`: its tree, and `/opt/ml` rewritten wherever the container reads it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sandbox.containers.interpreter import make_interpreter
from sandbox.containers.members import safe_path
from sandbox.containers.running import Command

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

ROOT = "/opt/ml"
# At a path's boundaries only: not in s3://bucket/opt/ml/x, /mnt/opt/ml or /opt/mlflow; but in file:///opt/ml and --x=/opt/ml.
_ROOT = re.compile(r"(?:(?<=file://)|(?<![\w./~})-]))/opt/ml(?![\w.-])")

_SCRIPTS = frozenset({".py", ".sh", ".bash"})


def _script(file: Path) -> str | None:
    """The text of a script, known by its suffix or by a first line that names an interpreter; None of anything else."""
    if file.is_symlink() or not file.is_file():
        return None
    with file.open("rb") as opened:
        if file.suffix not in _SCRIPTS and opened.read(2) != b"#!":
            return None
    try:
        return file.read_bytes().decode()
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True)
class Volume:
    """One job's file system."""

    folder: Path
    mounted: bool = False
    """whether jobs find it under /opt/ml itself: then nothing is rewritten"""

    @classmethod
    def create(cls, folder: Path, *, tree: tuple[str, ...] = (), mounted: bool = False) -> Volume:
        """A fresh one: what an earlier run left in the folder's /opt is removed, and what it installed."""
        volume = cls(folder.resolve(), mounted=mounted)
        shutil.rmtree(volume.folder / "opt", ignore_errors=True)
        for path in (ROOT, *tree):
            volume.path(path).mkdir(parents=True, exist_ok=True)
        for name in ("tmp", "root"):
            (volume.folder / name).mkdir(exist_ok=True)
        make_interpreter(volume.folder / "venv")
        return volume

    @property
    def python(self) -> Path:
        """The container's own interpreter."""
        return self.folder / "venv" / "bin" / "python3"

    def command(self, *argv: str, folder: Path, environment: Mapping[str, str], fresh: bool = False) -> Command:
        """What the container would be started with, on this machine."""
        root = self.folder if self.mounted else None
        return Command(argv=argv, folder=folder, environment=environment, python=self.python, root=root, fresh=fresh)

    def path(self, path: str) -> Path:
        """Where a path of the container lies here. Only `/opt/ml` and below exists."""
        inside = PurePosixPath(path)
        if not inside.is_relative_to(ROOT) or safe_path(path.removeprefix("/")) is None:
            raise ValueError(f'"{path}" is not a path below {ROOT}')
        return self.folder / inside.relative_to("/")

    def rewrite(self, text: str) -> str:
        """The text with `/opt/ml` at path boundaries replaced by the folder that stands for it."""
        return text if self.mounted else _ROOT.sub(lambda _: self._here, text)

    def rewrite_code(self, path: str) -> None:
        """The same in every script below a folder of the container, where scripts do not find /opt/ml itself."""
        if self.mounted:
            return
        for file in self.path(path).rglob("*"):
            if text := _script(file):
                file.write_text(self.rewrite(text), encoding="utf-8", newline="")

    def read(self, file: Path) -> bytes:
        """A file that leaves the container: a script that was rewritten has its own text again."""
        text = None if self.mounted else _script(file)
        return file.read_bytes() if text is None else text.replace(self._here, ROOT).encode()

    @property
    def _here(self) -> str:
        return (self.folder / ROOT.removeprefix("/")).as_posix()

    def rewrite_json(self, value: Json) -> Json:
        """The same for every string value in a document."""
        if isinstance(value, str):
            return self.rewrite(value)
        if isinstance(value, list):
            return [self.rewrite_json(each) for each in value]
        if isinstance(value, Mapping):
            return {name: self.rewrite_json(each) for name, each in value.items()}
        return value

    def write_json(self, path: str, value: Json) -> None:
        """A configuration file, as the platform mounts it into the container."""
        target = self.path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(self.rewrite_json(value)), encoding="utf-8")
