"""The folder of one build: its Python, its HOME, its sources; thrown away when the build has ended."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox.codebuild.running import interpreter, machine
from sandbox.codebuild.service import CodeBuild
from sandbox.work_folder import remove_tree

TRASH = "trash"


@dataclass(frozen=True, kw_only=True)
class Site:
    """`root` is the same for every build of a slot, so that bytecode of packages stays good; `output` is not."""

    root: Path
    output: Path
    bytecode: Path

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def python(self) -> Path:
        return self.root / "python"

    @property
    def source(self) -> Path:
        """CODEBUILD_SRC_DIR."""
        return self.output / "src"

    def source_of(self, identifier: str) -> Path:
        """CODEBUILD_SRC_DIR_<identifier>: of a secondary source."""
        return self.output / identifier / "src"

    def variables(self) -> dict[str, str]:
        """What the machine gives every build."""
        given = machine.taken_over()
        given["PATH"] = machine.path(self.python / "bin", tools=self.root / "tools")
        given |= {
            "HOME": str(self.home),
            "TMPDIR": str(self.root / "tmp"),
            "PYTHONPYCACHEPREFIX": str(self.bytecode),  # compiled once, good for the next build in this slot
            "GIT_CEILING_DIRECTORIES": str(self.root),  # a repository of the machine's, above here, is not the build's
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        return given


@contextmanager
def site(codebuild: CodeBuild, slot: int) -> Iterator[Site]:
    """A clean one. Sources lie at another path in each build: their bytecode must never serve another's (same time, same size)."""
    root = codebuild.work / "slots" / str(slot)
    remove_tree(root)
    output = root / "output" / f"src{secrets.randbelow(10**9):09d}"
    made = Site(root=root, output=output, bytecode=codebuild.folder / "bytecode")
    for folder in (made.home, made.root / "tmp", made.output):
        folder.mkdir(parents=True)
    machine.write_settings_of_uv(made.home)
    interpreter.make(made.python, kept=codebuild.folder, carried=codebuild.work / "carried" / str(slot))
    try:
        yield made
    finally:
        _throw_away(root, codebuild.work)
        _throw_away(made.bytecode / output.relative_to(output.anchor), codebuild.folder)


def _throw_away(folder: Path, base: Path) -> None:
    """Out of the way at once; removing so many files takes a second, for which the next build need not wait."""
    if not folder.exists():
        return
    gone = base / TRASH / secrets.token_hex(8)
    gone.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(gone)
    threading.Thread(target=remove_tree, args=(gone,), name="build's folder", daemon=True).start()
