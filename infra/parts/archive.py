"""Files as one zip, the same bytes for the same files: an asset that `cdk deploy` uploads as it is."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

_THE_EPOCH_OF_ZIP = (1980, 1, 1, 0, 0, 0)
# Lambda keeps the modes of an archive and runs as another user than the files' owner, so everybody must be able to read them;
# an entry for which no mode is set is its owner's alone, and the function ends at its import.
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html (hashicorp/terraform-provider-archive#17)
_READABLE = 0o100644 << 16
# What running things leaves behind.
LEFT_OUT = {"__pycache__"}


def tree(root: Path, *, below: str = "") -> dict[str, Path]:
    """Path of the file in the archive, which is that from the root, in a folder `below` -> file; sorted."""
    files = (path for path in sorted(root.rglob("*")) if path.is_file() and not _is_left_out(path, root))
    return {PurePosixPath(below, path.relative_to(root)).as_posix(): path for path in files}


def _is_left_out(path: Path, root: Path) -> bool:
    """Also whatever file managers, editors and tools hide among the files: `.DS_Store`, `.venv`, `.swp`."""
    return any(part in LEFT_OUT or part.startswith(".") for part in path.relative_to(root).parts)


def write_archive(files: Mapping[str, Path], archive: Path) -> Path:
    """Without times and owners, and readable by everybody."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w") as packed:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _THE_EPOCH_OF_ZIP)
            entry.external_attr = _READABLE
            packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive
