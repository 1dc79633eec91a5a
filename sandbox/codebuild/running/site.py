"""The folder of one build: its Python, its HOME, its sources; thrown away when the build has ended."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
            "PYTHONPYCACHEPREFIX": str(self.bytecode),
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
    carried = codebuild.work / "carried" / str(slot)
    _share_bytecode(made, interpreter.library_of(made.python), "library")
    _share_bytecode(made, carried, "carried")
    machine.write_settings_of_uv(made.home)
    interpreter.make(made.python, kept=codebuild.folder, carried=carried)
    try:
        yield made
    finally:
        _throw_away(root, codebuild.work)
        _throw_away(made.bytecode / output.relative_to(output.anchor), codebuild.folder)


def _share_bytecode(made: Site, folder: Path, name: str) -> None:
    """What is compiled of installed packages and of the standard library serves every slot and every home of this user.

    A file's bytecode is taken where the file has the time and size that it was compiled with; uv links the same file into each
    environment, with the time at which it was unpacked.
    """
    own = made.bytecode / folder.relative_to(folder.anchor)
    shared = machine.caches() / "sandbox" / "bytecode" / name
    with suppress(OSError):  # a HOME that cannot be written to: then it serves this slot
        shared.mkdir(mode=0o700, parents=True, exist_ok=True)
        own.parent.mkdir(parents=True, exist_ok=True)
        own.symlink_to(shared)


def _throw_away(folder: Path, base: Path) -> None:
    """Out of the way at once; removing so many files takes a second, for which the next build need not wait."""
    if not folder.exists():
        return
    gone = base / TRASH / secrets.token_hex(8)
    gone.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(gone)
    threading.Thread(target=remove_tree, args=(gone,), name="build's folder", daemon=True).start()
