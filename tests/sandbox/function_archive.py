"""The archive of a function, as a tool makes it that minds what Lambda reads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def function_archive(files: Mapping[str, str], *, mode: int = 0o644) -> bytes:
    """`ZipFile.writestr` by itself gives 0600, which Lambda cannot read."""
    with zipfile.ZipFile(held := io.BytesIO(), "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, text)
    return held.getvalue()
