"""The folder that stands for a container's `/`: its tree, and `/opt/ml` rewritten wherever the container reads it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sandbox.containers.members import safe_path

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

ROOT = "/opt/ml"
# At a path's boundaries only: not in s3://bucket/opt/ml/x, /mnt/opt/ml or /opt/mlflow; but in file:///opt/ml and --x=/opt/ml.
_ROOT = re.compile(r"(?:(?<=file://)|(?<![\w./~})-]))/opt/ml(?![\w.-])")


@dataclass(frozen=True)
class Volume:
    """One job's file system."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, *, tree: tuple[str, ...] = ()) -> Volume:
        """A fresh one: what an earlier run left in the folder's /opt is removed."""
        volume = cls(folder.resolve())
        shutil.rmtree(volume.folder / "opt", ignore_errors=True)
        for path in (ROOT, *tree):
            volume.path(path).mkdir(parents=True, exist_ok=True)
        for name in ("tmp", "root"):
            (volume.folder / name).mkdir(exist_ok=True)
        return volume

    def path(self, path: str) -> Path:
        """Where a path of the container lies here. Only `/opt/ml` and below exists."""
        inside = PurePosixPath(path)
        if not inside.is_relative_to(ROOT) or safe_path(path.removeprefix("/")) is None:
            raise ValueError(f'"{path}" is not a path below {ROOT}')
        return self.folder / inside.relative_to("/")

    def rewrite(self, text: str) -> str:
        """The text with `/opt/ml` at path boundaries replaced by the folder that stands for it."""
        here = (self.folder / ROOT.removeprefix("/")).as_posix()
        return _ROOT.sub(lambda _: here, text)

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
